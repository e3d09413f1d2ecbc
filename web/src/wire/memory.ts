/** The page's calls about what is remembered of the person. */

import type { Kind, Memory, Recommendations, Remembered } from "../generated/events";
import { language } from "../i18n";
import { call } from "./rest";

export function readMemory(token: string): Promise<Memory> {
  return call("GET", "/me/memory", token);
}

/** Off: nothing more is learned or used. What is there stays until it is erased. */
export function switchMemory(enabled: boolean, token: string): Promise<Memory> {
  return call("PUT", "/me/memory", token, { enabled });
}

export function enterItem(item: { kind: Kind; about: string; value: string }, token: string): Promise<Remembered> {
  return call("POST", "/me/memory/items", token, item);
}

export function changeItem(itemId: string, value: string, token: string): Promise<Remembered> {
  return call("PUT", `/me/memory/items/${encodeURIComponent(itemId)}`, token, { value });
}

export function eraseItem(itemId: string, token: string): Promise<void> {
  return call("DELETE", `/me/memory/items/${encodeURIComponent(itemId)}`, token);
}

export function eraseMemory(token: string): Promise<void> {
  return call("DELETE", "/me/memory", token);
}

/** Empty while nothing is known of the person, or memory is off. */
export function readRecommendations(token: string): Promise<Recommendations> {
  return call("GET", `/me/recommendations?limit=6&language=${language()}`, token);
}
