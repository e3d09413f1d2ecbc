/** Ids that make a second arrival harmless. */

export function newId(): string {
  // randomUUID exists only on https and localhost; a phone may come over plain http.
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
