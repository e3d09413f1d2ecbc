/** Web Push in this browser. The permission is asked for only when the person presses the button. */

import { addBrowser, removeBrowser } from "../wire/notifications";

export type PushState = "unsupported" | "denied" | "off" | "on";

const KEPT = "talknshop.push";

export async function pushState(): Promise<PushState> {
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) return "unsupported";
  if (Notification.permission === "denied") return "denied";
  const subscription = await (await registration())?.pushManager.getSubscription();
  return subscription && keptId() !== null ? "on" : "off";
}

/** The gateway's id of this browser; null while it is not subscribed. */
export function keptId(): string | null {
  return localStorage.getItem(KEPT);
}

/** Raises RequestFailed, or the browser's DOMException when its push service cannot be had. */
export async function turnOn(publicKey: string, token: string): Promise<PushState> {
  const permission = await Notification.requestPermission();
  if (permission !== "granted") return permission === "denied" ? "denied" : "off";
  const worker = await registration();
  if (!worker) return "unsupported";
  const subscription = await worker.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: bytesOf(publicKey),
  });
  const item = await addBrowser(subscription.toJSON(), browserName(), token);
  localStorage.setItem(KEPT, item.subscription_id);
  return "on";
}

export async function turnOff(token: string): Promise<PushState> {
  const subscription = await (await registration())?.pushManager.getSubscription();
  await subscription?.unsubscribe();
  const id = keptId();
  localStorage.removeItem(KEPT);
  if (id !== null) await removeBrowser(id, token);
  return "off";
}

function registration(): Promise<ServiceWorkerRegistration | undefined> {
  return navigator.serviceWorker.getRegistration();
}

/** base64url, as the gateway writes its public key. */
export function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** "Chrome on Android", as far as the browser says. */
function browserName(): string {
  const agent = navigator.userAgent;
  const name = /Edg/.test(agent) ? "Edge" : /Firefox/.test(agent) ? "Firefox" : /Chrom/.test(agent) ? "Chrome" : "Safari";
  const system = /Android|iPhone|iPad|Windows|Mac OS|Linux/.exec(agent)?.[0] ?? "";
  return system ? `${name}, ${system}` : name;
}
