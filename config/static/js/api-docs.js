// The schema made readable. Requests sent from the page go out as the person who is signed in.
const place = document.getElementById("swagger-ui");

function withCsrf(request) {
  if (!["GET", "HEAD"].includes(request.method) && new URL(request.url, location).origin === location.origin) {
    request.headers["X-CSRFToken"] = place.dataset.csrf;
  }
  return request;
}

// Swagger's own layout brings a second <main>, and a head that the page has already.
function sheet({ React }) {
  const part = (getComponent, name, isContainer) => React.createElement(getComponent(name, isContainer));
  function Sheet({ getComponent, specSelectors }) {
    const isThere = specSelectors.loadingStatus() === "success";
    return React.createElement(
      "div",
      { className: "swagger-ui" },
      part(getComponent, "SvgAssets"),
      part(getComponent, "errors", true),
      isThere && React.createElement("div", { className: "auth" }, part(getComponent, "AuthorizeBtnContainer", true)),
      isThere && part(getComponent, "operations", true),
    );
  }
  return { components: { Sheet } };
}

// What Swagger draws without a name gets one.
const names = {
  "[role=region]": (table) => `Answers of ${table.closest(".opblock").querySelector(".opblock-summary-control").textContent}`,
  "tr[data-param-name] select": (field) => field.closest("tr").dataset.paramName,
  ".examples-select-element": () => "Example",
  ".close-modal": () => "Close",
};

function name() {
  for (const [selector, nameOf] of Object.entries(names)) {
    for (const part of place.querySelectorAll(`${selector}:not([aria-label])`)) part.setAttribute("aria-label", nameOf(part));
  }
}

new MutationObserver(name).observe(place, { childList: true, subtree: true });

SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  deepLinking: false, // else the button that opens an operation holds a link
  docExpansion: "list",
  defaultModelsExpandDepth: -1,
  displayRequestDuration: true,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
  plugins: [sheet],
  layout: "Sheet",
  requestInterceptor: withCsrf,
});
