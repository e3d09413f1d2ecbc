/** Who this browser is to TalknShop, and which conversation it had open. */

import type { Session } from "../wire/rest";

export interface Person {
  user_id: string;
  token: string;
  expires_at: string;
}

const PERSON = "talknshop.person";
const CURRENT = "talknshop.session";

/** Null for somebody new, and once the access has expired. */
export function storedPerson(now: Date = new Date()): Person | null {
  try {
    const stored = JSON.parse(localStorage.getItem(PERSON) ?? "null") as Person | null;
    return stored !== null && new Date(stored.expires_at) > now ? stored : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

export function storedSession(): string | null {
  return localStorage.getItem(CURRENT);
}

/** Each new conversation brings an access that lasts longer. */
export function remember({ user_id, token, expires_at, session_id }: Session): Person {
  const person = { user_id, token, expires_at };
  localStorage.setItem(PERSON, JSON.stringify(person));
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
