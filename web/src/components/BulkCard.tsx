/** One bulk upload: how far it is, what is wrong in which line, and what the person may do. */

import { useState } from "react";
import { fieldName, marketplaceName, moment } from "../format";
import type { BulkStatus, BulkView } from "../generated/events";
import { t } from "../i18n";
import { fetchResult, type Steering } from "../wire/bulk";
import { ConfirmDialog } from "./ConfirmDialog";
import { AlertIcon, CheckIcon, DownloadIcon, PauseIcon, PlayIcon, Spinner } from "./icons";
import { Button, Card, Pill } from "./ui";

interface Props {
  bulk: BulkView;
  token: string;
  busy: boolean;
  onSteer: (how: Steering) => void;
}

export function BulkCard({ bulk, token, busy, onSteer }: Props) {
  const [stopping, setStopping] = useState(false);
  const name = bulk.file_name || t("bulk.unnamed");
  const settled = bulk.live + bulk.needs_action + bulk.failed;
  const runs = bulk.status === "posting" || bulk.status === "paused";
  const asks = bulk.status === "awaiting_confirmation";
  return (
    <Card label={name}>
      <div className="flex flex-col gap-3 p-4 sm:p-5">
        <header className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
          <div className="min-w-0">
            <h3 className="font-semibold">{name}</h3>
            {bulk.created_at && <p className="text-xs text-muted">{moment(bulk.created_at)}</p>}
          </div>
          <span aria-live="polite">
            <Status status={bulk.status} />
          </span>
        </header>
        {bulk.message && <p className="text-sm text-bad">{bulk.message}</p>}
        {bulk.total > 0 && (
          <p className="flex flex-wrap gap-x-4 gap-y-1 text-sm tabular-nums">
            <span>{t("bulk.rows", { n: bulk.total })}</span>
            <span className="text-good">{t("bulk.good", { n: bulk.good })}</span>
            {bulk.bad > 0 && <span className="text-bad">{t("bulk.bad", { n: bulk.bad })}</span>}
          </p>
        )}
        {bulk.started > 0 && (
          <div className="flex flex-col gap-1.5">
            <progress
              className="w-full"
              value={settled}
              max={Math.max(bulk.good, 1)}
              aria-label={t("bulk.progress")}
            />
            <p className="flex flex-wrap gap-x-4 gap-y-1 text-sm text-muted tabular-nums">
              <span>{t("bulk.live", { n: bulk.live })}</span>
              {bulk.needs_action > 0 && <span className="text-warn">{t("bulk.needsYou", { n: bulk.needs_action })}</span>}
              {bulk.failed > 0 && <span className="text-bad">{t("bulk.failed", { n: bulk.failed })}</span>}
              {runs && <span>{t("bulk.toGo", { n: bulk.good - settled })}</span>}
            </p>
          </div>
        )}
        {bulk.ignored_columns.length > 0 && (
          <p className="text-sm text-muted">{t("bulk.ignored", { names: bulk.ignored_columns.join(", ") })}</p>
        )}
        {bulk.errors.length > 0 && <RowErrors bulk={bulk} open={asks} />}
        <footer className="flex flex-wrap gap-2">
          {asks && (
            <Button look="primary" disabled={busy} onClick={() => onSteer("confirm")}>
              {t("bulk.confirm", { n: bulk.good })}
            </Button>
          )}
          {bulk.status === "posting" && (
            <Button disabled={busy} onClick={() => onSteer("pause")}>
              <PauseIcon /> {t("bulk.pause")}
            </Button>
          )}
          {bulk.status === "paused" && (
            <Button look="primary" disabled={busy} onClick={() => onSteer("resume")}>
              <PlayIcon /> {t("bulk.resume")}
            </Button>
          )}
          {(runs || asks || bulk.status === "validating") && (
            <Button look="danger" disabled={busy} onClick={() => (asks ? onSteer("cancel") : setStopping(true))}>
              {t("bulk.cancel")}
            </Button>
          )}
          {bulk.has_result && <Result bulk={bulk} token={token} />}
        </footer>
      </div>
      <ConfirmDialog
        open={stopping}
        title={t("bulk.cancelTitle")}
        body={t("bulk.cancelBody")}
        confirm={t("bulk.cancel")}
        onCancel={() => setStopping(false)}
        onConfirm={() => {
          setStopping(false);
          onSteer("cancel");
        }}
      />
    </Card>
  );
}

function Status({ status }: { status: BulkStatus }) {
  const name = t(`bulkStatus.${status}`);
  switch (status) {
    case "validating":
    case "posting":
      return (
        <Pill tone="accent">
          <Spinner /> {name}
        </Pill>
      );
    case "awaiting_confirmation":
      return (
        <Pill tone="warn">
          <AlertIcon /> {name}
        </Pill>
      );
    case "completed":
      return (
        <Pill tone="good">
          <CheckIcon /> {name}
        </Pill>
      );
    case "failed":
      return <Pill tone="bad">{name}</Pill>;
    default:
      return <Pill>{name}</Pill>;
  }
}

function RowErrors({ bulk, open }: { bulk: BulkView; open: boolean }) {
  return (
    <details open={open} className="text-sm">
      <summary className="font-medium">{t("bulk.errors")}</summary>
      <div className="mt-2 max-h-80 overflow-auto rounded-xl border border-line" tabIndex={0} role="region" aria-label={t("bulk.errors")}>
        <table className="w-full border-collapse text-left">
          <thead className="sticky top-0 bg-sunken text-[0.8125rem] text-muted">
            <tr>
              <th scope="col" className="px-3 py-2 font-medium whitespace-nowrap">{t("bulk.line")}</th>
              <th scope="col" className="px-3 py-2 font-medium whitespace-nowrap">{t("bulk.field")}</th>
              <th scope="col" className="px-3 py-2 font-medium">{t("bulk.rule")}</th>
            </tr>
          </thead>
          <tbody>
            {bulk.errors.map(({ line, field, rule, marketplace }, index) => (
              <tr key={index} className="border-t border-line align-top">
                <td className="px-3 py-2 tabular-nums">{line}</td>
                <td className="px-3 py-2 whitespace-nowrap">{field && fieldName(field)}</td>
                <td className="px-3 py-2">
                  {marketplace && `${marketplaceName(marketplace)}: `}
                  {rule}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {bulk.bad > bulk.errors.length && <p className="mt-1 text-muted">{t("bulk.moreErrors")}</p>}
    </details>
  );
}

/** Only its owner may read the result, so it is fetched with the token and then saved. */
function Result({ bulk, token }: { bulk: BulkView; token: string }) {
  const [problem, setProblem] = useState("");
  const save = async () => {
    setProblem("");
    try {
      const address = URL.createObjectURL(await fetchResult(bulk.bulk_id, token));
      const link = document.createElement("a");
      link.href = address;
      link.download = `result-${bulk.file_name || bulk.bulk_id}`.replace(/(\.\w+)?$/, ".csv");
      link.click();
      window.setTimeout(() => URL.revokeObjectURL(address), 10_000);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      setProblem(error.message);
    }
  };
  return (
    <>
      <Button onClick={() => void save()}>
        <DownloadIcon /> {t("bulk.result")}
      </Button>
      {problem && (
        <p role="alert" className="self-center text-sm text-bad">
          {problem}
        </p>
      )}
    </>
  );
}
