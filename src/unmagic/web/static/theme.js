// Sets the visitor's own choice of light or dark before the first paint; without one the system's rules.
const chosen = localStorage.getItem("theme");
if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
