// A review is handed in only when every answer that is on its way has arrived.

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.id !== "hand-in" || !document.querySelector("section .htmx-request")) return;
  event.preventDefault();
  const { submitter } = event;
  document.body.addEventListener("htmx:afterOnLoad", () => setTimeout(() => form.requestSubmit(submitter)), { once: true });
});
