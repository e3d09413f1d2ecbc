import { afterEach, describe, expect, it } from "vitest";
import { takeOpened, takeReturned } from "./returned";

afterEach(() => window.history.replaceState(null, "", "/"));

describe("what the address brings along", () => {
  it("is a linked account, told once", () => {
    window.history.replaceState(null, "", "/?connected=ebay");
    expect(takeReturned()).toEqual({ marketplace: "ebay", linked: true, reason: "" });
    expect(window.location.hash).toBe("#/connections");
    expect(takeReturned()).toBeNull();
  });

  it("is a refusal with its reason", () => {
    window.history.replaceState(null, "", "/?connection_refused=ebay&reason=link_expired");
    expect(takeReturned()).toEqual({ marketplace: "ebay", linked: false, reason: "link_expired" });
  });

  it("is the conversation of a pressed notification", () => {
    window.history.replaceState(null, "", "/?open=s1");
    expect(takeOpened()).toBe("s1");
    expect(takeOpened()).toBeNull();
  });
});
