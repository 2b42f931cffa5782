// What a person typed and the portal has not confirmed yet stays in this browser, and goes out when it can: after the
// network was away, the portal was down, the tab was closed. Only as the person who typed it, and with a fresh token.
// An item with `json` is an objection to log, see objections.js; the others are answers to a question of a review.
//   <form data-unsent="review 12 reason" data-unsent-title="Acme · Forklifts" hx-post="…">  saves by itself through htmx

const PREFIX = "unsent:";
const SECONDS = 10; // between two tries
const RESTING = 15_000; // ms after which what another tab typed is no longer being typed there
const { person, unsentPage } = document.body.dataset;
const tab = Math.random().toString(36).slice(2);
const FREE = 30_000; // ms after which what a plain form sent off is sent from here: the same id is logged once
const failed = new Set(); // keys of this tab whose last try did not reach the portal
const list = document.getElementById("unsent");
const renewed = new Set(); // keys tried again with a fresh token
const sent = new WeakMap(); // request -> what it carried

function all() {
  return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX))
    .map((key) => ({ key, ...JSON.parse(localStorage.getItem(key)) }));
}

const mine = () => all().filter((item) => item.person === person).sort((a, b) => a.at - b.at);

function write({ key, ...item }) {
  try { localStorage.setItem(key, JSON.stringify(item)); } catch { /* full, or not allowed: the form still saves */ }
}

function drop({ key, at }) {
  const held = localStorage.getItem(key);
  if (held && JSON.parse(held).at === at) localStorage.removeItem(key); // else typed on since
}

const keyOf = (part) => `${PREFIX}${person} ${part.dataset.unsent} ${tab}`;
const partOf = (element) => element?.closest?.("[data-unsent]");

function keep(part) {
  const form = part.matches("form") ? part : part.querySelector("[form]").form;
  const body = new URLSearchParams(new FormData(form));
  body.delete("csrfmiddlewaretoken");
  const url = part.getAttribute("hx-post");
  const { unsent: id, unsentTitle: title } = part.dataset;
  const key = keyOf(part);
  const held = localStorage.getItem(key);
  if (held && JSON.parse(held).body === `${body}`) return; // sent once more, not typed once more
  write({ key, person, tab, id, title, url, page: location.pathname, body: `${body}`, at: Date.now() });
  part.querySelector("[role=status]").textContent = "";
}

for (const kind of ["input", "change"]) {
  document.addEventListener(kind, ({ target }) => { const part = partOf(target); if (part) keep(part); }, true); // before htmx
}

// What this tab sends through htmx.
document.addEventListener("htmx:configRequest", ({ detail, target }) => {
  const part = partOf(target);
  const item = part && mine().find(({ key }) => key === keyOf(part));
  if (item) detail.parameters.age = ageOf(item);
});
document.addEventListener("htmx:beforeSend", ({ detail, target }) => {
  const part = partOf(target);
  const item = part && mine().find(({ key }) => key === keyOf(part));
  if (item) sent.set(detail.xhr, item);
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const item = sent.get(detail.xhr);
  if (!item) return;
  const { status, responseURL } = detail.xhr;
  if (reached(responseURL, item)) settle(item, status, renewed.has(item.key));
  else failed.add(item.key);
});

const ageOf = (item) => Math.max(0, Math.round((Date.now() - item.at) / 1000));
const reached = (url, item) => url && new URL(url).pathname === item.url; // else it led to the sign-in page, or nowhere

// A token of before the last sign-in answers 403, which says nothing of the words.
function settle(item, status, isFresh) {
  const isDone = status < 500 && (isFresh || status !== 403) && !(item.json && [401, 403, 429].includes(status));
  if (status < 300) {
    drop(item);
    warn();
  } else if (isDone) refuse(item);
  if (isDone) failed.delete(item.key);
  else failed.add(item.key);
}

function refuse(item) {
  write({ ...item, refused: true });
  warn();
}

// What was not taken is said on every page until somebody looks at it.
function warn() {
  const refused = mine().filter((item) => item.refused).length;
  if (!refused) document.getElementById("unsent-warning")?.remove();
  if (!refused || list || document.getElementById("unsent-warning")) return;
  const warning = document.getElementById("unsent-told").content.firstElementChild.cloneNode(true);
  document.getElementById("main").prepend(warning);
}

