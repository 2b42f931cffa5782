// The map without this file: links with titles, and a table. With it: a card for the dot under the pointer, arrows that
// walk from dot to dot, and a line drawn around objections that chooses them.

const REACH = 18; // px from which a dot is meant
const DRAG = 6; // px from which a press is a line and no click
const MOST = 200; // what the list takes
const NAMED = 60; // chosen objections that are written out

function sharpen(frame) {
  if (frame.dataset.ready) return;
  frame.dataset.ready = "yes";
  const svg = frame.querySelector("svg.map");
  const dots = [...svg.querySelectorAll(".map-dots a")].map(dotOf);
  const card = copyOf("map-card");
  const panel = copyOf("map-chosen");
  const tools = copyOf("map-tools");
  const toggle = tools.querySelector("button");
  const chosen = new Set();
  let near = null;
  let line = null; // the places of a line being drawn
  let touched = null; // the dot a finger showed the card of
  let drawn = false; // a line has just ended: the click after it opens nothing

  frame.append(card, panel);
  frame.after(tools);
  card.hidden = panel.hidden = true;

  function places() {
    const { width, height } = svg.getBoundingClientRect();
    return (dot) => ({ x: (dot.x * width) / 100, y: (dot.y * height) / 100 });
  }

  function nearest({ x, y }, reach) {
    const at = places();
    let found = null;
    let least = reach;
    for (const dot of dots) {
      const place = at(dot);
      const away = Math.hypot(place.x - x, place.y - y);
      if (away <= least) [found, least] = [dot, away];
    }
    return found;
  }

  function show(dot) {
    if (dot === near) return;
    near?.link.classList.remove("is-near");
    near = dot;
    card.hidden = !dot;
    svg.classList.toggle("is-over", Boolean(dot));
    if (!dot) return;
    dot.link.classList.add("is-near");
    ["words", "theme", "where"].forEach((part, at) => { card.querySelector(`.map-card-${part}`).textContent = dot.lines[at]; });
    const place = places()(dot);
    const left = place.x + 14 + card.offsetWidth > frame.clientWidth ? place.x - 14 - card.offsetWidth : place.x + 14;
    card.style.insetInlineStart = `${Math.max(0, Math.min(left, frame.clientWidth - card.offsetWidth))}px`;
    const above = place.y - card.offsetHeight - 14;
    card.style.insetBlockStart = `${above < 0 ? place.y + 14 : above}px`;
  }

  function tell() {
    for (const dot of dots) dot.link.classList.toggle("is-chosen", chosen.has(dot));
    panel.hidden = !chosen.size;
    if (!chosen.size) return;
    const all = byTheme(dots.filter((dot) => chosen.has(dot)));
    const named = all.slice(0, NAMED);
    const listed = all.slice(0, MOST);
    panel.querySelector(".map-chosen-head").textContent = `${all.length} objection${all.length > 1 ? "s" : ""} chosen`;
    const list = panel.querySelector("ul");
    list.replaceChildren(...named.map(itemOf));
    if (all.length > named.length) list.append(noteOf(`and ${all.length - named.length} more`));
    const open = panel.querySelector("a.button");
    open.href = `${frame.dataset.list}?ids=${listed.map((dot) => dot.id).join(",")}`;
    open.textContent = listed.length < all.length ? `Open the first ${MOST} as a list` : "Open these as a list";
    // On the side where they are not.
    const middle = all.reduce((sum, dot) => sum + dot.x, 0) / all.length;
    panel.classList.toggle("is-at-start", middle > 55);
  }

  function clear() {
    chosen.clear();
    tell();
  }

  function placeOf(event) {
    const box = svg.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  function begin(event) {
    if (event.button || (event.pointerType === "touch" && toggle.getAttribute("aria-pressed") !== "true")) return;
    line = { from: placeOf(event), places: [placeOf(event)], path: null };
  }

  function follow(event) {
    const place = placeOf(event);
    if (!line) {
      if (event.pointerType !== "touch") show(nearest(place, REACH));
      return;
    }
    if (!line.path) {
      if (Math.hypot(place.x - line.from.x, place.y - line.from.y) < DRAG) return;
      line.path = document.createElementNS(svg.namespaceURI, "path");
      line.path.setAttribute("class", "map-lasso");
      svg.append(line.path);
      svg.setPointerCapture(event.pointerId);
      show(null);
    }
    line.places.push(place);
    line.path.setAttribute("d", `M${line.places.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}Z`);
  }

  function end(event) {
    if (line?.path) {
      const at = places();
      const inside = dots.filter((dot) => contains(line.places, at(dot)));
      if (!event.shiftKey) chosen.clear();
      inside.forEach((dot) => chosen.add(dot));
      line.path.remove();
      drawn = true;
      setTimeout(() => { drawn = false; });
      tell();
    }
    line = null;
  }

  function press(event) {
    if (drawn) {
      event.preventDefault();
      return;
    }
    const dot = event.detail ? nearest(placeOf(event), REACH) : dots.find(({ link }) => link.contains(event.target));
    if (!dot) return clear();
    // A finger shows the card first; the second touch opens.
    const isFinger = event.pointerType === "touch" && touched !== dot;
    touched = dot;
    if (isFinger) {
      event.preventDefault();
      show(dot);
    } else if (!dot.link.contains(event.target)) {
      dot.link.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey: event.ctrlKey, metaKey: event.metaKey }));
    }
  }

  function key(event) {
    const dot = dots.find(({ link }) => link === document.activeElement);
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (event.key === "Escape" && chosen.size) clear();
    else if (!dot || event.ctrlKey || event.metaKey || event.altKey) return;
    else if (event.key === " ") {
      if (!chosen.delete(dot)) chosen.add(dot);
      tell();
    } else if (step) next(dot, step)?.link.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // What lies that way, rather straight ahead than near.
  function next(from, [right, down]) {
    const at = places();
    const here = at(from);
    let found = null;
    let least = Infinity;
    for (const dot of dots) {
      const place = at(dot);
      const ahead = (place.x - here.x) * right + (place.y - here.y) * down;
      const aside = Math.abs((place.x - here.x) * down) + Math.abs((place.y - here.y) * right);
      if (ahead > 0.5 && aside <= 2 * ahead && ahead + 2 * aside < least) [found, least] = [dot, ahead + 2 * aside];
    }
    return found;
  }

  svg.addEventListener("pointerdown", begin);
  svg.addEventListener("pointermove", follow);
  svg.addEventListener("pointerup", end);
  svg.addEventListener("pointercancel", () => { line?.path?.remove(); line = null; });
  svg.addEventListener("pointerleave", () => line || show(null));
  svg.addEventListener("click", press);
  svg.addEventListener("dragstart", (event) => event.preventDefault());
  frame.addEventListener("keydown", key);
  svg.addEventListener("focusin", ({ target }) => {
    const dot = dots.find(({ link }) => link === target);
    if (!dot) return;
    dots.forEach(({ link }) => link.setAttribute("tabindex", link === target ? "0" : "-1"));
    if (target.matches(":focus-visible")) show(dot);
  });
  svg.addEventListener("focusout", () => show(null));
  panel.querySelector("button").addEventListener("click", clear);
  toggle.addEventListener("click", () => {
    const on = toggle.getAttribute("aria-pressed") !== "true";
    toggle.setAttribute("aria-pressed", String(on));
    frame.classList.toggle("is-drawing", on);
  });
}

