// Sharpens the agenda: Alt with arrows presses the buttons of a section, and sections can be dragged. Without this file the
// buttons do the same. The focus stays with the button pressed, which htmx finds by its id.

const SECTION = "[data-agenda] [data-section]";
let dragged;

document.addEventListener("keydown", (event) => {
  const section = event.target.closest(SECTION);
  const to = { ArrowUp: "up", ArrowDown: "down" }[event.key];
  if (!section || !to || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const button = section.querySelector(`[name=to][value=${to}]`);
  button.focus();
  button.click();
});

function letDrag() {
  document.querySelectorAll(SECTION).forEach((section) => { section.draggable = true; });
}

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.(SECTION);
  if (dragged) event.dataTransfer.effectAllowed = "move";
});

document.addEventListener("dragover", (event) => {
  const over = dragged && event.target.closest?.(SECTION);
  document.querySelectorAll(".is-over").forEach((other) => other.classList.toggle("is-over", other === over));
  over?.classList.add("is-over");
  if (over) event.preventDefault();
});

document.addEventListener("dragend", () => {
  dragged = undefined;
  document.querySelectorAll(".is-over").forEach((section) => section.classList.remove("is-over"));
});

// In front of the section it is dropped on when it comes from below, behind it when it comes from above.
document.addEventListener("drop", (event) => {
  const over = dragged && event.target.closest?.(SECTION);
  if (!over || over === dragged) return;
  event.preventDefault();
  const isBelow = dragged.compareDocumentPosition(over) & Node.DOCUMENT_POSITION_FOLLOWING;
  const before = (isBelow ? over.nextElementSibling : over)?.dataset.section ?? "";
  window.htmx.ajax("POST", dragged.dataset.move, { source: dragged, target: "#agenda", swap: "outerHTML", values: { before } });
});

document.addEventListener("htmx:afterSwap", letDrag);
letDrag();
