/** The page's calls about being told outside of it. */

import type {
  Preferences,
  PushSubscription,
  PushSubscriptionList,
  TestedChannels,
  WebhookList,
  WebhookWithSecret,
} from "../generated/events";
import { ask } from "./rest";

export function readPreferences(token: string): Promise<Preferences> {
  return ask("GET /me/preferences", token, {});
}

/** All of them: what is left out goes back to what it was at first. */
export function savePreferences(preferences: Preferences, token: string): Promise<Preferences> {
  return ask("PUT /me/preferences", token, { body: preferences });
}

export function listBrowsers(token: string): Promise<PushSubscriptionList> {
  return ask("GET /me/push-subscriptions", token, {});
}

/** `subscription` is what PushSubscription.toJSON() gives. The same browser again is the same item. */
export function addBrowser(
  subscription: PushSubscriptionJSON,
  label: string,
  token: string,
): Promise<PushSubscription> {
  const { endpoint = "", keys: { p256dh = "", auth = "" } = {} } = subscription;
  return ask("POST /me/push-subscriptions", token, { body: { endpoint, keys: { p256dh, auth }, label } });
}

export function removeBrowser(subscriptionId: string, token: string): Promise<void> {
  return ask("DELETE /me/push-subscriptions/{subscription_id}", token, { path: { subscription_id: subscriptionId } });
}

export function listWebhooks(token: string): Promise<WebhookList> {
  return ask("GET /me/webhooks", token, {});
}

export function addWebhook(url: string, token: string): Promise<WebhookWithSecret> {
  return ask("POST /me/webhooks", token, { body: { url } });
}

export function removeWebhook(webhookId: string, token: string): Promise<void> {
  return ask("DELETE /me/webhooks/{webhook_id}", token, { path: { webhook_id: webhookId } });
}

export function sendTest(token: string): Promise<TestedChannels> {
  return ask("POST /me/notifications/test", token, {});
}
