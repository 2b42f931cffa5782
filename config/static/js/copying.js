// [data-copies="text"] puts the text on the clipboard. Without this file the address is selected and copied by hand.

for (const button of document.querySelectorAll("[data-copies]")) button.hidden = !navigator.clipboard;

document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("[data-copies]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copies);
    tell("Copied.", "info");
  } catch {
    tell("Your browser does not let us copy it. Select the address and copy it by hand.", "error");
  }
});

// Where a browser lets nobody copy (plain HTTP), one tap still selects all of it.
document.addEventListener("focusin", ({ target }) => target.matches?.(".share-address") && target.select());

function tell(words, level) {
  document.dispatchEvent(new CustomEvent("portal:tell", { detail: { words, level } }));
}
