// Keeps what every page is drawn with, and a page for when there is no connection. Pages of the shop are never kept: a cart,
// a price or an order is only ever what the server says now.

const CACHE = {{ cache }};
const OFFLINE = {{ offline }};
const SHELL = {{ shell }};
const PRIVATE = {{ private }};

addEventListener("install", (event) => {
  event.waitUntil(keep());
});

async function keep() {
  const cache = await caches.open(CACHE);
  // Without cookies, so that the page is nobody's in particular.
  await cache.addAll([...SHELL, new Request(OFFLINE, { credentials: "omit" })]);
  await skipWaiting();
}

addEventListener("activate", (event) => {
  event.waitUntil(forgetOthers());
});

async function forgetOthers() {
  for (const name of await caches.keys()) {
    if (name.startsWith("souk-") && name !== CACHE) await caches.delete(name);
  }
  await clients.claim();
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (SHELL.includes(pathname)) {
    event.respondWith(kept(pathname).then((answer) => answer ?? fetch(request)));
  } else if (request.mode === "navigate" && !isPrivate(pathname)) {
    event.respondWith(fetch(request).catch(() => kept(OFFLINE)));
  }
});

function kept(url) {
  return caches.match(url, { cacheName: CACHE, ignoreVary: true });
}

function isPrivate(path) {
  return PRIVATE.some((folder) => path === folder || path.startsWith(`${folder}/`));
}
