// What fits, while an objection is typed: htmx asks and swaps, this walks the list and says what came. A list beside a box
// by the ARIA combobox pattern; a textarea may have no role but its own, so there what opens is told by the live region.

const QUIET = 600; // ms without a keystroke until a screen reader is told
const shown = new WeakMap(); // box -> the words that what is shown belongs to
let timer;

const boxOf = (place) => document.querySelector(`[data-suggests="${place.id}"]`);
const placeOf = (box) => document.getElementById(box.dataset.suggests);
const options = (place) => [...place.querySelectorAll("[role=option]")];
const activeOf = (box) => document.getElementById(box.getAttribute("aria-activedescendant") ?? "");

function prepare(box) {
  if (box.matches("input")) box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  tellState(box);
  if (box.value.trim()) box.dispatchEvent(new CustomEvent("suggest"));
}

function tellState(box) {
  const place = placeOf(box);
  const list = place.hidden ? null : place.querySelector("[role=listbox]");
  if (list) box.setAttribute("aria-controls", list.id);
  else box.removeAttribute("aria-controls");
  if (box.matches("input")) box.setAttribute("aria-expanded", String(Boolean(list)));
  box.removeAttribute("aria-activedescendant");
}

function announce(place) {
  clearTimeout(timer);
  const words = place.querySelector("[data-tells]")?.dataset.tells ?? "";
  const region = document.getElementById(`${place.id}-told`);
  if (region.textContent !== words) timer = setTimeout(() => { region.textContent = words; }, QUIET);
}

// Its details take the place of those of another theme, in room that is kept.
function show(place, option) {
  options(place).forEach((each) => {
    each.setAttribute("aria-selected", String(each === option));
    each.classList.remove("is-active");
  });
  place.querySelectorAll("[data-shown-by]").forEach((part) => { part.hidden = part.dataset.shownBy !== option.id; });
}

function activate(box, option) {
  show(placeOf(box), option);
  option.classList.add("is-active");
  option.scrollIntoView({ block: "nearest", inline: "nearest" });
  box.setAttribute("aria-activedescendant", option.id);
}

function rest(box) {
  activeOf(box)?.classList.remove("is-active");
  box.removeAttribute("aria-activedescendant");
}

function close(box) {
  placeOf(box).hidden = true;
  tellState(box);
}

// What is shown may belong to words that were changed since: then nobody has chosen it.
function fits(box) {
  const place = placeOf(box);
  return !place.hidden && shown.get(box) === box.value ? options(place) : [];
}

function logAs(form, theme) {
  const same = form.querySelector("input[name=same]");
  same.value = theme;
  form.requestSubmit();
  same.value = "";
}

function choose(box, option) {
  const part = placeOf(box).querySelector(`[data-shown-by="${option.id}"]`);
  logAs(box.form, part.querySelector("[data-same]").dataset.same);
}

const isAtEnd = (box) => box.selectionStart === box.value.length && box.selectionEnd === box.value.length;

function press(box, event) {
  const found = fits(box);
  const active = activeOf(box);
  const at = found.indexOf(active);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return; // logs it as it is: keys.js
  if (event.key === "Enter" && event.altKey) {
    if (found.length) choose(box, found[Math.max(at, 0)]);
    else box.form.requestSubmit();
  } else if (event.key === "Enter" && at >= 0) choose(box, active);
  else if (event.key === "Escape" && at >= 0) rest(box);
  else if (event.key === "Escape" && options(placeOf(box)).length && !placeOf(box).hidden) close(box);
  else if (step && at >= 0 && at + step < 0) rest(box);
  else if (step && at >= 0) activate(box, found[Math.min(at + step, found.length - 1)]);
  else if (event.key === "ArrowDown" && found.length && !event.shiftKey && (event.altKey || isAtEnd(box))) activate(box, found[0]);
  else return;
  event.preventDefault();
}

document.addEventListener("keydown", (event) => {
  if (event.target.matches?.("[data-suggests]") && !event.isComposing) press(event.target, event);
});

document.addEventListener("input", ({ target }) => {
  if (!target.matches?.("[data-suggests]")) return;
  clearTimeout(timer);
  rest(target);
});

// A finger or mouse shows a theme; the button beside its answer logs. Neither takes the focus from the words.
document.addEventListener("mousedown", (event) => {
  if (event.target.closest(".suggested [role=option], [data-same]")) event.preventDefault();
});

document.addEventListener("click", ({ target }) => {
  const option = target.closest(".suggested [role=option]");
  const button = target.closest("[data-same]");
  if (option) show(option.closest(".suggested"), option);
  if (button && fits(boxOf(button.closest(".suggested"))).length) logAs(button.form, button.dataset.same);
});

// Whoever was signed out meanwhile is sent to another page, which is nothing to show here.
document.addEventListener("htmx:beforeSwap", ({ detail, target }) => {
  if (target.matches?.(".suggested") && !detail.xhr.responseURL.endsWith(detail.pathInfo.requestPath)) detail.shouldSwap = false;
});

// That nothing came is no reason to disturb somebody who types; logging tells if the portal is away.
for (const name of ["htmx:sendError", "htmx:responseError"]) {
  document.addEventListener(name, (event) => {
    if (event.target.matches?.("[data-suggests]")) event.stopPropagation();
  }, true);
}

document.addEventListener("htmx:afterSwap", ({ detail, target }) => {
  if (!target.matches?.(".suggested")) return;
  const box = boxOf(target);
  shown.set(box, detail.requestConfig.parameters.text ?? "");
  target.hidden = false;
  tellState(box);
  announce(target);
});

// What floats above the page goes when the words are left, and comes back with them.
document.addEventListener("focusout", ({ target, relatedTarget }) => {
  const part = target.closest?.("form")?.querySelector(".suggest-float");
  if (part && !part.closest("form").contains(relatedTarget)) close(boxOf(part.querySelector(".suggested")));
});
document.addEventListener("focusin", ({ target }) => {
  if (!target.matches?.("[data-suggests]") || !placeOf(target).hidden) return;
  placeOf(target).hidden = !options(placeOf(target)).length;
  tellState(target);
});

function prepareAll() {
  document.querySelectorAll("[data-suggests]:not([aria-autocomplete])").forEach(prepare);
}

document.addEventListener("htmx:load", prepareAll);
