/** What the page's address brings along, besides the place: read once, then taken out of it. */

export interface Returned {
  marketplace: string;
  linked: boolean;
  /** Why it was refused, as the gateway's error code; empty when the person said no. */
  reason: string;
}

/** The conversation that a notification was about, when it opened this page; null otherwise. */
export function takeOpened(): string | null {
  const sessionId = new URLSearchParams(window.location.search).get("open");
  if (sessionId !== null) window.history.replaceState(null, "", window.location.pathname);
  return sessionId;
}

/** What a marketplace's consent page sent the person back with. */
export function takeReturned(): Returned | null {
  const query = new URLSearchParams(window.location.search);
  const connected = query.get("connected");
  const refused = query.get("connection_refused");
  const marketplace = connected ?? refused;
  if (marketplace === null) return null;
  window.history.replaceState(null, "", `${window.location.pathname}#/connections`);
  return { marketplace, linked: connected !== null, reason: query.get("reason") ?? "" };
}
