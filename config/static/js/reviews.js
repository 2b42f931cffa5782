// Without a network a review is not handed in: the page stays, with all that was typed, and says so.
addEventListener("submit", (event) => {
  if (event.target.id !== "hand-in" || navigator.onLine) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const words = "Not handed in: you are offline. What you typed is kept; submit it when you are back.";
  document.dispatchEvent(new CustomEvent("portal:tell", { detail: { words, level: "error" } }));
}, true);

// A review is handed in only when every answer that is on its way has arrived; one that fails leaves it to be pressed again.

const underWay = () => document.querySelector("[data-unsent].htmx-request, section .htmx-request");
let waits = null; // the button that was pressed meanwhile

document.addEventListener("submit", (event) => {
  if (event.target.id !== "hand-in" || !underWay()) return;
  event.preventDefault();
  waits = { form: event.target, button: event.submitter };
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!waits) return;
  const { form, button } = waits;
  if (!detail.successful) waits = null;
  else setTimeout(() => { // when htmx has taken its mark off
    if (!waits || underWay()) return;
    waits = null;
    form.requestSubmit(button);
  });
});

// What was chosen before these scripts were there is saved now. After going back or a reload, fields may hold what the
// browser remembers of before, which nobody chose on this page.
addEventListener("load", () => {
  if (performance.getEntriesByType("navigation")[0]?.type !== "navigate") return;
  for (const part of document.querySelectorAll("[data-unsent]")) {
    const touched = [...part.querySelectorAll("input, select, textarea")].find(isTouched);
    touched?.dispatchEvent(new Event("change", { bubbles: true }));
  }
});

function isTouched(field) {
  if (field.matches("[type=radio], [type=checkbox]")) return field.checked !== field.defaultChecked;
  if (field.matches("select")) return field.selectedIndex !== Math.max(0, [...field.options].findIndex((option) => option.defaultSelected));
  return field.type !== "hidden" && field.value !== field.defaultValue;
}
