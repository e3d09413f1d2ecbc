/** The listing's main fields; saving hands over only what was changed. */

import { useId, useState, type ReactNode } from "react";
import type { Condition, ListingProblem, ListingSpec } from "../generated/events";
import { ALL_CONDITIONS, conditionName, marketplaceName, SELLING } from "../format";
import { t } from "../i18n";
import { AlertIcon } from "./icons";
import { Button, Marketplace } from "./ui";

interface Draft {
  title: string;
  price: string;
  currency: string;
  condition: Condition | "";
  description: string;
  quantity: string;
  postalCode: string;
  marketplaces: string[];
}

export function ListingForm({
  spec,
  missing,
  problems = [],
  choosesMarketplaces = true,
  onSave,
  onCancel,
}: {
  spec: ListingSpec;
  missing: string[];
  /** What marketplaces would refuse of the listing as it was last checked. */
  problems?: ListingProblem[];
  choosesMarketplaces?: boolean;
  onSave: (changed: Partial<ListingSpec>) => void;
  onCancel: () => void;
}) {
  const [draft, setDraft] = useState(() => draftOf(spec));
  const [wrong, setWrong] = useState<Partial<Record<keyof Draft, string>>>({});
  const set = (change: Partial<Draft>) => setDraft((before) => ({ ...before, ...change }));
  const places = [...new Set([...SELLING, ...spec.target_marketplaces])];
  // Of marketplaces that are still wanted.
  const open = problems.filter(({ marketplace }) => draft.marketplaces.includes(marketplace));
  const refused = (...fields: string[]) =>
    open
      .filter(({ field }) => fields.includes(field))
      .map(({ marketplace, rule }) => `${marketplaceName(marketplace)}: ${rule}`);

  const save = () => {
    const mistakes = mistakesIn(draft);
    setWrong(mistakes);
    if (Object.keys(mistakes).length === 0) onSave(changesTo(spec, draft));
  };

  return (
    <form
      className="flex flex-col gap-4 p-4 sm:p-5"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <Labelled name={t("field.title")} wrong={wrong.title} refused={refused("title")}>
        {(id) => (
          <input
            id={id}
            className="field"
            maxLength={300}
            autoFocus={!missing.includes("price")}
            value={draft.title}
            onChange={(event) => set({ title: event.target.value })}
          />
        )}
      </Labelled>
      <div className="grid grid-cols-2 gap-4 sm:grid-cols-4">
        <Labelled name={t("field.price")} wrong={wrong.price} refused={refused("price")}>
          {(id) => (
            <input
              id={id}
              className="field tabular-nums"
              inputMode="decimal"
              autoFocus={missing.includes("price")}
              value={draft.price}
              onChange={(event) => set({ price: event.target.value })}
            />
          )}
        </Labelled>
        <Labelled name={t("field.currency")} wrong={wrong.currency} refused={refused("currency")}>
          {(id) => (
            <input
              id={id}
              className="field uppercase"
              maxLength={3}
              value={draft.currency}
              onChange={(event) => set({ currency: event.target.value.toUpperCase() })}
            />
          )}
        </Labelled>
        <Labelled name={t("field.quantity")} wrong={wrong.quantity} refused={refused("quantity")}>
          {(id) => (
            <input
              id={id}
              className="field tabular-nums"
              inputMode="numeric"
              value={draft.quantity}
              onChange={(event) => set({ quantity: event.target.value })}
            />
          )}
        </Labelled>
        <Labelled name={t("field.postalCode")} refused={refused("location", "postal_code", "location.postal_code")}>
          {(id) => (
            <input
              id={id}
              className="field"
              maxLength={12}
              autoComplete="postal-code"
              value={draft.postalCode}
              onChange={(event) => set({ postalCode: event.target.value })}
            />
          )}
        </Labelled>
      </div>
      <Labelled name={t("field.condition")} refused={refused("condition", "condition_notes")}>
        {(id) => (
          <select
            id={id}
            className="field"
            value={draft.condition}
            onChange={(event) => set({ condition: event.target.value as Condition | "" })}
          >
            <option value="" disabled>
              {t("field.choose")}
            </option>
            {ALL_CONDITIONS.map((condition) => (
              <option key={condition} value={condition}>
                {conditionName(condition)}
              </option>
            ))}
          </select>
        )}
      </Labelled>
      <Labelled name={t("field.description")} refused={refused("description")}>
        {(id) => (
          <textarea
            id={id}
            className="field min-h-28"
            maxLength={8000}
            value={draft.description}
            onChange={(event) => set({ description: event.target.value })}
          />
        )}
      </Labelled>
      {choosesMarketplaces && (
      <fieldset>
        <legend className="mb-1 text-[0.8125rem] text-muted">{t("field.postTo")}</legend>
        <div className="flex flex-wrap gap-2">
          {places.map((place) => (
            <label
              key={place}
              className="flex min-h-10 items-center gap-2 rounded-full border border-strong px-3.5 has-checked:border-accent has-checked:bg-tint"
            >
              <input
                type="checkbox"
                className="accent-accent"
                checked={draft.marketplaces.includes(place)}
                onChange={(event) =>
                  set({
                    marketplaces: event.target.checked
                      ? [...draft.marketplaces, place]
                      : draft.marketplaces.filter((name) => name !== place),
                  })
                }
              />
              <Marketplace name={place} />
              {open.some(({ marketplace }) => marketplace === place) && (
                <span className="text-warn" title={t("form.lacks")}>
                  <AlertIcon />
                  <span className="sr-only">{t("form.lacks")}</span>
                </span>
              )}
            </label>
          ))}
        </div>
        {wrong.marketplaces && <p className="mt-1 text-sm text-bad">{wrong.marketplaces}</p>}
      </fieldset>
      )}
      <div className="flex gap-2">
        <Button look="primary" type="submit">
          {t("form.save")}
        </Button>
        <Button look="quiet" onClick={onCancel}>
          {t("app.cancel")}
        </Button>
      </div>
    </form>
  );
}

