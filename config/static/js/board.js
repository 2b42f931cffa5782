// Sharpens the content board: arrows walk its cards, m opens the moves of one, Shift → takes its next step, and cards can
// be dragged. Every key presses a link or button of the card; without this file they lead to pages that do the same.
// A move swaps the board. The focus stays with the card; where it left the board, with the one that took its place.

const requests = document.getElementById("requests");
const moves = document.getElementById("moves");
const CARD = "[data-board] [data-request]";
const LEFT = "board-left-by"; // the request whose move asks something first, on a page of its own

let last; // the card whose move is under way: its request and its place
let dragged;

const columnsOf = (board) => [...board.querySelectorAll(".board-column")];
const cardsOf = (column) => [...(column?.querySelectorAll("[data-request]") ?? [])];
const cardOf = (request) => request && document.querySelector(`[data-board] [data-request="${request}"]`);

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const item = event.target.closest("[data-move-list] :is(a, button)");
  const card = event.target.closest(CARD);
  if (item) walkMoves(item, event);
  else if (card) walkCards(card, event);
});

function walkMoves(item, event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const items = [...item.closest("[data-move-list]").querySelectorAll("a, button")];
  items[Math.min(Math.max(items.indexOf(item) + step, 0), items.length - 1)].focus();
}

function walkCards(card, event) {
  const single = document.documentElement.dataset.singleKeys !== "off";
  if (event.key === "m" && single) press(card.querySelector("[data-opens=moves]"), event);
  else if (event.shiftKey && event.key === "ArrowRight") press(card.querySelector("[data-step]"), event);
  else if (event.shiftKey) return;
  else if (event.key === "ArrowDown" || event.key === "ArrowUp") down(card, event.key === "ArrowDown" ? 1 : -1, event);
  else if (event.key === "ArrowRight" || event.key === "ArrowLeft") across(card, event.key === "ArrowRight" ? 1 : -1, event);
}

function press(target, event) {
  if (!target) return;
  event.preventDefault();
  target.click();
}

// Down a column, and from its end on in the same column of the next lane.
function down(card, step, event) {
  event.preventDefault();
  const boards = [...document.querySelectorAll("[data-board]")];
  const at = columnsOf(card.closest("[data-board]")).indexOf(card.closest(".board-column"));
  const column = boards.flatMap((board) => cardsOf(columnsOf(board)[at]));
  focusOn(column[column.indexOf(card) + step]);
}

function across(card, step, event) {
  event.preventDefault();
  const columns = columnsOf(card.closest("[data-board]"));
  const column = card.closest(".board-column");
  const at = cardsOf(column).indexOf(card);
  const behind = step > 0 ? columns.slice(columns.indexOf(column) + 1) : columns.slice(0, columns.indexOf(column)).reverse();
  const cards = behind.map(cardsOf).find((found) => found.length) ?? [];
  focusOn(cards[Math.min(at, cards.length - 1)]);
}

function focusOn(card) {
  if (!card) return false;
  card.querySelector(".row-link").focus();
  card.scrollIntoView({ block: "nearest", inline: "nearest" });
  return true;
}

// A move under way, by button, menu or drop.
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (detail.target.id === "moves-body") detail.target.replaceChildren(); // else those of another card stand there until it came
  const request = detail.elt.closest("[data-request]")?.dataset.request;
  const card = cardOf(request);
  if (detail.requestConfig.verb !== "post" || !card) return;
  const board = card.closest("[data-board]");
  const column = card.closest(".board-column");
  const boards = [...document.querySelectorAll("[data-board]")];
  last = { request, board: boards.indexOf(board), column: columnsOf(board).indexOf(column), at: cardsOf(column).indexOf(card) };
});

// What the table of moves refuses is told on the page of the move, which is asked for again without htmx.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.status !== 422 || detail.target !== requests) return;
  detail.shouldSwap = false;
  const { elt, path, parameters } = detail.requestConfig;
  const form = elt.closest("form");
  if (form) form.submit();
  else location.assign(`${path}?${new URLSearchParams({ to: parameters.to, next: parameters.next })}`);
});

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target.id === "moves-body") {
    detail.target.querySelector("[data-move-list] :is(a, button)")?.focus();
  } else if (detail.target === requests && last) {
    moves?.close();
    land();
  }
  if (detail.target === requests) letDrag();
});

document.addEventListener("htmx:afterRequest", ({ detail }) => { if (!detail.successful) last = undefined; });

function land() {
  const { request, board, column, at } = last;
  last = undefined;
  const place = document.querySelectorAll("[data-board]")[board];
  const cards = place ? cardsOf(columnsOf(place)[column]) : [];
  const found = cardOf(request) ?? cards[Math.min(at, cards.length - 1)] ?? document.querySelector(CARD);
  if (!focusOn(found)) requests.focus();
}

// A move that asks something leads away; back from it, the card has the focus again.
document.addEventListener("click", ({ target }) => {
  if (!target.closest("[data-asks]")) return;
  sessionStorage.setItem(LEFT, target.closest("[data-request]").dataset.request);
});

function comeBack() {
  const request = sessionStorage.getItem(LEFT);
  sessionStorage.removeItem(LEFT);
  if (request && /\/move\/(\?|$)/.test(document.referrer)) focusOn(cardOf(request) ?? document.querySelector(CARD));
}

function letDrag() {
  document.querySelectorAll("[data-board] [data-moves]").forEach((card) => { card.draggable = true; });
}

document.addEventListener("dragstart", (event) => {
  dragged = undefined; // what is dragged now may be a word or a picture
  const card = event.target.closest?.("[data-board] [data-moves]");
  if (!card) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", card.querySelector(".row-link").textContent);
  dragged = { card, moves: card.dataset.moves.split(";") };
});

document.addEventListener("dragover", (event) => {
  const column = columnFor(event);
  document.querySelectorAll(".board-column.is-over").forEach((other) => other.classList.toggle("is-over", other === column));
  column?.classList.add("is-over");
  if (column) event.preventDefault();
});

document.addEventListener("dragend", () => {
  dragged = undefined;
  document.querySelectorAll(".board-column.is-over").forEach((column) => column.classList.remove("is-over"));
});

document.addEventListener("drop", (event) => {
  const column = columnFor(event);
  if (!column) return;
  event.preventDefault();
  const [move, ...others] = movesTo(column);
  const { card } = dragged;
  const to = others.length ? "" : move.replace("?", ""); // where a column stands for several states it is asked which
  const next = location.pathname + location.search;
  if (others.length || move.endsWith("?")) {
    sessionStorage.setItem(LEFT, card.dataset.request);
    location.assign(`${card.dataset.moveUrl}?${new URLSearchParams({ to, next })}`);
  } else {
    window.htmx.ajax("POST", card.dataset.moveUrl, { source: card, target: "#requests", values: { to, next } });
  }
});

// Where a card may be dropped: in its own lane, where the table of moves lets it go.
function columnFor(event) {
  const column = dragged && event.target.closest?.(".board-column");
  return column && column.parentElement === dragged.card.parentElement.closest("[data-board]") && movesTo(column).length ? column : null;
}

function movesTo(column) {
  const states = column.dataset.states.split(";");
  return dragged.moves.filter((move) => states.includes(move.replace("?", "")));
}

letDrag();
comeBack();
