// Symbols light up by style sheet alone; this adds pinning: a press on a legend's button or a tap on a symbol holds it lit.

/** @param {Element} key @param {boolean} pressed */
const press = (key, pressed) => key.setAttribute("aria-pressed", String(pressed));

/** The legend's button for a symbol somewhere in its scope. @param {Element} symbol */
function keyOf(symbol) {
  const hue = [...symbol.classList].find((name) => /^s[1-8]$/.test(name));
  return hue ? symbol.closest(".scope")?.querySelector(`.key.${hue}`) : null;
}

export function start() {
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const key = event.target.closest(".key[aria-pressed]");
    const symbol = event.target.closest(".sym");
    const pinned = key ?? (symbol && symbol.nodeName !== "INPUT" ? keyOf(symbol) : null);
    if (!pinned) return;
    const was = pinned.getAttribute("aria-pressed") === "true";
    pinned.closest(".scope")?.querySelectorAll(".key[aria-pressed='true']").forEach((one) => press(one, false));
    press(pinned, !was);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.querySelectorAll(".key[aria-pressed='true']").forEach((key) => press(key, false));
  });
}