function Labelled({
  name,
  wrong,
  refused = [],
  children,
}: {
  name: string;
  wrong?: string | undefined;
  refused?: string[];
  children: (id: string) => ReactNode;
}) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-[0.8125rem] text-muted">
        {name}
      </label>
      {children(id)}
      {wrong && (
        <p role="alert" className="mt-1 text-sm text-bad">
          {wrong}
        </p>
      )}
      {refused.map((each) => (
        <p key={each} className="mt-1 text-sm text-warn">
          {each}
        </p>
      ))}
    </div>
  );
}

function draftOf(spec: ListingSpec): Draft {
  return {
    title: spec.title,
    price: spec.price == null ? "" : String(spec.price),
    currency: spec.currency,
    condition: spec.condition ?? "",
    description: spec.description,
    quantity: String(spec.quantity),
    postalCode: spec.location.postal_code,
    marketplaces: spec.target_marketplaces,
  };
}

function mistakesIn(draft: Draft): Partial<Record<keyof Draft, string>> {
  const mistakes: Partial<Record<keyof Draft, string>> = {};
  if (draft.title.trim() === "") mistakes.title = t("form.titleNeeded");
  if (!/^\d{1,8}([.,]\d{1,2})?$/.test(draft.price.trim())) mistakes.price = t("form.priceWrong");
  if (!/^[A-Z]{3}$/.test(draft.currency)) mistakes.currency = t("form.currencyWrong");
  if (!/^[1-9]\d{0,3}$/.test(draft.quantity.trim())) mistakes.quantity = t("form.quantityWrong");
  if (draft.marketplaces.length === 0) mistakes.marketplaces = t("form.marketplaceNeeded");
  return mistakes;
}

export function changesTo(spec: ListingSpec, draft: Draft): Partial<ListingSpec> {
  const edited: Partial<ListingSpec> = {
    title: draft.title.trim(),
    price: Number(draft.price.trim().replace(",", ".")),
    currency: draft.currency,
    condition: draft.condition || null,
    description: draft.description.trim(),
    quantity: Number(draft.quantity),
    location: { ...spec.location, postal_code: draft.postalCode.trim() },
    target_marketplaces: draft.marketplaces,
  };
  const changed = Object.entries(edited).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(spec[name as keyof ListingSpec]),
  );
  return Object.fromEntries(changed);
}
