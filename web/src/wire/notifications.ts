/** The page's calls about being told outside of it. */

import type {
  Preferences,
  PushSubscription,
  PushSubscriptionList,
  TestedChannels,
  WebhookList,
  WebhookWithSecret,
} from "../generated/events";
import { call } from "./rest";

export function readPreferences(token: string): Promise<Preferences> {
  return call("GET", "/me/preferences", token);
}

/** All of them: what is left out goes back to what it was at first. */
export function savePreferences(preferences: Preferences, token: string): Promise<Preferences> {
  return call("PUT", "/me/preferences", token, preferences);
}

export function listBrowsers(token: string): Promise<PushSubscriptionList> {
  return call("GET", "/me/push-subscriptions", token);
}

/** `subscription` is what PushSubscription.toJSON() gives. The same browser again is the same item. */
export function addBrowser(
  subscription: PushSubscriptionJSON,
  label: string,
  token: string,
): Promise<PushSubscription> {
  return call("POST", "/me/push-subscriptions", token, { ...subscription, label });
}

export function removeBrowser(subscriptionId: string, token: string): Promise<void> {
  return call("DELETE", `/me/push-subscriptions/${encodeURIComponent(subscriptionId)}`, token);
}

export function listWebhooks(token: string): Promise<WebhookList> {
  return call("GET", "/me/webhooks", token);
}

export function addWebhook(url: string, token: string): Promise<WebhookWithSecret> {
  return call("POST", "/me/webhooks", token, { url });
}

export function removeWebhook(webhookId: string, token: string): Promise<void> {
  return call("DELETE", `/me/webhooks/${encodeURIComponent(webhookId)}`, token);
}

export function sendTest(token: string): Promise<TestedChannels> {
  return call("POST", "/me/notifications/test", token);
}
