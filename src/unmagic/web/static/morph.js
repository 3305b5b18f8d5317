// Changes one tree into another by touching only what differs, so that focus, selection and opened details stay.

/** What the visitor did to an element, which fresh markup must not undo. */
const KEPT = { DETAILS: ["open"], BUTTON: ["aria-pressed"] };

/**
 * Make `old` look like `fresh`, which is left as it is.
 * @param {Element} old
 * @param {Element} fresh
 */
export function morph(old, fresh) {
  attributes(old, fresh);
  field(old, fresh);
  const from = [...old.childNodes];
  const to = [...fresh.childNodes];
  to.forEach((node, k) => {
    const has = from[k];
    if (!has) old.append(node.cloneNode(true));
    else if (has.nodeName !== node.nodeName || has.nodeType !== node.nodeType) has.replaceWith(node.cloneNode(true));
    else if (has instanceof Element) morph(has, /** @type {Element} */ (node));
    else if (has.nodeValue !== node.nodeValue) has.nodeValue = node.nodeValue;
  });
  from.slice(to.length).forEach((node) => node.remove());
}

/** @param {Element} old @param {Element} fresh */
function attributes(old, fresh) {
  const kept = KEPT[old.nodeName] ?? [];
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !kept.includes(name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value && !kept.includes(name)) old.setAttribute(name, value);
  }
}

/** A field shows its fresh value, but for the one in which the visitor is typing. */
function field(old, fresh) {
  if (old === document.activeElement) return;
  if (old instanceof HTMLInputElement && old.type !== "radio" && old.type !== "checkbox") {
    const value = fresh.getAttribute("value") ?? "";
    if (old.value !== value) old.value = value;
  } else if (old instanceof HTMLInputElement) old.checked = fresh.hasAttribute("checked");
  else if (old instanceof HTMLTextAreaElement && old.value !== fresh.textContent) old.value = fresh.textContent ?? "";
}

/**
 * Markup as an element, ready to be morphed to.
 * @param {string} html
 */
export function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}
