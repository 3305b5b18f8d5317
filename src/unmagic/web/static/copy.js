// Links that copy: an address, or the text it leads to. Where there is no clipboard they stay the links that they are.
import { say } from "./say.js";

export function start() {
  document.addEventListener("click", async (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[data-copy]") : null;
    if (!(link instanceof HTMLAnchorElement) || !navigator.clipboard || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    try {
      const text = link.dataset.copy === "link" ? link.href : await (await fetch(link.href)).text();
      await navigator.clipboard.writeText(text);
      say("Copied.");
    } catch {
      location.assign(link.href);
    }
  }, { capture: true });
}
