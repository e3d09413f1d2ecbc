/** Who this browser is, with tokens that are exchanged a while before they end. */

import { useEffect, useState, type Dispatch, type SetStateAction } from "react";
import { NotRenewed, renewed } from "../wire/access";
import { onNewTokens, storedPerson, type Person } from "./person";

// Of what is left: so that a slow exchange, or one that has to be tried again, is in time.
const PART = 0.8;
// A clock that goes wrong makes every token look old.
const SOONEST_MS = 60_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export function usePerson(): [Person | null, Dispatch<SetStateAction<Person | null>>] {
  const [person, setPerson] = useState<Person | null>(storedPerson);
  useEffect(() => onNewTokens(() => setPerson(storedPerson())), []);
  useEffect(() => {
    if (!person?.refresh_token) return;
    const left = new Date(person.expires_at).getTime() - Date.now();
    const wait = Math.min(LONGEST_TIMER_MS, left > SOONEST_MS ? left * PART : SOONEST_MS);
    const timer = window.setTimeout(() => {
      renewed(person.token).catch((error: unknown) => {
        // The next call, or the socket, asks again once the gateway is there.
        if (!(error instanceof NotRenewed)) throw error;
      });
    }, wait);
    return () => window.clearTimeout(timer);
  }, [person]);
  return [person, setPerson];
}
