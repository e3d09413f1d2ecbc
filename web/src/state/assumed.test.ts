import { expect, it } from "vitest";
import type { Assumed, RequirementSpec } from "../generated/events";
import { without } from "./assumed";

const WISHES: RequirementSpec = {
  product_type: "running shoes",
  attributes: { Size: "42", Color: "black" },
  filters: {},
  price: { min: null, max: null, currency: "USD" },
  brand_preferences: [],
  excluded_brands: ["Nike", "Puma"],
  rating_min: null,
  condition: "used",
  marketplaces: ["ebay"],
  sort: "relevance",
  language: "en",
};

const assumed = (field: string, value: string): Assumed => ({ item_id: "item-00000001", field, value, text: "" });

it.each([
  [assumed("attributes", "42"), { attributes: { Color: "black" } }],
  [assumed("condition", "used"), { condition: null }],
  [assumed("marketplaces", "ebay"), { marketplaces: [] }],
  [assumed("excluded_brands", "Nike"), { excluded_brands: ["Puma"] }],
])("takes back $field and nothing else", (taken, left) => {
  expect(without(WISHES, taken)).toEqual({ ...WISHES, ...left });
});
