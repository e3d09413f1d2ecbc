/** What the person prefers on this device. */

export type Theme = "system" | "light" | "dark";

const THEME = "talknshop.theme";
const ALOUD = "talknshop.aloud";

export function theme(): Theme {
  const stored = localStorage.getItem(THEME);
  return stored === "light" || stored === "dark" ? stored : "system";
}

export function setTheme(wanted: Theme): void {
  localStorage.setItem(THEME, wanted);
  applyTheme();
}

/** `color-scheme` decides which half of each light-dark() colour is used. */
export function applyTheme(): void {
  const wanted = theme();
  document.documentElement.style.colorScheme = wanted === "system" ? "" : wanted;
}

export function readsAloud(): boolean {
  return localStorage.getItem(ALOUD) === "yes";
}

export function setReadsAloud(wanted: boolean): void {
  localStorage.setItem(ALOUD, wanted ? "yes" : "no");
}
