// A toast leaves after ten seconds, unless it is pointed at, focused, or tells of an error.

const SECONDS = 10;
const region = document.getElementById("toasts");

function watch(toast) {
  if (toast.dataset.watched) return;
  toast.dataset.watched = "yes";
  if (toast.matches(".toast-error")) return;
  let timer;
  const wait = () => { timer = setTimeout(() => toast.remove(), SECONDS * 1000); };
  const hold = () => clearTimeout(timer);
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("pointerleave", () => toast.contains(document.activeElement) || wait());
  toast.addEventListener("focusout", () => toast.matches(":hover") || wait());
  wait();
}

function tell(words, level = "error") {
  if ([...region.querySelectorAll(".toast p")].some((told) => told.textContent === words)) return; // said already
  const toast = document.getElementById("toast-error").content.firstElementChild.cloneNode(true);
  toast.classList.replace("toast-error", `toast-${level}`);
  toast.querySelector("p").textContent = words;
  region.append(toast);
}

if (region) {
  region.querySelectorAll(".toast").forEach(watch);
  new MutationObserver(() => region.querySelectorAll(".toast").forEach(watch)).observe(region, { childList: true });
  region.addEventListener("click", (event) => {
    if (event.target.closest("[data-dismiss]")) event.target.closest(".toast").remove();
  });
  document.addEventListener("portal:tell", ({ detail }) => tell(detail.words, detail.level));
  // Signed out meanwhile, a request is led to the sign-in page, which is no part of this one.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig } = event.detail;
    if (!xhr.responseURL || new URL(xhr.responseURL).pathname !== document.body.dataset.signInPage) return;
    if (requestConfig.path === document.body.dataset.signInPage) return;
    event.detail.shouldSwap = false;
    tell("You were signed out. Sign in again in another tab; what you typed is still here.");
  });
  document.body.addEventListener("htmx:sendError", () => tell("The portal cannot be reached. What you typed is still here."));
  document.body.addEventListener("htmx:responseError", ({ detail }) => {
    if (detail.xhr.status === 403) tell("You may see this, but not change it. If you were signed out, reload the page.");
    else if (detail.xhr.status === 404) tell("This is no longer here. Reload the page to see what changed.");
    else tell("That did not work. Nothing was saved; try again.");
  });
}
