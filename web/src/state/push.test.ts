import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { bytesOf, keptId, pushState, turnOff, turnOn } from "./push";

const SUBSCRIPTION = { endpoint: "https://push.example/1", keys: { p256dh: "p", auth: "a" } };

function browser(permission: NotificationPermission, subscribed = false) {
  let current = subscribed;
  const subscription = {
    toJSON: () => SUBSCRIPTION,
    unsubscribe: vi.fn(() => {
      current = false;
      return Promise.resolve(true);
    }),
  };
  const pushManager = {
    getSubscription: () => Promise.resolve(current ? subscription : null),
    subscribe: vi.fn(() => {
      current = true;
      return Promise.resolve(subscription);
    }),
  };
  const requestPermission = vi.fn(() => Promise.resolve(permission));
  vi.stubGlobal("Notification", { permission: "default", requestPermission });
  vi.stubGlobal("PushManager", class {});
  vi.stubGlobal("navigator", {
    userAgent: "Chrome",
    serviceWorker: { getRegistration: () => Promise.resolve({ pushManager }) },
  });
  return { pushManager, requestPermission, subscription };
}

function gateway() {
  const calls: string[] = [];
  vi.stubGlobal("fetch", (address: string, { method }: RequestInit) => {
    calls.push(`${method} ${address}`);
    const body = method === "POST" ? JSON.stringify({ subscription_id: "s1" }) : null;
    return Promise.resolve(new Response(body, { status: method === "POST" ? 201 : 204 }));
  });
  return calls;
}

beforeEach(() => localStorage.clear());
afterEach(() => vi.unstubAllGlobals());

describe("Web Push", () => {
  it("asks for no permission until it is turned on", async () => {
    const { requestPermission } = browser("granted");
    expect(await pushState()).toBe("off");
    expect(requestPermission).not.toHaveBeenCalled();
  });

  it("tells the gateway of the browser, with the gateway's key", async () => {
    const { pushManager } = browser("granted");
    const calls = gateway();
    expect(await turnOn("AQID", "token")).toBe("on");
    expect(pushManager.subscribe).toHaveBeenCalledWith({
      userVisibleOnly: true,
      applicationServerKey: new Uint8Array([1, 2, 3]),
    });
    expect(calls).toEqual(["POST /api/v1/me/push-subscriptions"]);
    expect(await pushState()).toBe("on");
  });

  it("does nothing when the person says no", async () => {
    const { pushManager } = browser("denied");
    const calls = gateway();
    expect(await turnOn("AQID", "token")).toBe("denied");
    expect(pushManager.subscribe).not.toHaveBeenCalled();
    expect(calls).toEqual([]);
  });

  it("is ended in the browser and at the gateway", async () => {
    const { subscription } = browser("granted");
    const calls = gateway();
    await turnOn("AQID", "token");
    expect(await turnOff("token")).toBe("off");
    expect(subscription.unsubscribe).toHaveBeenCalledOnce();
    expect(calls.at(-1)).toBe("DELETE /api/v1/me/push-subscriptions/s1");
    expect(keptId()).toBeNull();
  });

  it("is not there in a browser without it", async () => {
    vi.stubGlobal("navigator", { userAgent: "" });
    expect(await pushState()).toBe("unsupported");
  });

  it("reads a key as the gateway writes it", () => {
    expect([...bytesOf("-_8")]).toEqual([251, 255]);
  });
});
