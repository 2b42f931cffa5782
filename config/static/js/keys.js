// One key, one thing: every key presses a link or button of the page (also in a closed menu), so nothing works by key alone.
//   /  Ctrl K  search      n  log an objection      ?  this list      j k  move in a list      1-9  choose a tile or a guess
// A person may switch off those that are one character (WCAG 2.1.4); keys with Ctrl, arrows and Esc stay.
//   Ctrl Enter  send the form one types in, else the page's own      Esc  leave the field one types in

const typing = "input:not([type=radio], [type=checkbox], [type=button], [type=submit]), textarea, select, [contenteditable]";

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
    press("[data-key-press='/']", event);
    return;
  }
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    send(event);
    return;
  }
  if (event.key === "Escape" && event.target.matches(typing) && !event.target.closest("dialog")) {
    event.target.blur();
    return;
  }
  // A field inside a dialog that has just closed may still hold the focus until the next frame.
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(typing)?.checkVisibility()) return;
  const dialog = document.querySelector("dialog[open]");
  if (event.key.length === 1 && document.documentElement.dataset.singleKeys === "off") return;
  if (event.key === "j" || event.key === "k") move(event.key === "j" ? 1 : -1, dialog ?? document, event);
  else if (dialog) return;
  else if (/^[1-9]$/.test(event.key) && document.querySelector(".tiles")) choose(event.key, event);
  else if (event.key === "ArrowRight") press("body.is-run a[rel=next]", event);
  else if (event.key === "ArrowLeft") press("body.is-run a[rel=prev]", event);
  else if (event.key === "Home") press("body.is-run a[data-first]", event);
  else if (event.key === "End") press("body.is-run a[data-last]", event);
  else pressHere(`[data-key-press="${CSS.escape(event.key)}"]`, event);
});

// What a page means by a key goes before what the header means by it.
function pressHere(selector, event) {
  press(document.querySelector(`main ${selector}`) ? `main ${selector}` : selector, event);
}

function press(selector, event) {
  const target = document.querySelector(selector);
  if (!target || target.disabled) return;
  event.preventDefault();
  if (target.matches(typing)) target.focus();
  else target.click();
  if (target.matches("[type=radio], [type=checkbox]")) target.focus();
}

// By the button that says so, so that its name goes along.
function send(event) {
  const own = event.target.form;
  const marked = own && [...own.elements].find((element) => element.matches("[data-ctrl-enter]"));
  const isWriting = own && event.target.matches(typing) && !own.matches("[data-unsent]"); // those save by themselves
  const button = marked ?? (isWriting ? null : document.querySelector("main [data-ctrl-enter]"));
  const form = button?.form ?? (event.target.matches(typing) ? own : null);
  if (!form) return;
  event.preventDefault();
  form.requestSubmit(button);
}

function move(step, scope, event) {
  const rows = [...scope.querySelectorAll("[data-row], [data-list] > *, .table tbody > tr:has(.row-link)")]
    .filter((row) => row.checkVisibility());
  if (!rows.length) return;
  event.preventDefault();
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const row = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1)];
  const target = row.querySelector(".row-link") ?? row.querySelector("a, button, [type=checkbox]") ?? row;
  target.focus();
  row.scrollIntoView({ block: "nearest" });
}

// The first question without an answer wins, so that one key after the other answers the form; then the one in view.
function choose(key, event) {
  const groups = [...document.querySelectorAll(".tiles")].filter((group) => group.querySelector(`[data-key="${key}"]`));
  const group = groups.find((each) => !each.querySelector(":checked"))
    ?? groups.find((each) => each.contains(document.activeElement)) ?? groups[0];
  const input = group?.querySelector(`[data-key="${key}"]`);
  if (!input) return;
  event.preventDefault();
  input.focus();
  input.click();
}
