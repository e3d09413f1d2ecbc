/** What is being done for a turn: a sentence, and each marketplace's search. */

import type { ProgressData } from "../generated/events";
import { marketplaceName, seconds } from "../format";
import { t } from "../i18n";
import { AlertIcon, CheckIcon, Spinner } from "./icons";
import { Marketplace } from "./ui";

export function Progress({
  stage,
  searches,
  working,
}: {
  stage: ProgressData | null;
  searches: ProgressData[];
  working: boolean;
}) {
  return (
    <div className="flex flex-col gap-2.5 text-sm text-muted">
      {working && (
        <p className="flex items-center gap-2">
          <Spinner />
          <span>{stage?.message || t("chat.working")}</span>
        </p>
      )}
      {searches.length > 0 && (
        <ul className="flex flex-wrap gap-2" aria-label={t("chat.searches")}>
          {searches.map((search) => (
            <li
              key={search.marketplace}
              className="flex items-center justify-between gap-2 grow rounded-full border border-line bg-surface px-2.5 py-1 text-xs text-ink sm:grow-0 sm:text-[0.8125rem]"
            >
              <Marketplace name={search.marketplace ?? ""} />
              <Outcome search={search} working={working} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Outcome({ search, working }: { search: ProgressData; working: boolean }) {
  const name = marketplaceName(search.marketplace ?? "");
  const small = "flex items-center gap-1 whitespace-nowrap";
  switch (search.status) {
    case "done":
      // An answer without offers is no success.
      if (!search.count) return <span className={`${small} text-muted`}>{t("search.found", { n: 0 })}</span>;
      return (
        <span className={`${small} text-good`} title={t("search.answered", { name, time: seconds(search.elapsed_ms ?? 0) })}>
          <CheckIcon />
          {t("search.found", { n: search.count ?? 0 })}
        </span>
      );
    case "cached":
      if (!search.count) return <span className={`${small} text-muted`}>{t("search.found", { n: 0 })}</span>;
      return (
        <span className={`${small} text-good`} title={t("search.fromBefore")}>
          <CheckIcon />
          {t("search.cached", { n: search.count ?? 0 })}
        </span>
      );
    case "failed":
      return (
        <span className={`${small} text-bad`} title={search.message}>
          <AlertIcon />
          {t("search.failed")}
        </span>
      );
    case "skipped":
      return (
        <span className={`${small} text-muted`} title={search.message}>
          {t("search.skipped")}
        </span>
      );
    default:
      if (!working) return <span className={`${small} text-muted`}>{t("search.stopped")}</span>;
      return (
        <span className={`${small} text-muted`}>
          <Spinner />
          {t("search.searching")}
        </span>
      );
  }
}
