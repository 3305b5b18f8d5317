// The table of contents shows where one is.

/** Where the contents are longer than the window, keep the current line in sight. @param {Element} box @param {Element} line */
function follow(box, line) {
  const { top, bottom } = line.getBoundingClientRect();
  const frame = box.getBoundingClientRect();
  if (top < frame.top) box.scrollTop -= frame.top - top + frame.height / 3;
  else if (bottom > frame.bottom) box.scrollTop += bottom - frame.bottom + frame.height / 3;
}

export function start() {
  const contents = document.querySelector(".toc");
  if (!contents) return;
  const sections = [...document.querySelectorAll("main section[id]")].filter((s) => contents.querySelector(`a[href="#${s.id}"]`));
  const here = contents.querySelector("summary em");
  const mark = () => {
    const line = innerHeight / 3;
    const passed = sections.filter((section) => section.getBoundingClientRect().top <= line);
    const now = passed.at(-1) ?? sections[0];
    if (!now) return;
    for (const link of contents.querySelectorAll("a")) {
      if (link.getAttribute("href") === `#${now.id}`) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    const current = contents.querySelector("nav a[aria-current]");
    if (current && !contents.querySelector(":focus-visible")) follow(contents, current);
    if (here) here.textContent = `· you are at ${contents.querySelector("a[aria-current]")?.textContent ?? ""}`;
  };
  let due = 0;
  const later = () => (due ||= requestAnimationFrame(() => ((due = 0), mark())));
  addEventListener("scroll", later, { passive: true });
  addEventListener("resize", later);
  mark();
}
