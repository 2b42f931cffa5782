// Sharpens the pile and its list; without it a plain select lists every theme and the button places what is checked.

const all = new WeakMap(); // select -> every option it had

document.addEventListener("htmx:load", reveal);
reveal();

function reveal() {
  document.querySelectorAll("[data-narrow]").forEach((part) => { part.hidden = false; });
}

document.addEventListener("input", (event) => {
  const select = document.getElementById(event.target.dataset?.narrows);
  if (select) narrow(select, event.target.value);
});

// Each word has to be somewhere in the name of the theme or of its category.
function narrow(select, typed) {
  if (!all.has(select)) all.set(select, [...select.options]);
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = all.get(select).filter((option) => {
    const name = option.text.toLowerCase();
    return words.length ? option.value && words.every((word) => name.includes(word)) : true;
  });
  select.replaceChildren(...fits);
  select.size = words.length ? Math.min(Math.max(fits.length, 2), 8) : 0;
  select.selectedIndex = fits.length ? 0 : -1;
}

document.addEventListener("keydown", (event) => {
  const select = document.getElementById(event.target.dataset?.narrows);
  if (!select) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    select.selectedIndex = Math.min(Math.max(select.selectedIndex + step, 0), select.options.length - 1);
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (select.value) select.form.requestSubmit();
  } else if (event.key === "Escape") {
    event.target.value = "";
    narrow(select, "");
    event.target.blur();
  }
});

document.addEventListener("change", ({ target }) => {
  if (target.dataset.checks) {
    document.querySelectorAll(`input[type=checkbox][form="${target.dataset.checks}"]`)
      .forEach((box) => { box.checked = target.checked; });
  }
  if (target.closest("[data-counts]")) count(target.closest("#pile"));
});

// What is unchecked in a group is left out of a new theme, too.
function count(pile) {
  const boxes = [...pile.querySelectorAll("[data-counts] input[type=checkbox]")];
  const chosen = boxes.filter((box) => box.checked).map((box) => box.value);
  pile.querySelectorAll("[data-follows] [name=objections]")
    .forEach((input) => { input.disabled = !chosen.includes(input.value); });
  pile.querySelectorAll("[data-count]").forEach((words) => {
    words.textContent = chosen.length === 1 ? "this 1" : `these ${chosen.length}`;
    words.closest("button").disabled = !chosen.length;
  });
}

document.addEventListener("toggle", ({ target }) => {
  if (target.matches?.(".pile-new[open]")) target.querySelector("input:not([type=hidden])").select();
}, true);
