/** The page's calls about what is remembered of the person. */

import type { Memory, Recommendations, Remembered } from "../generated/events";
import { language } from "../i18n";
import { ask } from "./rest";

export function readMemory(token: string): Promise<Memory> {
  return ask("GET /me/memory", token, {});
}

/** Off: nothing more is learned or used. What is there stays until it is erased. */
export function switchMemory(enabled: boolean, token: string): Promise<Memory> {
  return ask("PUT /me/memory", token, { body: { enabled } });
}

/** Also what was erased, to have it back. */
export function enterItem(item: Pick<Remembered, "kind" | "about" | "value">, token: string): Promise<Remembered> {
  const { kind, about, value } = item;
  return ask("POST /me/memory/items", token, { body: { kind, about, value } });
}

export function changeItem(itemId: string, value: string, token: string): Promise<Remembered> {
  return ask("PUT /me/memory/items/{item_id}", token, { path: { item_id: itemId }, body: { value } });
}

export function eraseItem(itemId: string, token: string): Promise<void> {
  return ask("DELETE /me/memory/items/{item_id}", token, { path: { item_id: itemId } });
}

export function eraseMemory(token: string): Promise<void> {
  return ask("DELETE /me/memory", token, {});
}

/** Empty while nothing is known of the person, or memory is off. */
export function readRecommendations(token: string): Promise<Recommendations> {
  return ask("GET /me/recommendations", token, { query: { limit: 6, language: language() } });
}
