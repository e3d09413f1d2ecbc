/** The assistant's words: while they are written, and when they stand. */

import type { DoneData } from "../generated/events";
import { Link } from "wouter";
import { t } from "../i18n";
import { SparkIcon } from "./icons";
import { Pill } from "./ui";

export function StreamedAnswer({ text }: { text: string }) {
  return (
    <p className="whitespace-pre-wrap">
      {text}
      <span aria-hidden="true" className="ml-0.5 inline-block h-4 w-1.5 animate-breathe rounded-sm bg-accent align-text-bottom" />
    </p>
  );
}

export function Answer({ data }: { data: DoneData }) {
  return (
    <div className="flex flex-col gap-2">
      {data.message && <p className="whitespace-pre-wrap">{data.message}</p>}
      {data.assumptions.length > 0 && (
        <ul className="flex flex-col gap-0.5 text-[0.8125rem] text-muted" aria-label={t("answer.assumptions")}>
          {data.assumptions.map((assumption) => (
            <li key={assumption}>{t("answer.assumed", { what: assumption })}</li>
          ))}
        </ul>
      )}
      <FromMemory data={data} />
      {data.not_understood.length > 0 && (
        <p className="text-[0.8125rem] text-muted">
          {t("answer.notUnderstood", {
            words: data.not_understood.map((word) => `“${word}”`).join(", "),
          })}
        </p>
      )}
      {(data.cancelled || data.degraded) && (
        <p className="flex flex-wrap gap-2">
          {data.cancelled && <Pill>{t("answer.stopped")}</Pill>}
          {data.degraded && <Pill tone="warn">{t("answer.degraded")}</Pill>}
        </p>
      )}
    </div>
  );
}

/** What was filled in from what is remembered, unless the answer says it already. */
function FromMemory({ data }: { data: DoneData }) {
  const told = data.remembered.filter(({ text }) => !data.message.includes(text));
  if (data.remembered.length === 0) return null;
  return (
    <p className="flex flex-wrap items-center gap-x-2 text-[0.8125rem] text-muted">
      <SparkIcon />
      {told.map(({ item_id, text }) => (
        <span key={item_id}>{text}</span>
      ))}
      <Link href="/memory" className="text-tint-ink hover:underline">
        {t("memory.title")}
      </Link>
    </p>
  );
}
