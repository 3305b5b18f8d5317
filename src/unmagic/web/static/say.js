// One polite voice for what a script has to tell: seen in a corner of the page, and read out.

/** @param {string} words */
export function say(words) {
  let voice = document.getElementById("voice");
  if (!voice) {
    voice = document.createElement("p");
    voice.id = "voice";
    voice.className = "voice";
    voice.setAttribute("role", "status");
    document.body.append(voice);
  }
  voice.textContent = words;
  clearTimeout(Number(voice.dataset.timer));
  voice.dataset.timer = String(setTimeout(() => (voice.textContent = ""), 6000));
}
