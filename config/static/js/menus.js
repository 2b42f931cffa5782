// Menus are <details>: one open at a time, closed by Escape or a click elsewhere.

const menus = ".menu[open], .rail-more[open]";

document.addEventListener("click", (event) => {
  document.querySelectorAll(menus).forEach((menu) => menu.contains(event.target) || (menu.open = false));
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.querySelectorAll(menus).forEach((menu) => {
    menu.open = false;
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
  });
});
