/** The person's price beside what others ask for such a thing, drawn to scale. */

import type { PriceAdvice } from "../generated/events";
import { marketplaceColor, marketplaceName, money } from "../format";
import { t } from "../i18n";
import { Button, OutLink } from "./ui";

interface Props {
  advice: PriceAdvice;
  price: number | null;
  /** Null while the listing cannot be changed. */
  onUse: ((price: number) => void) | null;
}

export function PriceChart({ advice, price, onUse }: Props) {
  const { low, median, high, currency, n, comparables } = advice;
  const shown = [low, high, ...comparables.map((each) => each.price), ...(price == null ? [] : [price])];
  const [least, most] = [Math.min(...shown), Math.max(...shown)];
  const margin = (most - least || most || 1) * 0.06;
  const at = (value: number) => ((value - least + margin) / (most - least + 2 * margin)) * 100;
  const sentence = t("advice.half", {
    low: money(low, currency),
    high: money(high, currency),
    median: money(median, currency),
  });
  return (
    <figure className="flex flex-col gap-2 rounded-xl bg-sunken px-3.5 py-3 text-sm" aria-label={t("advice.chart")}>
      <figcaption>
        {sentence} <span className="whitespace-nowrap text-muted">({t("advice.offers", { n })})</span>
      </figcaption>
      <div aria-hidden="true" className="relative my-1 h-8">
        <span className="absolute inset-x-0 top-1/2 h-px bg-strong" />
        <span
          className="absolute inset-y-1.5 rounded-md bg-tint"
          style={{ left: `${at(low)}%`, width: `${Math.max(at(high) - at(low), 0.5)}%` }}
        />
        <span className="absolute inset-y-1 w-0.5 -translate-x-1/2 bg-tint-ink" style={{ left: `${at(median)}%` }} />
        {comparables.map((each, index) => (
          <span
            key={`${index}/${each.link}`}
            className="absolute top-1/2 size-2 -translate-1/2 rounded-full opacity-70"
            style={{ left: `${at(each.price)}%`, background: marketplaceColor(each.marketplace) }}
          />
        ))}
        {price != null && (
          <span
            className="absolute top-1/2 size-4 -translate-1/2 rounded-full border-[3px] border-surface bg-accent shadow-card"
            style={{ left: `${at(price)}%` }}
          />
        )}
      </div>
      <div className="flex flex-wrap items-center justify-between gap-2">
        {price != null && (
          <span className="flex items-center gap-1.5">
            <span aria-hidden="true" className="size-2.5 rounded-full bg-accent" />
            {t("advice.yours", { price: money(price, currency) })}
          </span>
        )}
        {onUse !== null && median !== price && (
          <Button small onClick={() => onUse(median)}>
            {t("advice.use", { price: money(median, currency) })}
          </Button>
        )}
      </div>
      {comparables.length > 0 && (
        <details>
          <summary className="text-muted">{t("advice.others")}</summary>
          <ul className="mt-1.5 flex flex-col gap-1">
            {comparables.map((each, index) => (
              <li key={`${index}/${each.link}`} className="flex items-baseline justify-between gap-3">
                <OutLink href={each.link} label={`${each.title}, ${marketplaceName(each.marketplace)}`} className="min-w-0">
                  <span className="truncate">{each.title}</span>
                </OutLink>
                <span className="tabular-nums">{money(each.price, currency)}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </figure>
  );
}
