/** What will be posted, before it is: the person confirms it or changes it. */

import { useState, type ReactNode } from "react";
import type { ListingPreviewData, ListingSpec } from "../generated/events";
import { conditionName, list, marketplaceName, money, words } from "../format";
import { AlertIcon, EditIcon } from "./icons";
import { ListingForm } from "./ListingForm";
import { Photo } from "./Photo";
import { Button, Card, Marketplace, Note, Pill } from "./ui";

interface Props {
  data: ListingPreviewData;
  open: boolean;
  confirming: boolean;
  saving: boolean;
  onConfirm: () => void;
  onEdit: (changed: Partial<ListingSpec>) => void;
}

export function ListingPreview({ data, open, confirming, saving, onConfirm, onEdit }: Props) {
  const [editing, setEditing] = useState(false);
  const spec = data.listing_spec;
  if (editing && open) {
    return (
      <Card label="Edit the listing">
        <ListingForm
          spec={spec}
          missing={data.missing}
          onCancel={() => setEditing(false)}
          onSave={(changed) => {
            setEditing(false);
            if (Object.keys(changed).length > 0) onEdit(changed);
          }}
        />
      </Card>
    );
  }
  if (!open) return <EarlierDraft data={data} />;
  return (
    <Card label="Listing preview">
      <div className="flex flex-col gap-4 p-4 sm:p-5">
        <header className="flex items-start gap-3">
          <div className="min-w-0 flex-1">
            <p className="text-xs font-medium text-muted">Your listing, not posted yet</p>
            <h3 className="text-lg leading-snug font-semibold">{spec.title || "Untitled"}</h3>
          </div>
          <p className="text-xl font-semibold tracking-tight tabular-nums">
            {spec.price == null ? "No price" : money(spec.price, spec.currency)}
          </p>
        </header>
        {spec.media_refs.length > 0 && (
          <div className="flex gap-2 overflow-x-auto">
            {spec.media_refs.map((id) => (
              <Photo key={id} mediaId={id} className="size-24 shrink-0 sm:size-28" />
            ))}
          </div>
        )}
        <Facts spec={spec} />
        {spec.description && <Description text={spec.description} />}
        {data.price_advice && <Advice data={data} />}
        <Complaints data={data} />
        <footer className="flex flex-wrap items-center gap-2 pt-1">
          <Button
            look="primary"
            disabled={data.missing.length > 0 || confirming || saving}
            onClick={onConfirm}
          >
            {confirming ? "Posting…" : `Confirm and post${placesOf(spec)}`}
          </Button>
          <Button disabled={confirming || saving} onClick={() => setEditing(true)}>
            <EditIcon /> {saving ? "Saving…" : "Edit"}
          </Button>
        </footer>
      </div>
    </Card>
  );
}

/** A preview that a newer one, or the job, has taken the place of. */
function EarlierDraft({ data: { listing_spec: spec } }: { data: ListingPreviewData }) {
  return (
    <details className="rounded-card border border-line px-4 py-2.5 text-sm text-muted">
      <summary>
        Draft: {spec.title || "untitled"}
        {spec.price != null && `, ${money(spec.price, spec.currency)}`}
      </summary>
      <div className="flex flex-col gap-3 pt-3 text-ink">
        <Facts spec={spec} />
        {spec.description && <Description text={spec.description} />}
      </div>
    </details>
  );
}

function placesOf(spec: ListingSpec): string {
  const count = spec.target_marketplaces.length;
  if (count === 0) return "";
  return count === 1 ? " to 1 marketplace" : ` to ${count} marketplaces`;
}

function Facts({ spec }: { spec: ListingSpec }) {
  const facts: [string, ReactNode][] = [
    ["Condition", spec.condition && conditionName(spec.condition)],
    ["Notes", spec.condition_notes],
    ["Quantity", spec.quantity > 1 ? spec.quantity : null],
    ["Brand", spec.brand],
    ["Category", spec.category],
    ...Object.entries(spec.attributes).map(([name, value]): [string, ReactNode] => [words(name), value]),
    ["Postal code", spec.location.postal_code],
    ["Shipping", spec.shipping],
    [
      "Post to",
      spec.target_marketplaces.length > 0 && (
        <span className="flex flex-wrap gap-x-4 gap-y-1">
          {spec.target_marketplaces.map((name) => (
            <Marketplace key={name} name={name} />
          ))}
        </span>
      ),
    ],
  ];
  return (
    <dl className="grid grid-cols-[max-content_1fr] gap-x-5 gap-y-1.5 text-sm">
      {facts
        .filter(([, value]) => Boolean(value))
        .map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="min-w-0">{value}</dd>
          </div>
        ))}
    </dl>
  );
}

const LONG = 280;

function Description({ text }: { text: string }) {
  const [all, setAll] = useState(false);
  const long = text.length > LONG;
  return (
    <div className="border-t border-line pt-3 text-sm">
      <p className={`whitespace-pre-wrap ${long && !all ? "line-clamp-4" : ""}`}>{text}</p>
      {long && (
        <button type="button" className="mt-1 text-tint-ink underline-offset-2 hover:underline" onClick={() => setAll(!all)}>
          {all ? "Show less" : "Show all"}
        </button>
      )}
    </div>
  );
}

function Advice({ data }: { data: ListingPreviewData }) {
  const advice = data.price_advice;
  if (!advice) return null;
  const price = data.listing_spec.price;
  const at = (value: number) => `${Math.min(100, Math.max(0, ((value - advice.low) / (advice.high - advice.low || 1)) * 100))}%`;
  return (
    <div className="rounded-xl bg-sunken px-3.5 py-3 text-sm">
      <p>
        Similar ones cost {money(advice.low, advice.currency)} to {money(advice.high, advice.currency)},
        half of them less than <strong className="font-semibold">{money(advice.median, advice.currency)}</strong>{" "}
        <span className="text-muted">({advice.n} offers)</span>
      </p>
      <div aria-hidden="true" className="relative mt-3 mb-1 h-1.5 rounded-full bg-line">
        <span className="absolute top-1/2 h-3 w-0.5 -translate-y-1/2 bg-muted" style={{ left: at(advice.median) }} />
        {price != null && (
          <span
            className="absolute top-1/2 size-3.5 -translate-x-1/2 -translate-y-1/2 rounded-full border-2 border-surface bg-accent"
            style={{ left: at(price) }}
          />
        )}
      </div>
    </div>
  );
}

function Complaints({ data }: { data: ListingPreviewData }) {
  const refusing = [...new Set(data.problems.map(({ marketplace }) => marketplace))];
  return (
    <>
      {data.missing.length > 0 && (
        <Note tone="warn">
          <span className="flex items-center gap-2">
            <AlertIcon /> Still missing: {list(data.missing.map((field) => words(field).toLowerCase()))}.
          </span>
        </Note>
      )}
      {refusing.map((marketplace) => (
        <Note key={marketplace} tone="warn">
          <p className="font-medium">{marketplaceName(marketplace)} would refuse this:</p>
          <ul className="mt-1 flex flex-col gap-1">
            {data.problems
              .filter((problem) => problem.marketplace === marketplace)
              .map(({ field, rule }) => (
                <li key={`${field}/${rule}`} className="flex flex-wrap items-center gap-2">
                  <Pill>{words(field)}</Pill> {rule}
                </li>
              ))}
          </ul>
        </Note>
      ))}
      {data.warnings.length > 0 && (
        <Note tone="neutral">
          <ul className="flex flex-col gap-1">
            {data.warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </Note>
      )}
    </>
  );
}
