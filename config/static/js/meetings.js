// Sharpens a meeting that several people write in: what others save appears, but never under somebody's hands; what is typed
// is saved before a page is left; the clock counts between two answers of the portal; full screen.

const SECOND = 1000;
const news = document.querySelector("[data-news]");

const notes = () => [...document.querySelectorAll("[data-note]")];
const textOf = (form) => form.querySelector("textarea");
const crosses = (form) => form.querySelector("[data-crossed]");
const isUnsaved = (form) => textOf(form).value !== textOf(form).defaultValue;

// News: none while nobody looks; a place that is written in is left alone until it is not, and is asked for again then.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt === news && document.hidden) event.preventDefault();
});

// What is not typed is not sent: it would cross with what others wrote meanwhile. And while two texts cross, nothing saves
// itself: the answer would take away the buttons that are about to be pressed.
document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt, requestConfig } = event.detail;
  if (!elt.matches("[data-note]") || requestConfig.triggeringEvent?.submitter?.name === "keep") return;
  if (crosses(elt) || !isUnsaved(elt)) event.preventDefault();
});

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target } = event.detail;
  if (!target.matches("[data-note], [data-rows]")) return;
  const isWritten = target.matches("[data-note]") && isUnsaved(target);
  if (isWritten || target.querySelector("[data-editing], [data-crossed]") || target.contains(document.activeElement)) {
    event.detail.shouldSwap = false;
  }
});

// What was saved is no longer unsaved, unless somebody typed on since.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const form = detail.elt.closest?.("[data-note]");
  if (!form?.isConnected) return;
  if (detail.xhr.status === 200) textOf(form).defaultValue = detail.requestConfig.parameters.text.replaceAll("\r\n", "\n");
  if (!isUnsaved(form) || detail.xhr.status !== 200) go(detail.xhr.status === 200);
});

// Where two texts cross, the buttons that settle it may be below what the window shows.
document.addEventListener("htmx:afterSwap", ({ target }) => target.querySelector("[data-crossed]")?.scrollIntoView({ block: "nearest" }));

// Leaving by a link waits for what is not saved yet; a conflict keeps the page.
let leaving;

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  const unsaved = notes().filter(isUnsaved);
  if (!link || !unsaved.length || link.hasAttribute("hx-get") || link.hash && link.pathname === location.pathname && !link.search) return;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const crossed = unsaved.find(crosses);
  if (crossed) return crosses(crossed).querySelector("button").focus();
  leaving = link.href;
  unsaved.forEach((form) => form.requestSubmit());
});

function go(isSaved) {
  if (leaving && isSaved && !notes().some(isUnsaved)) location.assign(leaving);
  if (!isSaved) leaving = undefined;
}

// And a tab that is closed sends it on its way, or asks where two texts cross.
addEventListener("beforeunload", (event) => { if (notes().some(crosses)) event.preventDefault(); });
addEventListener("pagehide", () => {
  for (const form of notes().filter(isUnsaved)) navigator.sendBeacon(form.action, new FormData(form));
});

// What is typed of a decision or an action stays with this tab until it is added: the arrow keys lead away from it.
const ADDED = "#decision-add, #action-add";
const keptAs = (form) => `adding ${document.body.dataset.person} ${new URL(form.action).pathname}`;
const typedIn = (form) => [...form.elements].filter(({ name, type }) => name && type !== "hidden");
const isOffered = (field, value) => !field.options || [...field.options].some((option) => option.value === value);
const isSignIn = (xhr) => new URL(xhr.responseURL, location).pathname === document.body.dataset.signInPage;

function keep(form) {
  const typed = typedIn(form).map(({ name, value }) => [name, value]);
  try { sessionStorage.setItem(keptAs(form), JSON.stringify(typed)); } catch { /* not allowed: the form still works */ }
}

function keptOf(form) {
  try { return new Map(JSON.parse(sessionStorage.getItem(keptAs(form)) ?? "[]")); } catch { return new Map(); }
}

document.addEventListener("input", ({ target }) => {
  const form = target.closest(ADDED);
  if (form) keep(form);
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const form = detail.requestConfig.elt; // by now a fresh one stands in its place
  if (form.matches(ADDED) && detail.successful && !isSignIn(detail.xhr)) sessionStorage.removeItem(keptAs(form));
});

for (const form of document.querySelectorAll(ADDED)) {
  const kept = keptOf(form);
  for (const field of typedIn(form)) {
    const value = kept.get(field.name);
    if (value && !field.value && isOffered(field, value)) field.value = value;
  }
}

// The clock: seconds since the portal told them.
let told = performance.now();
let clock = document.querySelector("#clock [data-left]");

function tick() {
  const now = document.querySelector("#clock [data-left]");
  if (now !== clock) [clock, told] = [now, performance.now()];
  if (clock?.dataset.running === undefined) return;
  const left = Math.round(Number(clock.dataset.left) - (performance.now() - told) / SECOND);
  const words = inWords(left);
  const shown = clock.querySelector("[data-words]");
  if (shown.textContent !== words) shown.textContent = words;
  clock.classList.toggle("is-over", left < 0);
}

// As `feedback.clocks.left_in_words`.
function inWords(left) {
  if (left < 0) return `over by ${Math.ceil(-left / 60)} min`;
  return left < 60 ? "under a minute left" : `${Math.ceil(left / 60)} min left`;
}

if (document.getElementById("clock")) setInterval(tick, SECOND);

const button = document.querySelector("[data-full-screen]");
if (button && document.fullscreenEnabled) {
  button.hidden = false;
  button.addEventListener("click", () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()));
  document.addEventListener("fullscreenchange", () => { button.textContent = document.fullscreenElement ? "Leave full screen" : "Full screen"; });
}
