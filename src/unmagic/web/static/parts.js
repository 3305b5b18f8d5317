// A widget in step with the visitor: its part of the page is fetched in the state that its fields are in, and morphed in.
// The whole page's state is the address; a widget owns the keys that start with its id.
import { morph, parsed } from "./morph.js";
import { say } from "./say.js";

const TYPING = 120; // ms of rest after a key before the engine is asked

/** Where focus goes when what had it is gone: a question that was skipped has no Skip. */
const FIELD = "input:not([type=hidden]), textarea, a[href]";

/** @type {WeakMap<Element, AbortController>} */
const asked = new WeakMap();

/** Whether a key of the address belongs to a widget. @param {string} id @param {string} key */
const owns = (id, key) => key === id || key.startsWith(`${id}.`);

/** The page's query, one widget's pairs replaced. @param {string} id @param {Iterable<[string, any]>} pairs */
export function queryWith(id, pairs) {
  const query = new URLSearchParams();
  for (const [key, text] of new URLSearchParams(location.search)) if (!owns(id, key)) query.append(key, text);
  for (const [key, text] of pairs) if (owns(id, key)) query.append(key, String(text));
  return query;
}

/**
 * The page's query with one widget's pairs as an answer spells them, in the order of the page. The answer's other pairs
 * are of when it was asked for: another widget may have changed since.
 * @param {string} id @param {string} state
 */
export function merged(id, state) {
  const spelled = (/** @type {string} */ query) => query.replace("?", "").split("&").filter(Boolean);
  const key = (/** @type {string} */ pair) => decodeURIComponent(pair.split("=")[0]);
  const order = [...document.querySelectorAll("[data-part]")].map((part) => part.id);
  const place = (/** @type {string} */ pair) => order.findIndex((part) => owns(part, key(pair)));
  const rest = spelled(location.search).filter((pair) => !owns(id, key(pair)));
  const own = spelled(state).filter((pair) => owns(id, key(pair)));
  const pairs = [...rest, ...own].sort((one, other) => place(one) - place(other));
  return pairs.length ? `?${pairs.join("&")}` : "";
}

/**
 * Ask for a widget in a state and show it; the latest question wins.
 * @param {HTMLElement} part @param {Iterable<[string, any]>} pairs @param {{push?: boolean}} [how]
 */
export async function show(part, pairs, { push = false } = {}) {
  asked.get(part)?.abort();
  const question = new AbortController();
  asked.set(part, question);
  part.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(`${part.dataset.part}?${queryWith(part.id, pairs)}`, { signal: question.signal });
    if (!answer.ok) throw new Error(answer.status === 503 ? "busy; try again in a moment" : `refused (${answer.status})`);
    const fresh = parsed(await answer.text()).firstElementChild;
    const held = part.contains(document.activeElement);
    if (fresh) morph(part, fresh);
    if (held && !part.contains(document.activeElement)) part.querySelector(FIELD)?.focus();
    const query = merged(part.id, answer.headers.get("x-state") ?? "");
    const address = `${location.pathname}${query}${push ? `#${part.id}` : location.hash}`;
    history[push ? "pushState" : "replaceState"](null, "", address);
  } catch (error) {
    if (/** @type {Error} */ (error).name === "AbortError") return;
    say(`The engine could not be asked: ${/** @type {Error} */ (error).message}. What you typed is kept.`);
  } finally {
    if (asked.get(part) === question) part.removeAttribute("aria-busy");
  }
}

/** The pairs of a form, with the button that was pressed. @param {HTMLFormElement} form @param {HTMLElement?} button */
export const pairsOf = (form, button = null) => [...new FormData(form, button)];

/** The widget that something stands in. @param {EventTarget?} target @returns {HTMLElement?} */
export const partOf = (target) => (target instanceof Element ? target.closest("[data-part]") : null);

export function start() {
  let rest = 0;
  document.addEventListener("input", (event) => {
    const part = partOf(event.target);
    const form = /** @type {HTMLInputElement} */ (event.target).form;
    if (!part?.dataset.frames || !form) return;
    clearTimeout(rest);
    rest = setTimeout(() => show(part, pairsOf(form)), TYPING);
  });
  document.addEventListener("submit", (event) => {
    const part = partOf(event.target);
    if (!part) return;
    event.preventDefault();
    clearTimeout(rest);
    show(part, pairsOf(/** @type {HTMLFormElement} */ (event.target), event.submitter), { push: true });
  });
  // A link was made with the page's state of then; whoever copies it or opens it in a tab wants the state of now.
  for (const kind of ["click", "auxclick", "contextmenu"]) {
    document.addEventListener(kind, ({ target }) => {
      const link = target instanceof Element ? target.closest("a[href^='?']") : null;
      const part = partOf(link);
      if (link instanceof HTMLAnchorElement && part) link.setAttribute("href", `${merged(part.id, link.search) || "?"}${link.hash}`);
    }, { capture: true });
  }
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[href^='?']") : null;
    const part = partOf(link);
    if (!link || !part || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
    event.preventDefault();
    show(part, new URL(/** @type {HTMLAnchorElement} */ (link).href).searchParams, { push: true });
  });
  window.addEventListener("popstate", async () => {
    const page = await (await fetch(location.href)).text();
    const fresh = new DOMParser().parseFromString(page, "text/html").querySelector("main");
    const main = document.querySelector("main");
    if (fresh && main) morph(main, fresh);
  });
}
