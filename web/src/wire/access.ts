/** Exchanges a person's tokens for the next ones: once, however many tabs and calls want it. */

import { keep, storedPerson, type Person } from "../state/person";

/** The gateway did not answer, or not with a yes or no: what there was may still be exchanged. */
export class NotRenewed extends Error {}

const LOCK = "talknshop.renewal";
let last: Promise<unknown> = Promise.resolve();

/** The token that follows `stale`; null when there is none, and the person has to come in anew. */
export function renewed(stale: string): Promise<string | null> {
  const next = last.then(() => alone(() => exchange(stale)));
  last = next.catch(() => undefined);
  return next;
}

/** navigator.locks exists only on https and localhost. Without it two tabs may both exchange: each
 * then has tokens that count. */
function alone(work: () => Promise<string | null>): Promise<string | null> {
  return "locks" in navigator ? navigator.locks.request(LOCK, work) : work();
}

async function exchange(stale: string): Promise<string | null> {
  const person = storedPerson();
  if (person === null) return null;
  if (person.token !== stale) return person.token; // another tab was faster
  if (!person.refresh_token) return null;
  const next = await asked(person.refresh_token);
  if (next !== null) keep({ ...person, ...next });
  return next?.token ?? null;
}

async function asked(refreshToken: string): Promise<Omit<Person, "user_id"> | null> {
  let response: Response;
  try {
    response = await fetch("/api/v1/sessions/refresh", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ refresh_token: refreshToken }),
    });
  } catch (error) {
    if (error instanceof TypeError) throw new NotRenewed();
    throw error;
  }
  if (response.status === 401) return null;
  if (!response.ok) throw new NotRenewed();
  return (await response.json()) as Omit<Person, "user_id">;
}
