/** Everything a person needs to post by hand: each field with a copy button, photos, the page to post on. */

import { useState } from "react";
import type { Handoff as HandoffData, HandoffField } from "../generated/events";
import { t } from "../i18n";
import { CheckIcon, CopyIcon } from "./icons";
import { Photo } from "./Photo";
import { Button, OutLink } from "./ui";

export function Handoff({ handoff }: { handoff: HandoffData }) {
  return (
    <div className="flex flex-col gap-3 rounded-xl border border-line bg-paper p-3.5">
      {handoff.checklist.length > 0 && (
        <ol className="list-decimal pl-5 text-sm text-muted">
          {handoff.checklist.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      )}
      <dl className="flex flex-col divide-y divide-line">
        {handoff.fields.map((field) => (
          <CopyRow key={field.label} field={field} />
        ))}
      </dl>
      {handoff.photos.length > 0 && (
        <div className="flex gap-2 overflow-x-auto">
          {handoff.photos.map((id) => (
            <Photo key={id} mediaId={id} className="size-16 shrink-0" />
          ))}
        </div>
      )}
      <OutLink href={handoff.url} className="self-start text-sm font-medium">
        {t("handoff.open")}
      </OutLink>
    </div>
  );
}

function CopyRow({ field }: { field: HandoffField }) {
  const [copied, setCopied] = useState<"yes" | "no" | null>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(field.value);
      setCopied("yes");
    } catch {
      setCopied("no"); // refused by the browser, or plain http: the text can still be selected
    }
  };
  return (
    <div className="flex items-center gap-3 py-1.5">
      <dt className="w-24 shrink-0 text-[0.8125rem] text-muted">{field.label}</dt>
      <dd className="flex min-w-0 flex-1 items-center gap-3">
        <span className="line-clamp-3 min-w-0 flex-1 text-sm whitespace-pre-wrap select-all">{field.value}</span>
        <Button small look="quiet" aria-label={t("handoff.copyField", { field: field.label })} onClick={() => void copy()}>
          {copied === "yes" ? <CheckIcon /> : <CopyIcon />}
          {t(copied === "yes" ? "handoff.copied" : copied === "no" ? "handoff.select" : "handoff.copy")}
        </Button>
      </dd>
    </div>
  );
}
