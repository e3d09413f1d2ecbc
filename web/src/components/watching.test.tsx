import { act, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { ResultsData, Watch } from "../generated/events";
import { fold, EMPTY } from "../state/conversation";
import { event, PRODUCT, WATCH } from "../testing/events";
import { Results } from "./Results";

const RESULTS: ResultsData = {
  products: [PRODUCT, { ...PRODUCT, product_id: "2", title: "Another laptop" }],
  summary: "",
  total_found: 2,
  partial: false,
  sources: [],
  remembered: [],
  requirement: {
    product_type: "laptop",
    attributes: {},
    filters: {},
    price: { min: null, max: null, currency: "USD" },
    brand_preferences: [],
    excluded_brands: [],
    rating_min: null,
    condition: null,
    marketplaces: [],
    sort: "relevance",
    language: "en",
  },
};

function show(watches: Record<string, Watch> = {}) {
  const [doIt, hint] = [vi.fn(), vi.fn()];
  render(
    <Results data={RESULTS} onRefine={null} working={false} watches={watches} act={doIt} isBusy={() => false} hint={hint} />,
  );
  return { doIt, hint };
}

describe("watching a price", () => {
  it("begins with one of the falls", async () => {
    const { doIt } = show();
    fireEvent.click(screen.getByRole("button", { name: "Watch price: A laptop" }));
    fireEvent.click(await screen.findByRole("button", { name: "By 10 percent, to $809.55" }));
    const offer = { marketplace: "ebay", product_id: "1" };
    expect(doIt).toHaveBeenCalledWith("watch_price", { ...offer, target: null, drop_percent: 10 });
  });

  it("begins with a price of one's own, and with nothing that is no price", async () => {
    const { doIt } = show();
    fireEvent.click(screen.getByRole("button", { name: "Watch price: A laptop" }));
    const field = await screen.findByLabelText("Or to at most (USD)");
    fireEvent.change(field, { target: { value: "cheap" } });
    expect(screen.getByRole("button", { name: "Watch" })).toHaveProperty("disabled", true);
    fireEvent.change(field, { target: { value: "750,50" } });
    fireEvent.click(screen.getByRole("button", { name: "Watch" }));
    const offer = { marketplace: "ebay", product_id: "1" };
    expect(doIt).toHaveBeenCalledWith("watch_price", { ...offer, target: 750.5, drop_percent: null });
  });

  it("shows what is watched already, and ends it", async () => {
    const { doIt } = show({ "ebay/1": WATCH });
    fireEvent.click(screen.getByRole("button", { name: "Watching the price: at most $800, A laptop" }));
    expect(screen.getByText("at most $800")).toBeTruthy();
    fireEvent.click(await screen.findByRole("button", { name: "Stop watching" }));
    expect(doIt).toHaveBeenCalledWith("stop_watching", { watch_id: "w1" });
  });

  it("is known from the log, until it is stopped there", () => {
    const begun = fold(EMPTY, [event(1, "watch-w1", "watch", { watch: WATCH })]);
    expect(begun.watches["ebay/1"]).toEqual(WATCH);
    expect(begun.exchanges).toEqual([]);
    const stopped = event(2, "watch-w1", "watch", { watch: { ...WATCH, status: "stopped" } });
    expect(fold(begun, [stopped]).watches).toEqual({});
  });
});

describe("an offer that is not wanted", () => {
  afterEach(() => vi.useRealTimers());

  it("is left out, and told of, only when it was not taken back", () => {
    vi.useFakeTimers();
    const { hint } = show();
    fireEvent.click(screen.getByRole("button", { name: "Not for me: A laptop" }));
    fireEvent.click(screen.getByRole("button", { name: "Undo" }));
    act(() => void vi.advanceTimersByTime(60_000));
    expect(hint).not.toHaveBeenCalled();
    fireEvent.click(screen.getByRole("button", { name: "Not for me: A laptop" }));
    act(() => void vi.advanceTimersByTime(60_000));
    expect(hint).toHaveBeenCalledExactlyOnceWith("dismiss_product", { marketplace: "ebay", product_id: "1" });
    expect(screen.queryByRole("link", { name: /A laptop/ })).toBeNull();
  });
});
