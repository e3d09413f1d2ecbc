/** The page's calls about linked marketplace accounts. */

import type { Connection, ConnectionList, Consent } from "../generated/events";
import { ask } from "./rest";

export function listConnections(token: string): Promise<ConnectionList> {
  return ask("GET /me/connections", token, {});
}

/** The browser is to go to `consent_url`, where the marketplace asks the person. */
export function beginLink(marketplace: string, token: string): Promise<Consent> {
  return ask("POST /me/connections/{marketplace}", token, { path: { marketplace } });
}

/** The one of the connection's `places` where listings go from now on. */
export function moveTo(marketplace: string, place_id: string, token: string): Promise<Connection> {
  return ask("PUT /me/connections/{marketplace}/place", token, { path: { marketplace }, body: { place_id } });
}

export function unlink(marketplace: string, token: string): Promise<void> {
  return ask("DELETE /me/connections/{marketplace}", token, { path: { marketplace } });
}
