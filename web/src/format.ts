/** Values as people read them. */

import type { Condition, ListingStatus } from "./generated/events";
import { language, t } from "./i18n";
import type { Key } from "./i18n/en";

export function money(amount: number, currency: string): string {
  try {
    return new Intl.NumberFormat(language(), {
      style: "currency",
      currency,
      minimumFractionDigits: Number.isInteger(amount) ? 0 : 2,
    }).format(amount);
  } catch (error) {
    if (error instanceof RangeError) return `${amount} ${currency}`; // not a currency code
    throw error;
  }
}

export const ALL_CONDITIONS: Condition[] = [
  "new",
  "open_box",
  "refurbished",
  "like_new",
  "good",
  "fair",
  "for_parts",
];

export function conditionName(condition: Condition): string {
  return t(`condition.${condition}`);
}

export function statusName(status: ListingStatus): string {
  return t(`status.${status}`);
}

const MARKETPLACES: Record<string, { name: string; color: string }> = {
  ebay: { name: "eBay", color: "#2f6fde" },
  amazon: { name: "Amazon", color: "#e08a00" },
  walmart: { name: "Walmart", color: "#1c8fd6" },
  bestbuy: { name: "Best Buy", color: "#d9b400" },
  craigslist: { name: "Craigslist", color: "#8250c4" },
  facebook: { name: "Facebook", color: "#3b6fe0" },
  poshmark: { name: "Poshmark", color: "#a8324a" },
};

export const SEARCHING = ["ebay", "amazon", "walmart", "bestbuy"];
export const SELLING = ["ebay", "craigslist", "facebook", "poshmark"];

export function marketplaceName(marketplace: string): string {
  return MARKETPLACES[marketplace]?.name ?? words(marketplace);
}

export function marketplaceColor(marketplace: string): string {
  return MARKETPLACES[marketplace]?.color ?? "#7a7a7a";
}

const FIELDS: Record<string, Key> = {
  title: "field.title",
  price: "field.price",
  currency: "field.currency",
  quantity: "field.quantity",
  condition: "field.condition",
  condition_notes: "field.notes",
  brand: "field.brand",
  category: "field.category",
  shipping: "field.shipping",
  description: "field.description",
  location: "field.postalCode",
  postal_code: "field.postalCode",
  "location.postal_code": "field.postalCode",
  media_refs: "field.photos",
  target_marketplaces: "field.postTo",
};

/** A field of a listing, in the middle of a sentence. */
export function fieldName(field: string): string {
  const key = FIELDS[field];
  const name = key ? t(key) : words(field);
  return language() === "de" ? name : name.toLocaleLowerCase(language());
}

const LETTERS = /\b(gtin|upc|ean|isbn|mpn|sku|ram|ssd|cpu|gpu)\b/gi;

/** "price_max" to "Price max", "gtin" to "GTIN". */
export function words(name: string): string {
  const spaced = name.replaceAll("_", " ").trim().replace(LETTERS, (letters) => letters.toUpperCase());
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

export function seconds(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

export function list(names: string[]): string {
  return new Intl.ListFormat(language(), { type: "conjunction" }).format(names);
}

/** "2 minutes ago"; for a date that cannot be read, nothing. */
export function ago(time: string, now: number = Date.now()): string {
  const elapsed = (now - Date.parse(time)) / 1000;
  if (Number.isNaN(elapsed)) return "";
  const format = new Intl.RelativeTimeFormat(language(), { numeric: "auto" });
  if (elapsed < 60) return format.format(0, "second");
  if (elapsed < 3600) return format.format(-Math.round(elapsed / 60), "minute");
  if (elapsed < 86_400) return format.format(-Math.round(elapsed / 3600), "hour");
  return format.format(-Math.round(elapsed / 86_400), "day");
}

/** The day and the minute, as people there write them. */
export function moment(time: string): string {
  const format = new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "short" });
  return format.format(new Date(time));
}

/** When a price alert tells: "at most $80", "−10 %". */
export function termsOf(watch: { target: number | null; drop_percent: number | null; currency: string }): string {
  const terms = [
    watch.target == null ? "" : t("watch.atMost", { price: money(watch.target, watch.currency) }),
    watch.drop_percent == null ? "" : `−${watch.drop_percent} %`,
  ];
  return terms.filter(Boolean).join(" / ");
}

/** The address when it leads to a web page; null for `javascript:` and whatever else a stranger wrote. */
export function webAddress(address: string | null | undefined): string | null {
  if (!address) return null;
  if (address.startsWith("/") && !address.startsWith("//")) return address;
  if (!URL.canParse(address)) return null;
  const { protocol } = new URL(address);
  return protocol === "https:" || protocol === "http:" ? address : null;
}
