/** When to be told of a price: three falls to choose from at once, or a price of one's own. */

import { useId, useState } from "react";
import { money } from "../format";
import { t } from "../i18n";
import type { Terms } from "../wire/watches";
import { Button } from "./ui";

const FALLS = [5, 10, 20];

export function WatchTerms({
  price,
  currency,
  disabled = false,
  onChoose,
}: {
  price: number;
  currency: string;
  disabled?: boolean;
  onChoose: (terms: Terms) => void;
}) {
  const id = useId();
  const [target, setTarget] = useState("");
  const wanted = Number(target.trim().replace(",", "."));
  const usable = /^\d{1,8}([.,]\d{1,2})?$/.test(target.trim()) && wanted > 0;
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (usable) onChoose({ target: wanted, drop_percent: null });
      }}
    >
      <fieldset>
        <legend className="mb-1.5 text-[0.8125rem] text-muted">{t("watch.falls")}</legend>
        <div className="flex flex-wrap gap-1.5">
          {FALLS.map((fall) => (
            <Button
              key={fall}
              small
              disabled={disabled}
              aria-label={t("watch.fallTo", { percent: fall, price: money(lower(price, fall), currency) })}
              onClick={() => onChoose({ target: null, drop_percent: fall })}
            >
              −{fall} %
            </Button>
          ))}
        </div>
      </fieldset>
      <div>
        <label htmlFor={id} className="mb-1 block text-[0.8125rem] text-muted">
          {t("watch.target", { currency })}
        </label>
        <div className="flex gap-2">
          <input
            id={id}
            className="field min-w-0 flex-1 tabular-nums"
            inputMode="decimal"
            placeholder={String(Math.floor(price * 0.9))}
            value={target}
            onChange={(event) => setTarget(event.target.value)}
          />
          <Button type="submit" look="primary" disabled={disabled || !usable}>
            {t("watch.tell")}
          </Button>
        </div>
      </div>
    </form>
  );
}

function lower(price: number, percent: number): number {
  return Math.round(price * (100 - percent)) / 100;
}
