// Keeps the shell of the page, so that it opens without a connection. Data is never kept here.

const SHELL = "talknshop-shell-1";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((shell) => shell.addAll(["/", "/icon.svg"])));
  self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  const others = caches.keys().then((names) => names.filter((name) => name !== SHELL));
  event.waitUntil(others.then((names) => Promise.all(names.map((name) => caches.delete(name)))));
  self.clients.claim();
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname === "/") event.respondWith(newestPage(event.request));
  else if (url.pathname.startsWith("/assets/")) event.respondWith(keptAsset(event.request));
});

/** The page names its scripts, so a new one is worth the wait; without a network the last one. */
async function newestPage(request) {
  const shell = await caches.open(SHELL);
  try {
    const page = await fetch(request);
    if (page.ok) await shell.put("/", page.clone());
    return page;
  } catch (error) {
    const kept = await shell.match("/");
    if (kept) return kept;
    throw error;
  }
}

/** An asset's name holds its content's hash: what is there is right for ever. */
async function keptAsset(request) {
  const shell = await caches.open(SHELL);
  const kept = await shell.match(request);
  if (kept) return kept;
  const asset = await fetch(request);
  if (asset.ok) await shell.put(request, asset.clone());
  return asset;
}

self.addEventListener("push", (event) => {
  event.waitUntil(shown(event.data ? event.data.json() : {}));
});

/** One notification for a notice, however often it comes: the tag is its id. */
function shown({ notice_id, title, body, session_id }) {
  return self.registration.showNotification(title || "TalknShop", {
    body,
    tag: notice_id,
    icon: "/icon-192.png",
    badge: "/icon-192.png",
    data: { session_id },
  });
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(opened(event.notification.data?.session_id));
});

/** The page that is open already, or a new one; in the conversation that the news is about. */
async function opened(sessionId) {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (pages.length > 0) {
    pages[0].postMessage({ type: "open", session_id: sessionId });
    return pages[0].focus();
  }
  return self.clients.openWindow(sessionId ? `/?open=${encodeURIComponent(sessionId)}` : "/");
}
