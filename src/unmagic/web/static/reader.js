// The Reader's script. Without it everything works as forms and links; it sends by keyboard, and minds long texts.

const LONGEST = 5000; // characters of an address that every browser and proxy carries

const form = document.getElementById("reader");

if (form instanceof HTMLFormElement) {
  form.addEventListener("submit", () => {
    const pairs = /** @type {[string, string][]} */ ([...new FormData(form)]);
    form.method = new URLSearchParams(pairs).toString().length <= LONGEST ? "get" : "post";
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector(".btn.main"));
  });
}
