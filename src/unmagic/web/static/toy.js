// The learning-rate toy under the hand: its slider draws frames that the engine made, a run plays, keys step it.
import { morph, parsed } from "./morph.js";
import { pairsOf, partOf, queryWith, show } from "./parts.js";

const NEAR = 10; // frames asked for on either side of the slider
const AHEAD = 16; // steps asked for at once while a run plays
const PACE = 140; // ms a step

const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** What frames of one state are kept by: everything in the form but what they are over. */
class Frames {
  /** @param {HTMLElement} part @param {"eta" | "k"} over */
  constructor(part, over) {
    this.part = part;
    this.over = over;
    this.key = "";
    /** @type {Map<number, {text: string, html: string, tree?: DocumentFragment}>} */
    this.made = new Map();
    this.last = Infinity; // no frames lie behind this one
    this.asking = false;
  }

  /** @param {HTMLFormElement} form */
  query(form) {
    const id = this.part.id;
    const moot = [`${id}.was`, `${id}.slide`, `${id}.do`];
    const query = queryWith(id, pairsOf(form).filter(([key]) => key.startsWith(`${id}.`) && !moot.includes(key)));
    for (const key of [...query.keys()]) if (!key.startsWith(`${id}.`)) query.delete(key);
    const key = new URLSearchParams(query);
    key.delete(`${id}.${this.over}`);
    if (key.toString() !== this.key) {
      this.key = key.toString();
      this.made.clear();
      this.last = Infinity;
    }
    return query;
  }

  /** Ask for the frames from `low` to `high` that are not there. @param {HTMLFormElement} form */
  async reach(form, low, high) {
    const query = this.query(form);
    while (this.made.has(low) && low < high) low += 1;
    while (this.made.has(high) && high > low) high -= 1;
    if (this.asking || this.made.has(low) || low > this.last) return;
    this.asking = true;
    const key = this.key;
    query.set("over", `${this.part.id}.${this.over}`);
    query.set("low", String(low));
    query.set("high", String(high));
    try {
      const answer = await fetch(`${this.part.dataset.frames}?${query}`);
      if (!answer.ok || key !== this.key) return;
      const { frames } = await answer.json();
      frames.forEach(([text, html], k) => this.made.set(low + k, { text, html }));
      if (frames.length <= high - low) this.last = low + frames.length - 1;
    } catch {
      // the form still works: on settling the page is asked for anew, and says what is wrong
    } finally {
      this.asking = false;
    }
  }

  /** Draw the n-th frame, if it is there. @param {number} n */
  draw(n) {
    const frame = this.made.get(n);
    if (!frame) return false;
    frame.tree ??= parsed(frame.html);
    for (const fresh of frame.tree.children) {
      const old = this.part.querySelector(`[data-live="${/** @type {HTMLElement} */ (fresh).dataset.live}"]`);
      if (old) morph(old, fresh);
    }
    return true;
  }
}

/** The toy of one part of the page. */
class Toy {
  /** @param {HTMLElement} part */
  constructor(part) {
    this.part = part;
    this.rates = new Frames(part, "eta");
    this.steps = new Frames(part, "k");
    this.due = 0;
    this.playing = false;
    this.seen = true;
    new IntersectionObserver(([entry]) => (this.seen = entry.isIntersecting)).observe(part);
  }

  get form() {
    return /** @type {HTMLFormElement} */ (this.part.querySelector("form"));
  }

  /** @param {string} name @returns {HTMLInputElement?} */
  field(name) {
    return this.part.querySelector(`input[name="${this.part.id}.${name}"]`);
  }

  /** Press a button of the form. @param {string} action */
  press(action) {
    this.pause(false);
    return show(this.part, /** @type {[string, any][]} */ ([...pairsOf(this.form), [`${this.part.id}.do`, action]]), { push: true });
  }

  // the slider ---------------------------------------------------------------------------------------

  /** The stop of the slider, counted from its left end. */
  get stop() {
    const slide = this.field("slide");
    return slide ? Math.round(Number(slide.value) / Number(slide.step)) : 0;
  }