function copyOf(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

// The title would show a second card; its words become the name of the link.
function dotOf(link) {
  const title = link.querySelector("title");
  const lines = title.textContent.split("\n");
  const [words, theme, where] = [lines.slice(0, -2).join(" "), ...lines.slice(-2)];
  link.setAttribute("aria-label", `${words}. ${theme}. ${where}`);
  title.remove();
  const circle = link.querySelector("circle");
  const percent = (name) => parseFloat(circle.getAttribute(name));
  return { link, id: link.getAttribute("href").match(/\d+/)[0], lines: [words, theme, where], x: percent("cx"), y: percent("cy") };
}

// The theme most of them are in comes first.
function byTheme(dots) {
  const groups = Map.groupBy(dots, (dot) => dot.lines[1]);
  return [...groups.values()].sort((one, other) => other.length - one.length).flat();
}

function itemOf(dot) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = dot.link.getAttribute("href");
  link.textContent = dot.lines[0];
  const theme = document.createElement("span");
  theme.className = "sub";
  theme.textContent = dot.lines[1];
  item.append(link, theme);
  return item;
}

function noteOf(words) {
  const item = document.createElement("li");
  item.className = "muted";
  item.textContent = words;
  return item;
}

// Even and odd: how often the line is crossed on the way out.
function contains(line, { x, y }) {
  let inside = false;
  for (let at = 0, before = line.length - 1; at < line.length; before = at++) {
    const [one, other] = [line[at], line[before]];
    if (one.y > y !== other.y > y && x < ((other.x - one.x) * (y - one.y)) / (other.y - one.y) + one.x) inside = !inside;
  }
  return inside;
}

function sharpenAll() {
  document.querySelectorAll("[data-map]").forEach(sharpen);
}

sharpenAll();
document.body.addEventListener("htmx:load", sharpenAll);
