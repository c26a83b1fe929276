// Keeps what every page is drawn with, and a page for when there is no connection. Pages of the shop are never kept: a cart,
// a price or an order is only ever what the server says now.

const CACHE = {{ cache }};
const OFFLINE = {{ offline }};
const SHELL = {{ shell }};
const ICON = {{ icon }};

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
  } else if (request.mode === "navigate" && !isDesk(pathname)) {
    event.respondWith(fetch(request).catch(() => kept(OFFLINE)));
  }
});

function kept(url) {
  return caches.match(url, { cacheName: CACHE, ignoreVary: true });
}

// The desk is no part of the shop.
function isDesk(path) {
  return path === "/admin" || path.startsWith("/admin/");
}

// What happened to an order. Every push is shown, because browsers allow no silent ones; one that comes again replaces itself.
addEventListener("push", (event) => {
  const { title, body, tag, path } = event.data.json();
  event.waitUntil(registration.showNotification(title, { body, tag, icon: ICON, data: path }));
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(show(new URL(event.notification.data, location.origin)));
});

// The tab that has the page already, or a new one; never a page of another site.
async function show(url) {
  if (url.origin !== location.origin) return;
  const open = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = open.find((page) => new URL(page.url).pathname === url.pathname);
  await (there ? there.focus() : clients.openWindow(url.href));
}