  /** Draw the frame of where the slider is; ask for those around it. */
  slid() {
    this.pause(false);
    this.due ||= requestAnimationFrame(async () => {
      this.due = 0;
      const stop = this.stop;
      const there = this.rates.draw(stop);
      const slide = /** @type {HTMLInputElement} */ (this.field("slide"));
      const last = Math.round(Number(slide.max) / Number(slide.step));
      await this.rates.reach(this.form, Math.max(0, stop - NEAR), Math.min(last, stop + NEAR));
      if (!there && this.stop === stop) this.rates.draw(stop);
      else if (this.stop !== stop && !this.due) this.slid();
    });
  }

  // a run that plays ---------------------------------------------------------------------------------

  play() {
    const start = Number(this.field("k")?.value ?? 0);
    this.playing = true;
    this.label("Pause");
    let step = start;
    let then = 0;
    const tick = async (/** @type {number} */ now) => {
      if (!this.playing || !this.part.isConnected) return;
      if (!this.seen || document.hidden) return this.pause();
      if (now - then >= PACE) {
        if (step >= this.steps.last) return this.pause();
        if (this.steps.draw(step + 1)) {
          step += 1;
          then = now;
          const count = this.field("k");
          if (count) count.value = String(step);
        }
        if (!this.steps.made.has(step + AHEAD / 2)) this.steps.reach(this.form, step + 1, step + AHEAD);
      }
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  /** Stop playing, and ask for the page where it stopped. */
  pause(settle = true) {
    if (!this.playing) return;
    this.playing = false;
    this.label("Run");
    if (settle) show(this.part, pairsOf(this.form), { push: true });
  }

  /** @param {string} words */
  label(words) {
    const button = this.part.querySelector("button[value='run']");
    if (button) button.textContent = words;
  }
}

/** @type {WeakMap<Element, Toy>} */
const toys = new WeakMap();

/** @param {EventTarget?} target */
function toyOf(target) {
  const part = partOf(target);
  if (!part?.hasAttribute("data-toy")) return null;
  if (!toys.has(part)) toys.set(part, new Toy(part));
  return /** @type {Toy} */ (toys.get(part));
}

/** @param {EventTarget?} target */
const isSlider = (target) => target instanceof HTMLInputElement && target.type === "range";

export function start() {
  for (const part of document.querySelectorAll("[data-toy]")) toyOf(part);
  document.addEventListener("input", (event) => {
    const toy = toyOf(event.target);
    if (!toy || !isSlider(event.target)) return;
    event.stopImmediatePropagation(); // a slide is fetched when the hand lets go
    toy.slid();
  }, { capture: true });
  document.addEventListener("change", (event) => {
    const toy = toyOf(event.target);
    if (toy && isSlider(event.target)) show(toy.part, pairsOf(toy.form));
  });
  for (const kind of ["pointerdown", "focusin"]) {
    document.addEventListener(kind, (event) => {
      const toy = isSlider(event.target) ? toyOf(event.target) : null;
      if (toy) toy.rates.reach(toy.form, Math.max(0, toy.stop - NEAR), toy.stop + NEAR);
    });
  }
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-toy] button[name$='.do']") : null;
    const toy = button ? toyOf(button) : null;
    if (!button || !toy) return;
    if (button.getAttribute("aria-disabled") === "true") return event.preventDefault();
    if (/** @type {HTMLButtonElement} */ (button).value !== "run" || calm.matches) return toy.pause(false);
    event.preventDefault();
    if (toy.playing) toy.pause();
    else toy.play();
  }, { capture: true });
  document.addEventListener("keydown", (event) => {
    const at = event.target;
    const taken = at instanceof HTMLInputElement || (at instanceof Element && at.closest(".scroll, .formula, summary")); // arrows are theirs
    const toy = taken ? null : toyOf(at);
    if (!toy || event.ctrlKey || event.metaKey || event.altKey) return;
    const action = { ArrowRight: "step", ArrowLeft: "back", r: "reset", R: "reset" }[event.key];
    if (action) {
      event.preventDefault();
      toy.press(action);
    } else if (event.key === " " && at instanceof Element && at.closest(".sheet-box")) {
      event.preventDefault();
      if (toy.playing) toy.pause();
      else if (calm.matches) toy.press("run");
      else toy.play();
    }
  });
}
