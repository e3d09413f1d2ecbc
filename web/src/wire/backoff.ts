/** How long to wait before connecting again. */

const FIRST_MS = 400;
const LONGEST_MS = 20_000;

/** Doubles with each failure; half of it is chance, so that many clients do not return at once. */
export function backoffMs(failures: number, chance: number = Math.random()): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 16));
  return ceiling / 2 + (ceiling / 2) * chance;
}
