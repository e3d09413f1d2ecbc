/** The assistant's words: while they are written, and when they stand. */

import type { Assumed, DoneData } from "../generated/events";
import { Link } from "wouter";
import { t } from "../i18n";
import { assumedValue } from "../state/assumed";
import { SparkIcon } from "./icons";
import { Button, Pill } from "./ui";

export function StreamedAnswer({ text }: { text: string }) {
  return (
    <p className="whitespace-pre-wrap">
      {text}
      <span aria-hidden="true" className="ml-0.5 inline-block h-4 w-1.5 animate-breathe rounded-sm bg-accent align-text-bottom" />
    </p>
  );
}

interface Props {
  data: DoneData;
  /** Searches again without it, which weakens the memory of it; null where newer offers have taken its place. */
  onUnwanted?: ((assumed: Assumed) => void) | null;
}

export function Answer({ data, onUnwanted = null }: Props) {
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
      <FromMemory data={data} onUnwanted={onUnwanted} />
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

/** What was filled in from what is remembered; its words only where the answer lacks them. */
function FromMemory({ data, onUnwanted }: Required<Props>) {
  if (data.remembered.length === 0) return null;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 text-[0.8125rem] text-muted">
      {data.remembered.map((assumed) => (
        <span key={assumed.item_id} className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <SparkIcon />
          {!data.message.includes(assumed.text) && <span>{assumed.text}</span>}
          {onUnwanted && (
            <Button small onClick={() => onUnwanted(assumed)}>
              {t("answer.unwanted", { what: assumedValue(assumed) })}
            </Button>
          )}
        </span>
      ))}
      <Link href="/memory" className="text-tint-ink hover:underline">
        {t("memory.title")}
      </Link>
    </div>
  );
}
