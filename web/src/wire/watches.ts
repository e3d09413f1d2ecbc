/** The page's calls about price alerts. Each raises RequestFailed with a sentence for the person. */

import type { Watch, WatchList } from "../generated/events";
import { ask } from "./rest";

export interface Terms {
  target: number | null;
  drop_percent: number | null;
}

export function listWatches(token: string): Promise<WatchList> {
  return ask("GET /watches", token, {});
}

/** For an offer that is watched already, changes when to tell. */
export function beginWatch(
  offer: Pick<Watch, "marketplace" | "product_id" | "session_id">,
  terms: Terms,
  token: string,
): Promise<Watch> {
  const { marketplace, product_id, session_id } = offer;
  const { target, drop_percent } = terms;
  return ask("POST /watches", token, { body: { marketplace, product_id, session_id, target, drop_percent } });
}

export function stopWatch(watchId: string, token: string): Promise<void> {
  return ask("DELETE /watches/{watch_id}", token, { path: { watch_id: watchId } });
}
