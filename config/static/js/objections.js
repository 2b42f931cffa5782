// An objection that cannot be sent now is kept in this browser under its own id and logged when the portal is back: the
// same id sent twice is logged once. Beside unsent.js, which sends what is kept.

const { dataset } = document.body;
const person = dataset.person || localStorage.getItem("unsent-person");
const forms = "form[data-objection]";
const HELD = "unsent-held"; // in this tab: the key of what a plain form has just sent off
const KEPT = "Kept in this browser. It is logged as soon as the portal can be reached.";

if (dataset.person) localStorage.setItem("unsent-person", dataset.person);
navigator.serviceWorker?.register(dataset.serviceWorker).catch(() => {}); // not over plain http: all else works

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-sign-out], [data-sign-out-anyway]")) forget();
  if (!form.matches(forms)) return;
  const item = itemOf(form);
  if (!person || (!item.json.text && !item.json.same_as)) return;
  if (navigator.onLine && !dataset.offline) {
    if (!form.hasAttribute("hx-post")) hold(item);
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  keep(item, form);
}, true);

// The portal was not reached, is down behind its proxy, or asks for a sign-in.
document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  const { status, responseURL } = detail.xhr;
  if (!target.matches(forms) || !person || detail.requestConfig.elt !== target) return;
  const isSignIn = responseURL && new URL(responseURL).pathname === dataset.signInPage;
  if (status === 0 ? detail.failed : status >= 500 || isSignIn) keep(itemOf(target), target);
});

function forget() {
  localStorage.removeItem("unsent-person");
  caches?.delete("closed-loop-shared");
}

function keep(item, form) {
  const { key, ...held } = item;
  localStorage.setItem(key, JSON.stringify(held));
  form.reset();
  if (form.elements.client_id) form.elements.client_id.value = newId();
  const told = form.querySelector("[data-kept]");
  if (told) told.textContent = KEPT;
  else document.dispatchEvent(new CustomEvent("portal:tell", { detail: { words: KEPT, level: "info" } }));
}

// A form sent plainly leads to another page, which cannot say for certain that it was logged: so it is sent once more from
// there, and the same id logs nothing twice. Should no page come, it goes out from the next one that does.
function hold({ key, ...item }) {
  localStorage.setItem(key, JSON.stringify({ ...item, held: true, quiet: true }));
  sessionStorage.setItem(HELD, key);
}

function settleHeld() {
  const key = sessionStorage.getItem(HELD);
  sessionStorage.removeItem(HELD);
  const item = key && JSON.parse(localStorage.getItem(key));
  if (!item) return;
  // Refused, its form is here again with all that was typed.
  if (document.querySelector(`[name=client_id][value="${CSS.escape(item.json.client_id)}"]`)) localStorage.removeItem(key);
  else localStorage.setItem(key, JSON.stringify({ ...item, held: false }));
}

function itemOf(form) {
  const given = Object.fromEntries([...new FormData(form)].filter(([name, text]) => name !== "csrfmiddlewaretoken" && text !== ""));
  const { deal = "", page, guesses, same, is_quote: isQuote, ...json } = given;
  json.client_id ??= newId();
  json.heard_on = today(json.heard_on); // not the day on which it is sent
  json.text = (json.text ?? "").trim();
  if (isQuote) json.is_quote = true;
  if (same) json.same_as = same; // the theme that was shown and chosen
  for (const name of ["same_as", "product"]) if (json[name]) json[name] = Number(json[name]);
  const number = form.dataset.objection || deal.match(/#(\d+)$/)?.[1];
  if (number) json.opportunity = Number(number);
  const left = deal && !number ? ` Its deal is still to be chosen: ${deal}.` : "";
  const key = `unsent:${person} objection ${json.client_id}`;
  return { key, person, tab: "", id: "objection", title: json.text.slice(0, 80), left, url: dataset.objections, page: dataset.mine, json, orphan: true, at: Date.now() };
}

function today(given) {
  const now = new Date();
  const local = new Date(now - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
  return given && given < local ? given : local;
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40; // version 4, RFC 9562
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// What another app shared: see service-worker.js.
async function takeShared() {
  const field = document.querySelector(`${forms} textarea[name=text]`);
  const cache = await caches.open("closed-loop-shared");
  const words = await (await cache.match("/shared"))?.text();
  if (!field || !words || field.value) return;
  field.value = words.slice(0, field.maxLength > 0 ? field.maxLength : undefined);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await cache.delete("/shared");
}

settleHeld();
if (new URLSearchParams(location.search).has("shared") && "caches" in window) takeShared();
