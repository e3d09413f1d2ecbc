/** The page's language: chosen from the browser or by the person, set before anything is drawn. */

import { en, type Catalogue, type Key, type Message } from "./en";

/** Each language by its own name. English is in the first load, the others come when spoken. */
export const LANGUAGES = {
  en: "English",
  es: "Español",
  fr: "Français",
  de: "Deutsch",
  hi: "हिन्दी",
  zh: "中文",
} as const;

export type Language = keyof typeof LANGUAGES;

const LOADERS: Record<Language, () => Promise<Catalogue>> = {
  en: () => Promise.resolve(en),
  es: () => import("./es").then(({ es }) => es),
  fr: () => import("./fr").then(({ fr }) => fr),
  de: () => import("./de").then(({ de }) => de),
  hi: () => import("./hi").then(({ hi }) => hi),
  zh: () => import("./zh").then(({ zh }) => zh),
};

const STORED = "talknshop.language";

let current: Language = "en";
let catalogue: Catalogue = en;
let plurals = new Intl.PluralRules("en");

export function language(): Language {
  return current;
}

export function preferredLanguage(): Language {
  const wishes = [localStorage.getItem(STORED) ?? "", ...navigator.languages];
  return wishes.map((wish) => wish.slice(0, 2)).find(isLanguage) ?? "en";
}

export async function speak(wanted: Language): Promise<void> {
  catalogue = await LOADERS[wanted]();
  current = wanted;
  plurals = new Intl.PluralRules(wanted);
  document.documentElement.lang = wanted;
}

export function rememberLanguage(wanted: Language): void {
  localStorage.setItem(STORED, wanted);
}

/** The words for a key; `n` chooses between one and many. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  const pattern = formOf(catalogue[key], values["n"]);
  return pattern.replace(/\{(\w+)\}/g, (hole, name: string) => {
    const value = values[name];
    if (value === undefined) return hole;
    return typeof value === "number" ? value.toLocaleString(current) : value;
  });
}

function formOf(message: Message, n: string | number | undefined): string {
  if (typeof message === "string") return message;
  return plurals.select(Number(n)) === "one" ? message.one : message.other;
}

function isLanguage(tag: string): tag is Language {
  return tag in LANGUAGES;
}