// What nobody is typing any more: of a tab that was closed, or of this one after a try that failed.
async function flush() {
  const waiting = mine().filter((item) => !item.refused && !(item.held && Date.now() - item.at < FREE));
  const ours = waiting.filter(({ key }) => failed.has(key));
  const left = waiting.filter((item) => item.tab !== tab && (item.orphan || Date.now() - item.at > RESTING));
  const token = ours.length + left.length && await freshToken();
  if (!token) return;
  ours.forEach((item) => again(item, token));
  for (const item of left) await send(item, token);
}

function again(item, token) {
  document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((field) => { field.value = token; });
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  renewed.add(item.key);
  const part = document.querySelector(`[data-unsent="${CSS.escape(item.id)}"]`);
  if (part) htmx.trigger(part.querySelector("textarea") ?? part, "change");
}

async function freshToken() {
  const answer = await fetch(`${unsentPage}person/`).catch(() => null);
  if (!answer?.ok || answer.redirected) return null;
  const told = await answer.json();
  return String(told.person) === person ? told.token : null;
}

async function send(item, token) {
  const type = item.json ? "application/json" : "application/x-www-form-urlencoded";
  const headers = { "X-CSRFToken": token, "Content-Type": type, ...(item.json ? {} : { "HX-Request": "true" }) };
  const body = item.json ? JSON.stringify(item.json) : `${item.body}&age=${ageOf(item)}`;
  const answer = await fetch(item.url, { method: "POST", headers, body }).catch(() => null);
  if (!answer || !reached(answer.url, item)) return;
  settle(item, answer.status, true);
  if (answer.status >= 500) return;
  const isShown = show(item, await answer.text(), answer);
  // A newer answer stands: these words are nowhere but here, unless the page offers them.
  if (answer.headers.has("X-Newer-Stands") && !isShown) refuse(item);
}

function show(item, html, { ok, status, headers }) {
  if (item.json) {
    if (status === 200 && item.quiet) return true; // logged before: the page that did it has said so
    const words = `${ok ? "Logged" : "Not taken"}: “${item.title}”.${item.left}`;
    document.dispatchEvent(new CustomEvent("portal:tell", { detail: { words, level: ok ? "info" : "error" } }));
    return true;
  }
  const part = document.querySelector(`[data-unsent="${CSS.escape(item.id)}"]`);
  const typedOn = part && localStorage.getItem(keyOf(part));
  if (part && !typedOn && (ok || html.includes("data-unsent"))) {
    const section = part.closest("section");
    section.outerHTML = html;
    htmx.process(document.getElementById(section.id));
    return true;
  }
  if (!part && !headers.has("X-Newer-Stands")) {
    const words = ok ? `Sent: what you had typed on ${item.title}.` : `Not taken: what you had typed on ${item.title}.`;
    document.dispatchEvent(new CustomEvent("portal:tell", { detail: { words, level: ok ? "info" : "error" } }));
  }
  return false;
}

addEventListener("pagehide", () => mine().filter((item) => item.tab === tab).forEach((item) => write({ ...item, orphan: true })));
addEventListener("online", flush);
setInterval(flush, SECONDS * 1000);
if (person) {
  flush();
  warn();
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-sign-out]") || !mine().length) return;
  event.preventDefault();
  location.assign(unsentPage);
});

// The page that lists it.
function draw() {
  const items = mine();
  list.replaceChildren(...items.map(row));
  document.querySelectorAll("[data-unsent-none]").forEach((part) => { part.hidden = items.length > 0; });
  document.querySelectorAll("[data-unsent-some]").forEach((part) => { part.hidden = !items.length; });
}

function row(item) {
  const drawn = document.getElementById("unsent-row").content.firstElementChild.cloneNode(true);
  const link = drawn.querySelector("a");
  link.href = item.page;
  link.textContent = item.json ? "An objection" : item.title;
  drawn.querySelector("time").textContent = new Date(item.at).toLocaleString();
  drawn.querySelector("[data-words]").textContent = typedIn(item);
  drawn.querySelector("[data-refused]").hidden = !item.refused;
  drawn.querySelector("[data-send]").addEventListener("click", async () => {
    const token = await freshToken();
    if (token) await send({ ...item, refused: undefined }, token);
    draw();
  });
  drawn.querySelector("[data-discard]").addEventListener("click", () => { localStorage.removeItem(item.key); draw(); });
  return drawn;
}

// Words, not the numbers of what was chosen.
function typedIn(item) {
  if (item.json) return item.json.text;
  const said = [...new URLSearchParams(item.body)].filter(([name, text]) => name !== "seen" && /\p{L}/u.test(text) && text !== "on");
  return said.map(([, text]) => text).join(" · ");
}

if (list) {
  draw();
  addEventListener("storage", draw);
}
