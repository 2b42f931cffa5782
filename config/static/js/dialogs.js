// Dialogs open from [data-opens="id"], close from [data-closes], Escape (native) or a click on the backdrop.
// Without this file the openers are ordinary links to a page that does the same.

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    if (show(opener.dataset.opens)) event.preventDefault();
  } else if (event.target.closest("[data-closes]")) {
    event.target.closest("dialog")?.close();
  } else if (event.target instanceof HTMLDialogElement && isOutside(event)) {
    event.target.close();
  }
});

function show(id) {
  const dialog = document.getElementById(id);
  if (!(dialog instanceof HTMLDialogElement)) return false;
  document.querySelectorAll("dialog[open]").forEach((other) => other.close());
  dialog.showModal();
  dialog.querySelector("[autofocus]")?.select?.();
  return true;
}

function isOutside({ clientX: x, clientY: y, target }) {
  const box = target.getBoundingClientRect();
  return x < box.left || x > box.right || y < box.top || y > box.bottom;
}
