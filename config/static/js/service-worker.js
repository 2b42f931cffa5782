// Answers when the network does not: with the page that says so, on which an objection can still be logged.
// No page of the portal is ever kept, only that one and the static files, which hold nothing of the company.

const KEPT = "closed-loop-1";
const SHARED = "closed-loop-shared";
const scope = new URL(self.registration.scope);
const offline = new URL("offline/", scope).href;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.add(offline)));
  self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  const old = (names) => names.filter((name) => ![KEPT, SHARED].includes(name));
  event.waitUntil(caches.keys().then((names) => Promise.all(old(names).map((name) => caches.delete(name)))));
  self.clients.claim();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== scope.origin) return;
  if (request.mode === "navigate" && request.method === "POST" && url.searchParams.has("shared")) {
    event.respondWith(takeShared(request, url));
  } else if (request.mode === "navigate" && request.cache !== "only-if-cached") { // else one goes back to what was sent
    event.respondWith(fetch(request).catch(() => caches.match(offline)));
  } else if (request.method === "GET" && url.pathname.startsWith("/static/")) {
    event.respondWith(freshOrKept(request));
  }
});

// The static files of the last visit serve the offline page.
async function freshOrKept(request) {
  const cache = await caches.open(KEPT);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(request, answer.clone());
    return answer;
  } catch {
    return (await cache.match(request)) ?? Response.error();
  }
}

// What another app shared waits here for the form, so that it is in no address.
async function takeShared(request, url) {
  const given = await request.formData();
  const words = ["title", "text", "url"].map((name) => given.get(name)).filter(Boolean).join("\n");
  const cache = await caches.open(SHARED);
  await cache.put("/shared", new Response(words));
  return Response.redirect(url, 303);
}
