/** The page's calls about linked marketplace accounts. */

import type { ConnectionList, Consent } from "../generated/events";
import { call } from "./rest";

export function listConnections(token: string): Promise<ConnectionList> {
  return call("GET", "/me/connections", token);
}

/** The browser is to go to `consent_url`, where the marketplace asks the person. */
export function beginLink(marketplace: string, token: string): Promise<Consent> {
  return call("POST", `/me/connections/${encodeURIComponent(marketplace)}`, token);
}

export function unlink(marketplace: string, token: string): Promise<void> {
  return call("DELETE", `/me/connections/${encodeURIComponent(marketplace)}`, token);
}
