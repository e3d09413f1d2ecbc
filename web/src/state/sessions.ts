/** The conversations of this browser: their keys, titles, and how far the person has read. */

import type { Session } from "../wire/rest";

export interface KnownSession extends Session {
  title: string;
  updated_at: string;
  /** The last event that was on the screen: what comes after it is news. */
  seen: number;
}

const SESSIONS = "talknshop.sessions";
const CURRENT = "talknshop.current";
const MOST = 30;

/** Newest first, without those whose access has expired. */
export function knownSessions(now: Date = new Date()): KnownSession[] {
  return read()
    .filter((session) => !(new Date(session.expires_at) < now))
    .sort((a, b) => b.updated_at.localeCompare(a.updated_at));
}

export function currentSession(): KnownSession | null {
  const id = localStorage.getItem(CURRENT);
  return knownSessions().find((session) => session.session_id === id) ?? null;
}

export function remember(session: Session, now: Date = new Date()): KnownSession {
  const known = { ...session, title: "", updated_at: now.toISOString(), seen: 0 };
  write([known, ...knownSessions(now)].slice(0, MOST));
  makeCurrent(session.session_id);
  return known;
}

export function makeCurrent(sessionId: string): void {
  localStorage.setItem(CURRENT, sessionId);
}

export function update(sessionId: string, change: Partial<KnownSession>): void {
  write(
    read().map((session) =>
      session.session_id === sessionId ? { ...session, ...change } : session,
    ),
  );
}

export function forget(sessionId: string): void {
  write(read().filter((session) => session.session_id !== sessionId));
  localStorage.removeItem(`talknshop.outbox.${sessionId}`);
}

function read(): KnownSession[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(SESSIONS) ?? "[]");
    return Array.isArray(stored) ? (stored as KnownSession[]) : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

function write(sessions: KnownSession[]): void {
  localStorage.setItem(SESSIONS, JSON.stringify(sessions));
}
