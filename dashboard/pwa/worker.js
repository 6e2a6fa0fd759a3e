/**
 * The tablet's service worker: opens the page when the network is gone, from a shell that was kept whole.
 *
 * It holds the page, its scripts and its layers, and never a figure: those the page keeps itself, each with its instant.
 * A shell is kept all or not at all, so that page, scripts and layout always fit each other; the network is asked first,
 * so that a new version is there at the next start. VERSION changes with any file of the shell (dashboard/pwa/version.py).
 */
"use strict";
const VERSION = "__VERSION__";
const PAGE = "/tablet";
/** Prefix of everything kept for this app; the page's figures are in "lso-kept" (25-tablet-app-keep.js). */
const OURS = "lso-";
const SHELL = "lso-shell-";
/** Where a shell's own description lies in it. */
const MARK = "/tablet-shell";
/** How long the network has to answer before the kept page is shown: half of the second in which the app opens. */
const PATIENCE_MS = 500;
/** After this nobody's figures lie about any more; equals KEPT_MS of 25-tablet-app-keep.js, a test keeps them so. */
const KEPT_MS = 3 * 86400000;
/** A shell of the same version is not fetched again within this. */
const FRESH_MS = 12 * 3600000;
/** Fonts and icons that style sheets name. */
const FILES = __FILES__;

/** Pages that were opened from a shell: client id → the cache. What they ask next comes from the same one. */
const openings = new Map();

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  const { type } = event.data || {};
  const done = type === "keep" ? keep(event.data) : type === "forget" ? forget() : null;
  if (!done) return;
  const answer = (kept, why) => event.ports[0] && event.ports[0].postMessage({ kept, why, version: VERSION });
  event.waitUntil(done.then((why) => answer(why === "", why), (error) => answer(false, String(error))));
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (event.request.mode === "navigate") {
    if (url.pathname === PAGE) event.respondWith(open(event, url));
  } else if (isDrawing(url)) event.respondWith(drawn(event));
  else if (isLasting(url)) event.respondWith(lasting(event));
  else if (url.pathname.startsWith("/assets/")) event.respondWith(drawn(event));
});

/** What Dash asks for to draw the page. */
const isDrawing = (url) => /^\/_page\/tablet\.[^/]+\/_dash-(layout|dependencies)$/.test(url.pathname);

/** Addresses whose content never changes: they carry a hash or a version, or are a font. */
function isLasting(url) {
  if (url.pathname.startsWith("/_dash-component-suites/") || url.pathname.startsWith("/layers/")) return true;
  return url.pathname.startsWith("/assets/") && (url.searchParams.has("m") || url.pathname.endsWith(".woff2"));
}

/** The page: from the network if that answers in time, else from the shell. A frozen moment is never kept. */
async function open(event, url) {
  // Straight from the sign-in form: perhaps another person than the one whose page is kept.
  const entered = event.request.referrer && new URL(event.request.referrer).pathname.startsWith("/sign-in");
  const shell = entered || url.searchParams.has("frozen") ? null : await newest();
  if (!shell) return fetch(event.request);
  const network = fetch(event.request).catch(() => null);
  const answer = self.navigator.onLine === false ? null : await Promise.race([network, patience()]);
  if (answer && answer.status < 500) {
    // Led to the sign-in form: whoever holds this tablet now has no authority for what is kept on it.
    if (answer.type === "opaqueredirect") await forget();
    return answer;
  }
  if (event.resultingClientId) openings.set(event.resultingClientId, shell.cache);
  return (await shell.cache.match(PAGE)) || (await network) || Response.error();
}

const patience = () => new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, null));

/** What belongs to one opening of the page comes from where the page came from; else from the network if there is one. */
async function drawn(event) {
  const cache = openings.get(event.clientId);
  const kept = cache && (await cache.match(event.request, { ignoreVary: true }));
  if (kept) return kept;
  try {
    return await fetch(event.request);
  } catch (error) {
    return (await caches.match(event.request, { ignoreVary: true })) || Response.error();
  }
}

/** Kept for good under its address: from the page's own shell, else from any, else from the network. */
async function lasting(event) {
  const cache = openings.get(event.clientId);
  const kept = cache && (await cache.match(event.request, { ignoreVary: true }));
  return kept || (await caches.match(event.request, { ignoreVary: true })) || fetch(event.request);
}

/** The newest whole shell with its description, null where there is none; a shell that is too old is cleared away. */
async function newest() {
  let found = null;
  for (const name of await caches.keys()) {
    if (!name.startsWith(SHELL)) continue;
    const cache = await caches.open(name);
    const mark = await cache.match(MARK);
    const about = mark ? await mark.json() : null;
    if (about && (!found || about.kept_at > found.about.kept_at)) found = { name, cache, about };
  }
  if (found && Math.abs(Date.now() - found.about.kept_at) > KEPT_MS) {
    await forget();
    return null;
  }
  return found;
}

/**
 * Keep the page as the network gives it now, with everything it names, and drop the shells before it.
 * @param {{search: string, urls: string[], owner: string}} told the page's choices of language and theme, what it has
 *   loaded besides, and whose page it is
 * @returns {Promise<string>} "" once it is kept, else why the page could not be had whole; what was kept before stays
 */
async function keep(told) {
  const before = await newest();
  if (before && before.about.owner !== told.owner) await forget();
  else if (before && before.about.version === VERSION && before.about.search === told.search) {
    if (Date.now() - before.about.kept_at < FRESH_MS) return "";
  }
  const page = await fetch(PAGE + told.search, { cache: "no-store", headers: { Accept: "text/html" } });
  if (page.redirected) {
    await forget();
    return "the session is over";
  }
  if (!page.ok) return "the page: " + page.status;
  const html = await page.clone().text();
  // Dash writes its settings as JSON with slashes escaped.
  const written = html.match(/"requests_pathname_prefix":\s*("[^"]+")/);
  if (!written) return "the page names no layout";
  const prefix = JSON.parse(written[1]);
  const named = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map((match) => match[1].replace(/&amp;/g, "&"));
  const also = told.urls.filter((url) => isLasting(new URL(url, self.location.origin)));
  const urls = new Set([...named, ...also, ...FILES, prefix + "_dash-layout", prefix + "_dash-dependencies"]);
  const name = SHELL + VERSION + "-" + Date.now();
  const cache = await caches.open(name);
  try {
    await cache.put(PAGE, page);
    await Promise.all([...urls].map((url) => put(cache, url)));
    const about = { version: VERSION, kept_at: Date.now(), owner: told.owner, search: told.search };
    await cache.put(MARK, new Response(JSON.stringify(about)));
  } catch (error) {
    await caches.delete(name);
    return String(error);
  }
  for (const other of await caches.keys()) if (other.startsWith(SHELL) && other !== name) await caches.delete(other);
  return "";
}

async function put(cache, url) {
  const address = new URL(url, self.location.origin);
  const had = isLasting(address) ? await caches.match(address.href, { ignoreVary: true }) : null;
  const response = had || (await fetch(address.href));
  if (!response.ok || response.redirected) throw new Error(address.pathname + ": " + response.status);
  await cache.put(address.href, response);
}

async function forget() {
  openings.clear();
  for (const name of await caches.keys()) if (name.startsWith(OURS)) await caches.delete(name);
  return "";
}
