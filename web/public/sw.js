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
