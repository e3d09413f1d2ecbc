/** What happened to a job, or to one of its listings, oldest first. */

import { fieldName, list, moment, statusName, words } from "../format";
import type { ListingStatus, TimelineEntry } from "../generated/events";
import { t } from "../i18n";
import { Marketplace } from "./ui";

export function Timeline({ entries, names = true }: { entries: TimelineEntry[]; names?: boolean }) {
  return (
    <ol className="flex flex-col text-sm">
      {entries.map((entry, index) => (
        <li key={index} className="relative flex flex-col pb-3 pl-5 last:pb-0">
          <span aria-hidden="true" className={`absolute top-2 left-0.5 size-2 rounded-full ${dotOf(entry.event)}`} />
          {index < entries.length - 1 && (
            <span aria-hidden="true" className="absolute top-4.5 bottom-0 left-[0.3125rem] w-px bg-line" />
          )}
          <span className="flex flex-wrap items-baseline gap-x-2">
            {names && entry.marketplace && <Marketplace name={entry.marketplace} />}
            <span>{eventName(entry.event)}</span>
          </span>
          <time dateTime={entry.at} className="text-xs text-muted tabular-nums">
            {moment(entry.at)}
          </time>
        </li>
      ))}
    </ol>
  );
}

const STATUSES: ListingStatus[] = [
  "pending",
  "posting",
  "live",
  "needs_action",
  "failed",
  "sold",
  "withdrawn",
  "expired",
];
const SALES = ["counted", "cancelled", "oversold", "revoked", "to_revoke"] as const;

/** A status, a sale, or what was changed, in the person's language. */
export function eventName(event: string): string {
  const status = STATUSES.find((each) => each === event);
  if (status) return statusName(status);
  const sale = SALES.find((each) => event === `sale ${each}`);
  if (sale) return t(`sale.${sale}`);
  if (event === "cancelled") return t("timeline.cancelled");
  if (event.startsWith("edited: ")) {
    const fields = event.slice("edited: ".length).split(", ");
    return t("timeline.edited", { fields: list(fields.map(fieldName)) });
  }
  return words(event);
}

function dotOf(event: string): string {
  if (event === "live") return "bg-good";
  if (event === "needs_action") return "bg-warn";
  if (event === "failed" || event === "sale oversold" || event === "sale to_revoke") return "bg-bad";
  if (event === "sold" || event.startsWith("sale")) return "bg-accent";
  return "bg-strong";
}
