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
