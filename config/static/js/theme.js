// The switch shows at once; the same form post keeps the choice with the person.

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-theme-switch]");
  if (form) form.requestSubmit();
});

document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-theme-switch]")) {
    document.documentElement.dataset.theme = new FormData(event.target).get("theme");
  }
});
