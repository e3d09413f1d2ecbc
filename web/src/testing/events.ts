/** Events as the gateway sends them, for tests: only what matters to the test is given. */

import type { ConversationEvent, ListingSpec, ProductResult, Watch } from "../generated/events";

type Kind = ConversationEvent["type"];
type DataOf<K extends Kind> = Extract<ConversationEvent, { type: K }>["data"];

export function event<K extends Kind>(
  event_id: number,
  turn_id: string,
  type: K,
  data: DataOf<K>,
): ConversationEvent {
  const envelope = { session_id: "s", event_id, turn_id, timestamp: "2026-01-01T12:00:00Z" };
  return { ...envelope, type, data } as ConversationEvent;
}

export function said(event_id: number, turn_id: string, message: string, message_id = `m${event_id}`) {
  return event(event_id, turn_id, "user_message", { message, message_id, media: [] });
}

export function done(event_id: number, turn_id: string, message: string, cancelled = false) {
  return event(event_id, turn_id, "done", {
    message,
    usage: {},
    degraded: false,
    assumptions: [],
    not_understood: [],
    cancelled,
    remembered: [],
  });
}

export const SPEC: ListingSpec = {
  title: "iPhone 13",
  description: "Works well.",
  category: "",
  brand: "Apple",
  price: 650,
  currency: "USD",
  condition: "good",
  condition_notes: "",
  quantity: 1,
  attributes: {},
  media_refs: [],
  location: { postal_code: "94103", country: "US" },
  target_marketplaces: ["ebay", "poshmark"],
  shipping: "",
};

export function preview(event_id: number, turn_id: string) {
  return event(event_id, turn_id, "listing_preview", {
    listing_spec: SPEC,
    missing: [],
    warnings: [],
    problems: [],
    fitted: [],
    price_advice: null,
  });
}

export const PRODUCT: ProductResult = {
  product_id: "1",
  title: "A laptop",
  price: 899.5,
  currency: "USD",
  rating: null,
  review_count: null,
  condition: "refurbished",
  image_url: null,
  marketplace: "ebay",
  deep_link: "https://example.com/itm/1",
  availability: "in_stock",
  seller_name: null,
  shipping_info: { cost: null, currency: "USD", free: true, estimated_days: 3 },
  attributes: {},
  why_ranked: "Cheapest that fits",
  also_at: [],
};

export const WATCH: Watch = {
  watch_id: "w1",
  session_id: "s",
  marketplace: "ebay",
  product_id: "1",
  title: "A laptop",
  image_url: null,
  deep_link: "https://example.com/itm/1",
  currency: "USD",
  first_price: 899.5,
  price: 899.5,
  lowest_price: 899.5,
  availability: "in_stock",
  target: 800,
  drop_percent: null,
  status: "watching",
  told_price: null,
  told_at: null,
  problem: "",
  created_at: "2026-01-01T12:00:00Z",
  looked_at: "2026-01-01T12:00:00Z",
  next_look_at: "2026-01-01T13:00:00Z",
  ends_at: "2026-04-01T12:00:00Z",
};
