// The command palette: arrows move between the field and the results, Enter in the field opens the first result.

const palette = document.getElementById("palette");
const field = palette?.querySelector("input[type=search]");
const results = () => [...palette.querySelectorAll(".palette-results .result")];

palette?.addEventListener("keydown", (event) => {
  // A search field keeps the first Escape for itself, to empty it.
  if (event.key === "Escape") palette.close();
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const stops = [field, ...results()];
  const step = event.key === "ArrowDown" ? 1 : -1;
  const at = stops.indexOf(document.activeElement);
  stops[(at + step + stops.length) % stops.length].focus();
  event.preventDefault();
});

// Enter must not open what an older query found: only when the results belong to what is typed.
let shown = "";
document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id === "palette-results") shown = field.value;
});
palette?.querySelector("form").addEventListener("submit", (event) => {
  const first = results().find((result) => result.matches("a")); // logging is chosen, never fallen into
  if (!first || !field.value.trim() || shown !== field.value) return;
  event.preventDefault();
  first.click();
});
