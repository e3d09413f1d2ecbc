import { fireEvent, screen, within } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Connection, Memory as MemoryOf, Preferences as PreferencesOf, Remembered } from "../generated/events";
import { WATCH } from "../testing/events";
import { openPage } from "../testing/pages";
import Connections from "./Connections";
import Memory from "./Memory";
import Preferences from "./Preferences";
import Watches from "./Watches";

const NOTHING = () => undefined;

afterEach(() => vi.unstubAllGlobals());

describe("the page of linked accounts", () => {
  const LINKED: Connection = {
    marketplace: "ebay",
    status: "linked",
    linked_at: "2026-01-01T12:00:00Z",
    expires_at: null,
    scopes: [],
    place: "",
    places: [],
    reminders: 0,
    problem: "",
  };
  const show = (items: Connection[]) =>
    openPage(<Connections token="t" returned={null} onMenu={NOTHING} />, {
      "GET /me/connections": { items, linkable: ["ebay"], assisted: ["poshmark"] },
      "POST /me/connections/{marketplace}": { consent_url: "#consent", expires_at: "2026-01-01T12:15:00Z" },
      "DELETE /me/connections/{marketplace}": undefined,
      "PUT /me/connections/{marketplace}/place": LINKED,
    });

  it("offers to link what can be linked, and nothing else", async () => {
    const asked = show([]);
    const ebay = within(await screen.findByRole("listitem", { name: "eBay" }));
    const poshmark = within(screen.getByRole("listitem", { name: "Poshmark" }));
    expect(poshmark.queryByRole("button")).toBeNull();
    expect(poshmark.getByText(/^Posted by hand/)).toBeTruthy();
    expect(within(screen.getByRole("listitem", { name: "Craigslist" })).getByText(/own account/)).toBeTruthy();
    fireEvent.click(ebay.getByRole("button", { name: /Link/ }));
    await vi.waitFor(() => expect(asked).toContain("POST /me/connections/ebay"));
  });

  it("says when the access is lost, and why", async () => {
    show([{ ...LINKED, status: "access_lost", problem: "The consent was taken back." }]);
    const ebay = within(await screen.findByRole("listitem", { name: "eBay" }));
    expect(ebay.getByText("Access lost")).toBeTruthy();
    expect(ebay.getByText("The consent was taken back.")).toBeTruthy();
    expect(ebay.getByRole("button", { name: /Link again/ })).toBeTruthy();
  });

  it("links again before the access ends, once that was told", async () => {
    show([{ ...LINKED, expires_at: "2026-03-01T12:00:00Z", reminders: 1 }]);
    const ebay = within(await screen.findByRole("listitem", { name: "eBay" }));
    expect(ebay.getByText("Linked")).toBeTruthy();
    expect(ebay.getByRole("button", { name: /Link again/ })).toBeTruthy();
  });

  it("has listings go into another catalogue", async () => {
    const places = [
      { place_id: "1", name: "Attic" },
      { place_id: "2", name: "Cellar" },
    ];
    const asked = show([{ ...LINKED, place: "1", places }]);
    const choice = await screen.findByRole<HTMLSelectElement>("combobox", { name: "Listings go into the catalogue" });
    expect(choice.value).toBe("1");
    fireEvent.change(choice, { target: { value: "2" } });
    await vi.waitFor(() => expect(asked).toContainEqual(expect.stringContaining("PUT /me/connections/ebay/place")));
  });

  it("asks before it unlinks", async () => {
    const asked = show([LINKED]);
    fireEvent.click(await screen.findByRole("button", { name: "Unlink" }));
    const dialog = within(await screen.findByRole("alertdialog"));
    expect(asked).toEqual(["GET /me/connections"]);
    fireEvent.click(dialog.getByRole("button", { name: "Unlink" }));
    await vi.waitFor(() => expect(asked).toContain("DELETE /me/connections/ebay"));
  });
});

describe("the page of price alerts", () => {
  it("tells how far the price has come, and has back what was stopped", async () => {
    const asked = openPage(<Watches token="t" onMenu={NOTHING} />, {
      "GET /watches": { items: [{ ...WATCH, price: 850, told_price: null }], most: 20 },
      "DELETE /watches/{watch_id}": undefined,
      "POST /watches": WATCH,
    });
    expect(await screen.findByText("$49.50 less than $899.50")).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "Stop watching" }));
    fireEvent.click(await screen.findByRole("button", { name: "Undo" }));
    const again = { marketplace: "ebay", product_id: "1", session_id: "s", target: 800, drop_percent: null };
    await vi.waitFor(() => {
      const posted = asked.find((call) => call.startsWith("POST /watches "));
      expect(JSON.parse(posted?.slice("POST /watches ".length) ?? "{}")).toMatchObject(again);
    });
  });

  it("says what became of an offer that is gone", async () => {
    openPage(<Watches token="t" onMenu={NOTHING} />, {
      "GET /watches": { items: [{ ...WATCH, status: "gone" }], most: 20 },
    });
    expect(await screen.findByText("Not offered any more")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Change" })).toBeNull();
  });
});

