/** Commands that the gateway has not taken yet. They outlive the page, and go out again as they are. */

import type { Command } from "../wire/frames";

export interface Unsent {
  command: Command;
  /** Set when the gateway refused it: it is then shown, and not sent again by itself. */
  refusal?: string;
}

const nameOf = (sessionId: string) => `talknshop.outbox.${sessionId}`;

export function loadOutbox(sessionId: string): Unsent[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(nameOf(sessionId)) ?? "[]");
    return Array.isArray(stored) ? (stored as Unsent[]) : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

export function storeOutbox(sessionId: string, unsent: readonly Unsent[]): void {
  if (unsent.length === 0) localStorage.removeItem(nameOf(sessionId));
  else localStorage.setItem(nameOf(sessionId), JSON.stringify(unsent));
}
