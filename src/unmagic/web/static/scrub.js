// Numbers that are dragged: the engine answers for a whole grid of values, and dragging draws its frames.
import { morph, parsed } from "./morph.js";
import { pairsOf, partOf, queryWith, show } from "./parts.js";

const NEAR = 15; // frames asked for on either side at first
const MORE = 30; // and farther out, when the hand gets there
const START = 4; // px that make a drag out of a click
const PER_STEP = 5; // px a step

/** The frames of one cell at one step size, as far as they were asked for. */
class Grid {
  /** @param {HTMLElement} part @param {HTMLInputElement} cell @param {number} step */
  constructor(part, cell, step) {
    this.frames = new Map();
    this.asked = { low: 1, high: 0 };
    const query = queryWith(part.id, pairsOf(/** @type {HTMLFormElement} */ (cell.form)));
    query.set("over", cell.name);
    query.set("step", String(step));
    this.address = part.dataset.frames;
    this.query = query;
  }

  /** Ask for the frames around the n-th, if they are not there or on their way. @param {number} n @param {() => void} then */
  reach(n, then) {
    const { low, high } = this.asked;
    if (low > high) this.ask(n - NEAR, n + NEAR, then);
    else if (n > high - 8) this.ask(high + 1, high + MORE, then);
    else if (n < low + 8) this.ask(low - MORE, low - 1, then);
  }

  async ask(low, high, then) {
    this.asked = { low: Math.min(low, this.asked.low), high: Math.max(high, this.asked.high) };
    this.query.set("low", String(low));
    this.query.set("high", String(high));
    const answer = await fetch(`${this.address}?${this.query}`).catch(() => null);
    if (!answer?.ok) return;
    const { frames } = await answer.json();
    frames.forEach(([text, html], k) => this.frames.set(low + k, { text, html }));
    then();
  }

  /** The n-th frame, or the nearest that is there. @param {number} n */
  at(n) {
    const sign = Math.sign(n) || 1;
    for (let k = n; k * sign >= 0; k -= sign) {
      const frame = this.frames.get(k);
      if (frame) {
        frame.tree ??= parsed(frame.html);
        return frame;
      }
    }
    return this.frames.get(0);
  }
}

/** @param {HTMLElement} part @param {{tree: DocumentFragment}} frame */
function draw(part, frame) {
  for (const fresh of frame.tree.children) {
    const old = part.querySelector(`[data-live="${/** @type {HTMLElement} */ (fresh).dataset.live}"]`);
    if (old) morph(old, fresh);
  }
}

/** @param {HTMLInputElement} cell @param {PointerEvent} down */
function drag(cell, down) {
  const part = partOf(cell);
  if (!part?.dataset.frames || !cell.form) return;
  const before = cell.value;
  const size = Number(cell.dataset.step) || 1;
  const grids = new Map();
  let origin = down.clientX;
  let factor = 1;
  let wanted = 0;
  let moving = false;
  let drawn = 0;

  const grid = () => {
    if (!grids.has(factor)) grids.set(factor, new Grid(part, cell, size * factor));
    return grids.get(factor);
  };
  const frame = () => {
    drawn = 0;
    const found = grid().at(wanted);
    if (!moving || !found) return;
    cell.value = found.text.replace("-", "−");
    draw(part, found);
  };
  const later = () => (drawn ||= requestAnimationFrame(frame));
  const move = (/** @type {PointerEvent} */ event) => {
    if (!moving && Math.abs(event.clientX - down.clientX) < START) return;
    if (!moving) {
      moving = true;
      cell.setPointerCapture(down.pointerId);
      cell.classList.add("dragging");
      part.classList.add("dragged");
    }
    event.preventDefault();
    const by = event.shiftKey ? 10 : event.altKey ? 0.1 : 1;
    if (by !== factor) {
      // the grid of another step size starts where the hand is now
      grids.clear();
      factor = by;
      origin = event.clientX;
    }
    wanted = Math.round((event.clientX - origin) / PER_STEP);
    grid().reach(wanted, later);
    later();
  };
  const end = (/** @type {Event} */ event) => {
    cell.removeEventListener("pointermove", move);
    cell.removeEventListener("pointerup", end);
    cell.removeEventListener("pointercancel", end);
    document.removeEventListener("keydown", escape);
    cell.classList.remove("dragging");
    part.classList.remove("dragged");
    if (!moving) return;
    moving = false;
    if (event.type !== "pointerup") cell.value = before;
    cell.blur();
    show(part, pairsOf(/** @type {HTMLFormElement} */ (cell.form)));
  };
  const escape = (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && end(event);
  cell.addEventListener("pointermove", move);
  cell.addEventListener("pointerup", end);
  cell.addEventListener("pointercancel", end);
  document.addEventListener("keydown", escape);
  grid().reach(0, later);
}

/** What a key does to a number: steps up, as the engine's buttons count them. */
const KEYS = { ArrowUp: "+", ArrowDown: "-", PageUp: "+10", PageDown: "-10" };

export function start() {
  document.addEventListener("pointerdown", (event) => {
    const cell = event.target;
    if (event.button || !(cell instanceof HTMLInputElement) || !cell.closest(".cell")) return;
    drag(cell, event);
  });
  document.addEventListener("keydown", (event) => {
    const cell = event.target;
    if (!(cell instanceof HTMLInputElement) || !cell.closest(".cell") || !cell.form) return;
    const part = partOf(cell);
    let sign = KEYS[event.key];
    if (!part || !sign || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (event.shiftKey && sign.length === 1) sign += "10";
    const place = cell.name.slice(part.id.length + 1);
    const pairs = [...pairsOf(cell.form), [`${part.id}.do`, `${place}${sign}`]];
    show(part, /** @type {[string, any][]} */ (pairs)).then(() => {
      cell.value = cell.getAttribute("value") ?? cell.value;
      cell.select();
    });
  });
}