describe("the page of what is remembered", () => {
  const ITEM: Remembered = {
    item_id: "price-00000001",
    kind: "price",
    about: "laptop",
    value: "-1000 USD",
    reason: "said",
    because: "a laptop under $1000",
    times: 1,
    first_at: "2026-01-01T12:00:00Z",
    last_at: "2026-01-01T12:00:00Z",
  };
  const MEMORY: MemoryOf = { enabled: true, items: [ITEM], looked_at: [], looked_for: [] };
  const show = () =>
    openPage(<Memory token="t" onMenu={NOTHING} />, {
      "GET /me/memory": MEMORY,
      "PUT /me/memory": MEMORY,
      "PUT /me/memory/items/{item_id}": ITEM,
      "DELETE /me/memory/items/{item_id}": undefined,
      "POST /me/memory/items": ITEM,
      "DELETE /me/memory": undefined,
    });

  it("reads a price as people write it, and corrects it as it is kept", async () => {
    const asked = show();
    fireEvent.click(await screen.findByRole("button", { name: "Change: Price: up to $1,000" }));
    fireEvent.change(screen.getByLabelText("Up to (USD)"), { target: { value: "900" } });
    fireEvent.click(screen.getByRole("button", { name: "Save changes" }));
    await vi.waitFor(() => expect(asked).toContain('PUT /me/memory/items/price-00000001 {"value":"-900 USD"}'));
  });

  it("takes a price in two fields, and a condition as a choice", async () => {
    const asked = show();
    fireEvent.change(await screen.findByLabelText("What"), { target: { value: "price" } });
    fireEvent.change(screen.getByLabelText("From (USD)"), { target: { value: "200" } });
    fireEvent.click(screen.getByRole("button", { name: "Remember" }));
    await vi.waitFor(() =>
      expect(asked).toContain('POST /me/memory/items {"kind":"price","about":"","value":"200- USD"}'),
    );
    fireEvent.change(screen.getByLabelText("What"), { target: { value: "condition" } });
    fireEvent.change(screen.getByLabelText("Which"), { target: { value: "open_box" } });
    fireEvent.click(screen.getByRole("button", { name: "Remember" }));
    await vi.waitFor(() =>
      expect(asked).toContain('POST /me/memory/items {"kind":"condition","about":"","value":"open_box"}'),
    );
  });

  it("forgets one thing, which can be had back", async () => {
    const asked = show();
    fireEvent.click(await screen.findByRole("button", { name: "Forget: Price: up to $1,000" }));
    fireEvent.click(await screen.findByRole("button", { name: "Undo" }));
    await vi.waitFor(() => expect(asked.some((call) => call.startsWith("POST /me/memory/items"))).toBe(true));
  });

  it("is switched off", async () => {
    const asked = show();
    fireEvent.click(await screen.findByRole("switch"));
    await vi.waitFor(() => expect(asked).toContain('PUT /me/memory {"enabled":false}'));
  });
});

describe("the page of preferences", () => {
  const STORED: PreferencesOf = { timezone: "UTC", language: "en", quiet_hours: null, muted: [] };
  const show = (preferences: PreferencesOf) => {
    let stored = preferences;
    return openPage(<Preferences token="t" onLanguage={NOTHING} onForget={NOTHING} onMenu={NOTHING} />, {
      "GET /me/preferences": () => stored,
      "PUT /me/preferences": (given) => (stored = { ...stored, ...(given as PreferencesOf) }),
      "GET /me/push-subscriptions": { public_key: "AQID", items: [] },
      "GET /me/webhooks": { items: [] },
    });
  };
  const saved = (asked: string[]) => {
    const call = asked.findLast((each) => each.startsWith("PUT /me/preferences "));
    return JSON.parse(call?.slice("PUT /me/preferences ".length) ?? "{}") as Partial<PreferencesOf>;
  };

  it("mutes one kind of news and keeps the rest as it was", async () => {
    const asked = show({ ...STORED, muted: ["sold"], timezone: "Asia/Tokyo" });
    fireEvent.click(await screen.findByRole("switch", { name: "a watched price falls" }));
    await vi.waitFor(() => expect(saved(asked).muted).toEqual(["sold", "price_drop"]));
    expect(saved(asked).timezone).toBe("Asia/Tokyo");
  });

  it("keeps each of several quick changes", async () => {
    const asked = show({ ...STORED, muted: ["sold"] });
    fireEvent.click(await screen.findByRole("switch", { name: /Quiet hours/ }));
    fireEvent.click(screen.getByRole("switch", { name: "a watched price falls" }));
    fireEvent.change(await screen.findByLabelText("Time zone"), { target: { value: "Asia/Tokyo" } });
    await vi.waitFor(() => expect(saved(asked).timezone).toBe("Asia/Tokyo"));
    expect(saved(asked).muted).toEqual(["sold", "price_drop"]);
    expect(saved(asked).quiet_hours).not.toBeNull();
  });

  it("keeps quiet hours on the person's own clock", async () => {
    const asked = show(STORED);
    fireEvent.click(await screen.findByRole("switch", { name: /Quiet hours/ }));
    await vi.waitFor(() => expect(saved(asked).quiet_hours).toEqual({ start: "22:00:00", end: "07:00:00" }));
    fireEvent.change(screen.getByLabelText("Until"), { target: { value: "06:30" } });
    await vi.waitFor(() => expect(saved(asked).quiet_hours).toEqual({ start: "22:00:00", end: "06:30:00" }));
  });
});
