/** Who this browser is to TalknShop, and which conversation it had open. */

import type { Session } from "../wire/rest";

export type Person = Pick<
  Session,
  "user_id" | "token" | "expires_at" | "refresh_token" | "refresh_expires_at"
>;

const PERSON = "talknshop.person";
const CURRENT = "talknshop.session";
const CHANGED = "talknshop.person.changed";

/** Null for somebody new, and once neither token is good any more. */
export function storedPerson(now: Date = new Date()): Person | null {
  try {
    const stored = JSON.parse(localStorage.getItem(PERSON) ?? "null") as Person | null;
    if (stored === null) return null;
    return new Date(stored.refresh_expires_at ?? stored.expires_at) > now ? stored : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Every tab is told. */
export function keep(person: Person): void {
  localStorage.setItem(PERSON, JSON.stringify(person));
  window.dispatchEvent(new Event(CHANGED));
}

/** Calls back when this tab or another one has new tokens; returns how to stop that. */
export function onNewTokens(callback: () => void): () => void {
  const elsewhere = (event: StorageEvent) => event.key === PERSON && callback();
  window.addEventListener(CHANGED, callback);
  window.addEventListener("storage", elsewhere);
  return () => {
    window.removeEventListener(CHANGED, callback);
    window.removeEventListener("storage", elsewhere);
  };
}

export function storedSession(): string | null {
  return localStorage.getItem(CURRENT);
}

/** A further conversation of the same person comes without a refresh token: there is one already. */
export function remember({ session_id, ...given }: Session): Person {
  const before = storedPerson();
  const known = before?.user_id === given.user_id && !given.refresh_token ? before : null;
  const { refresh_token, refresh_expires_at } = known ?? given;
  const { user_id, token, expires_at } = given;
  const person = { user_id, token, expires_at, refresh_token, refresh_expires_at };
  keep(person);
  open(session_id);
  return person;
}

export function open(sessionId: string): void {
  localStorage.setItem(CURRENT, sessionId);
}

/** What was kept for a conversation that is erased. */
export function forgetSession(sessionId: string): void {
  localStorage.removeItem(`talknshop.outbox.${sessionId}`);
  localStorage.removeItem(`talknshop.draft.${sessionId}`);
  if (storedSession() === sessionId) localStorage.removeItem(CURRENT);
}

export function forgetEverything(): void {
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith("talknshop.")) localStorage.removeItem(name);
  }
}
