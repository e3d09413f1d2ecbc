/** What will be posted, before it is: the person confirms it or changes it. */

import { useState, type ReactNode } from "react";
import type { FittedListing, ListingPreviewData, ListingSpec } from "../generated/events";
import { conditionName, fieldName, list, marketplaceName, money, words } from "../format";
import { t } from "../i18n";
import { AlertIcon, EditIcon } from "./icons";
import { ListingForm } from "./ListingForm";
import { Photo } from "./Photo";
import { PriceChart } from "./PriceChart";
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
      <Card label={t("listing.editing")}>
        <ListingForm
          spec={spec}
          missing={data.missing}
          problems={data.problems}
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
    <Card label={t("listing.preview")}>
      <div className="flex flex-col gap-4 p-4 sm:p-5">
        <header className="flex items-start gap-3">
          <div className="min-w-0 flex-1">
            <p className="text-xs font-medium text-muted">{t("listing.notPosted")}</p>
            <h2 className="text-lg leading-snug font-semibold">{spec.title || t("listing.untitled")}</h2>
          </div>
          <p className="text-xl font-semibold tracking-tight tabular-nums">
            {spec.price == null ? t("listing.noPrice") : money(spec.price, spec.currency)}
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
        {data.price_advice && (
          <PriceChart
            advice={data.price_advice}
            price={spec.price}
            onUse={saving ? null : (price) => onEdit({ price })}
          />
        )}
        <Fitted fitted={data.fitted} />
        <Complaints data={data} />
        <footer className="flex flex-wrap items-center gap-2 pt-1">
          <Button
            look="primary"
            disabled={data.missing.length > 0 || confirming || saving}
            onClick={onConfirm}
          >
            {confirming ? t("listing.posting") : confirmation(spec)}
          </Button>
          <Button disabled={confirming || saving} onClick={() => setEditing(true)}>
            <EditIcon /> {t(saving ? "listing.saving" : "listing.edit")}
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
        {t("listing.draft", { title: spec.title || t("listing.untitled") })}
        {spec.price != null && `, ${money(spec.price, spec.currency)}`}
      </summary>
      <div className="flex flex-col gap-3 pt-3 text-ink">
        <Facts spec={spec} />
        {spec.description && <Description text={spec.description} />}
      </div>
    </details>
  );
}

function confirmation(spec: ListingSpec): string {
  const n = spec.target_marketplaces.length;
  return n === 0 ? t("listing.confirm") : t("listing.confirmTo", { n });
}

function Facts({ spec }: { spec: ListingSpec }) {
  const facts: [string, ReactNode][] = [
    [t("field.condition"), spec.condition && conditionName(spec.condition)],
    [t("field.notes"), spec.condition_notes],
    [t("field.quantity"), spec.quantity > 1 ? spec.quantity : null],
    [t("field.brand"), spec.brand],
    [t("field.category"), spec.category],
    ...Object.entries(spec.attributes).map(([name, value]): [string, ReactNode] => [words(name), value]),
    [t("field.postalCode"), spec.location.postal_code],
    [t("field.shipping"), spec.shipping],
    [
      t("field.postTo"),
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
          {t(all ? "listing.showLess" : "listing.showAll")}
        </button>
      )}
    </div>
  );
}

/** What each marketplace gets where it is not what the person wrote. */
function Fitted({ fitted }: { fitted: FittedListing[] }) {
  const changed = fitted.filter(
    ({ changes, category, attributes }) => changes.length > 0 || category || Object.keys(attributes).length > 0,
  );
  if (changed.length === 0) return null;
  return (
    <details className="border-t border-line pt-3 text-sm">
      <summary className="font-medium">{t("listing.fitted")}</summary>
      <ul className="mt-2 flex flex-col divide-y divide-line">
        {changed.map((each) => (
          <li key={each.marketplace} className="flex flex-col gap-0.5 py-2">
            <span className="flex flex-wrap items-center gap-x-3">
              <Marketplace name={each.marketplace} />
              {each.category && <span className="text-muted">{each.category}</span>}
            </span>
            {each.title && <span>{each.title}</span>}
            {Object.keys(each.attributes).length > 0 && <Attributes attributes={each.attributes} />}
            {each.changes.map((change) => (
              <span key={change} className="text-muted">
                {change}
              </span>
            ))}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** By the marketplace's own names. */
function Attributes({ attributes }: { attributes: Record<string, string> }) {
  return (
    <dl className="flex flex-wrap gap-x-3">
      {Object.entries(attributes).map(([name, value]) => (
        <div key={name} className="flex gap-1">
          <dt className="text-muted">{name}:</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Complaints({ data }: { data: ListingPreviewData }) {
  const refusing = [...new Set(data.problems.map(({ marketplace }) => marketplace))];
  return (
    <>
      {data.missing.length > 0 && (
        <Note tone="warn">
          <span className="flex items-center gap-2">
            <AlertIcon /> {t("listing.stillMissing", { fields: list(data.missing.map(fieldName)) })}
          </span>
        </Note>
      )}
      {refusing.map((marketplace) => (
        <Note key={marketplace} tone="warn">
          <p className="font-medium">{t("listing.wouldRefuse", { marketplace: marketplaceName(marketplace) })}</p>
          <ul className="mt-1 flex flex-col gap-1">
            {data.problems
              .filter((problem) => problem.marketplace === marketplace)
              .map(({ field, rule }) => (
                <li key={`${field}/${rule}`} className="flex flex-wrap items-center gap-2">
                  <Pill>{fieldName(field)}</Pill> {rule}
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
