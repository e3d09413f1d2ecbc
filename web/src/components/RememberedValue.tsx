/** The field for something that is remembered: a range of prices, a choice, or words. */

import { marketplaceName, SEARCHING } from "../format";
import type { Kind } from "../generated/events";
import { t } from "../i18n";

const STATES = ["new", "used", "refurbished", "open_box"] as const;

interface Props {
  kind: Kind;
  /** As it is stored: prices are "200-900 USD", where either end may be missing. */
  value: string;
  label: string;
  autoFocus?: boolean;
  onChange: (value: string) => void;
}

export function RememberedValue({ kind, value, label, autoFocus = false, onChange }: Props) {
  if (kind === "price") return <Range value={value} autoFocus={autoFocus} onChange={onChange} />;
  if (kind === "condition" || kind === "marketplace") {
    const choices = kind === "condition" ? [...STATES] : [...new Set([...SEARCHING, ...(value ? [value] : [])])];
    const named = (choice: string) =>
      kind === "condition" ? t(`wanted.${choice as (typeof STATES)[number]}`) : marketplaceName(choice);
    return (
      <select className="field" aria-label={label} autoFocus={autoFocus} value={value} onChange={(event) => onChange(event.target.value)}>
        {value === "" && <option value="">{t("field.choose")}</option>}
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {named(choice)}
          </option>
        ))}
      </select>
    );
  }
  return (
    <input
      className="field"
      aria-label={label}
      maxLength={60}
      autoFocus={autoFocus}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

function Range({ value, autoFocus, onChange }: Pick<Props, "value" | "onChange"> & { autoFocus: boolean }) {
  const { from, to, currency } = priceEnds(value);
  const change = (low: string, high: string) => onChange(low || high ? `${low}-${high} ${currency}` : "");
  const ends = [
    { name: t("wish.priceFrom"), end: from, set: (end: string) => change(end, to) },
    { name: t("wish.priceTo"), end: to, set: (end: string) => change(from, end) },
  ];
  return (
    <span className="flex gap-2">
      {ends.map(({ name, end, set }, index) => (
        <input
          key={name}
          className="field tabular-nums"
          inputMode="decimal"
          aria-label={`${name} (${currency})`}
          placeholder={name}
          maxLength={11}
          autoFocus={autoFocus && index === 1}
          value={end}
          onChange={(event) => set(event.target.value.replace(",", ".").replace(/[^\d.]/g, ""))}
        />
      ))}
    </span>
  );
}

export function priceEnds(value: string): { from: string; to: string; currency: string } {
  const [, from = "", to = "", currency = "USD"] = /^([\d.]*)-([\d.]*) ([A-Z]{3})$/.exec(value) ?? [];
  return { from, to, currency };
}
