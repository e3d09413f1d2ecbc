/** A crosspost job while it runs and after: one row for each marketplace, and what the person may do. */

import { useState, type ReactNode } from "react";
import { Link } from "wouter";
import type { JobData, ListingSpec, ListingStatus, MarketplaceJob, Needs } from "../generated/events";
import { list, marketplaceName, statusName } from "../format";
import { t } from "../i18n";
import type { ActionName } from "../wire/frames";
import { ConfirmDialog } from "./ConfirmDialog";
import { Handoff } from "./Handoff";
import { AlertIcon, CheckIcon, EditIcon, Spinner } from "./icons";
import { ListingForm } from "./ListingForm";
import { Photo } from "./Photo";
import { Button, Card, Marketplace, OutLink, Pill } from "./ui";

type ListingAction = Needs["actions"][number];
export type Act = (action: ActionName, payload: Record<string, unknown>) => void;
export type IsBusy = (action: ActionName, about: Record<string, unknown>) => boolean;

const RELISTED: ListingStatus[] = ["withdrawn", "expired", "failed"];

interface Props {
  data: JobData;
  spec: ListingSpec | null;
  /** How many can still be sold, where that is known. */
  stock?: number | null;
  /** Whether a live listing can be changed on its marketplace alone. */
  changesOne?: boolean;
  /** The media id of what is sold, where it is known. */
  photo?: string;
  /** Whether it names what is sold, and leads to its page. */
  names?: boolean;
  act: Act;
  isBusy: IsBusy;
  children?: ReactNode;
}

export function JobCard({ data, spec, stock, changesOne = false, photo = "", names = true, act, isBusy, children }: Props) {
  const rows = data.marketplace_jobs;
  const live = rows.filter(({ status }) => status === "live").length;
  const sold = rows.filter(({ status }) => status === "sold").map(({ marketplace }) => marketplaceName(marketplace));
  // A listing is sold with the last piece.
  const left = stock ?? (sold.length > 0 ? 0 : 1);
  const running = rows.some(({ status }) => status === "pending" || status === "posting");
  return (
    <Card label={t("job.posting", { title: data.title || t("job.yourListing") })}>
      <header className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1 border-b border-line px-4 py-3 sm:px-5">
        {photo && <Photo mediaId={photo} className="size-12 shrink-0" />}
        <div className="min-w-0 flex-1">
          {names && (
          <h2 className="font-semibold">
            <Link href={`/jobs/${data.job_id}`} className="underline-offset-2 hover:underline">
              {data.title || t("listing.untitled")}
            </Link>
          </h2>
          )}
          <p className="text-[0.8125rem] text-muted" aria-live="polite">
            {live === 0 && left === 0 && sold.length > 0
              ? `${t("status.sold")}: ${list(sold)}`
              : t("job.liveOn", { live, all: rows.length })}
          </p>
        </div>
        {running && (
          <Button
            small
            look="quiet"
            disabled={isBusy("cancel_job", { job_id: data.job_id })}
            onClick={() => act("cancel_job", { job_id: data.job_id })}
          >
            {t("job.cancel")}
          </Button>
        )}
      </header>
      <ul className="divide-y divide-line">
        {rows.map((row) => (
          <ListingRow
            key={row.marketplace}
            jobId={data.job_id}
            row={row}
            spec={spec}
            stock={left}
            changesOne={changesOne}
            act={act}
            isBusy={isBusy}
          />
        ))}
      </ul>
      {children}
    </Card>
  );
}

function ListingRow({
  jobId,
  row,
  spec,
  stock,
  changesOne,
  act,
  isBusy,
}: {
  jobId: string;
  row: MarketplaceJob;
  spec: ListingSpec | null;
  stock: number;
  changesOne: boolean;
  act: Act;
  isBusy: IsBusy;
}) {
  const about = { job_id: jobId, marketplace: row.marketplace };
  const [editing, setEditing] = useState(false);
  const [selling, setSelling] = useState(false);
  return (
    <li className="flex flex-col gap-2.5 px-4 py-3 sm:px-5">
      <div className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1 text-sm">
        <Marketplace name={row.marketplace} />
        <Status status={row.status} />
        <span className="flex-1" />
        {row.confirmation_link && (
          <OutLink href={row.confirmation_link} className="text-sm font-medium">
            {t(row.status === "live" ? "job.seeLive" : "job.see")}
          </OutLink>
        )}
        {RELISTED.includes(row.status) && stock > 0 && (
          <Button
            small
            look="quiet"
            disabled={isBusy("relist_listing", about)}
            onClick={() => act("relist_listing", about)}
          >
            {t("job.relist")}
          </Button>
        )}
        {row.status === "live" && (
          <span className="-mr-2.5 flex flex-wrap">
            {changesOne && spec && (
              <Button small look="quiet" aria-expanded={editing} onClick={() => setEditing(!editing)}>
                {t("job.changeHere")}
              </Button>
            )}
            <Button small look="quiet" disabled={isBusy("mark_sold", about)} onClick={() => setSelling(true)}>
              {t("job.markSold")}
            </Button>
            <Button
              small
              look="quiet"
              disabled={isBusy("withdraw_listing", about)}
              onClick={() => act("withdraw_listing", about)}
            >
              {t("job.withdraw")}
            </Button>
          </span>
        )}
      </div>
      {row.error && row.status !== "live" && !row.needs && (
        <p className="text-sm text-bad">{row.error.message}</p>
      )}
      {row.warnings.map((warning) => (
        <p key={warning} className="text-sm text-muted">
          {warning}
        </p>
      ))}
      {row.needs && <Needed row={row} spec={spec} about={about} act={act} isBusy={isBusy} />}
      {editing && spec && (
        <ChangeHere
          spec={spec}
          onCancel={() => setEditing(false)}
          onSave={(changes) => {
            setEditing(false);
            if (Object.keys(changes).length > 0) act("retry_listing", { ...about, changes });
          }}
        />
      )}
      <Selling
        open={selling}
        most={Math.max(1, stock)}
        marketplace={row.marketplace}
        onCancel={() => setSelling(false)}
        onConfirm={(quantity) => {
          setSelling(false);
          act("mark_sold", { ...about, quantity });
        }}
      />
    </li>
  );
}

export function Status({ status }: { status: ListingStatus }) {
  switch (status) {
    case "live":
      return (
        <Pill tone="good">
          <CheckIcon /> {statusName(status)}
        </Pill>
      );
    case "posting":
      return (
        <Pill tone="accent">
          <Spinner /> {statusName(status)}
        </Pill>
      );
    case "needs_action":
      return (
        <Pill tone="warn">
          <AlertIcon /> {statusName(status)}
        </Pill>
      );
    case "failed":
      return <Pill tone="bad">{statusName(status)}</Pill>;
    default:
      return <Pill>{statusName(status)}</Pill>;
  }
}

function Needed({
  row,
  spec,
  about,
  act,
  isBusy,
}: {
  row: MarketplaceJob;
  spec: ListingSpec | null;
  about: { job_id: string; marketplace: string };
  act: Act;
  isBusy: IsBusy;
}) {
  const { needs } = row;
  const [editing, setEditing] = useState(false);
  if (!needs) return null;
  const may = (action: ListingAction) => needs.actions.includes(action);
  const busy = isBusy("retry_listing", about) || isBusy("withdraw_listing", about);
  // It may be posted already, and only the person can look.
  const inDoubt = needs.code === "in_doubt";
  const onlyTakeDown = needs.actions.every((action) => action === "cancel");
  return (
    <div className="flex flex-col gap-3">
      <p className="text-sm">{needs.message}</p>
      {row.error && row.error.message !== needs.message && (
        <p role="alert" className="text-sm text-bad">
          {row.error.message}
        </p>
      )}
      {needs.handoff && <Handoff handoff={needs.handoff} />}
      {may("confirm_url") && (
        <ConfirmUrl busy={busy} onConfirm={(url) => act("retry_listing", { ...about, url })} />
      )}
      <div className="flex flex-wrap gap-2">
        {may("done") && (
          <Button small disabled={busy} onClick={() => act("retry_listing", { ...about, done: true })}>
            <CheckIcon /> {t("job.done")}
          </Button>
        )}
        {may("retry") && (
          <Button
            small
            disabled={busy}
            onClick={() => act("retry_listing", inDoubt ? { ...about, again: true } : about)}
          >
            {t(inDoubt ? "job.notThere" : "job.again")}
          </Button>
        )}
        {may("edit") &&
          (spec ? (
            <Button small disabled={busy} aria-expanded={editing} onClick={() => setEditing(!editing)}>
              <EditIcon /> {t("job.change")}
            </Button>
          ) : (
            <Link href={`/jobs/${about.job_id}`} className="self-center px-2 text-sm text-tint-ink hover:underline">
              {t("job.change")}
            </Link>
          ))}
        {may("cancel") && (
          <Button
            small
            look="danger"
            disabled={busy}
            onClick={() =>
              act("withdraw_listing", onlyTakeDown ? { ...about, done_by_person: true } : about)
            }
          >
            {t(onlyTakeDown ? "job.tookDown" : "job.notHere")}
          </Button>
        )}
      </div>
      {editing && spec && (
        <ChangeHere
          spec={spec}
          onCancel={() => setEditing(false)}
          onSave={(changes) => {
            setEditing(false);
            act("retry_listing", { ...about, changes });
          }}
        />
      )}
    </div>
  );
}

function ChangeHere({
  spec,
  onSave,
  onCancel,
}: {
  spec: ListingSpec;
  onSave: (changes: Partial<ListingSpec>) => void;
  onCancel: () => void;
}) {
  return (
    <div className="rounded-xl border border-line">
      <ListingForm spec={spec} missing={[]} choosesMarketplaces={false} onCancel={onCancel} onSave={onSave} />
    </div>
  );
}

/** It comes down elsewhere at once, and that cannot be taken back. */
function Selling({
  open,
  most,
  marketplace,
  onCancel,
  onConfirm,
}: {
  open: boolean;
  most: number;
  marketplace: string;
  onCancel: () => void;
  onConfirm: (quantity: number) => void;
}) {
  const [quantity, setQuantity] = useState("1");
  const count = Math.min(Math.max(Number.parseInt(quantity, 10) || 1, 1), most);
  return (
    <ConfirmDialog
      open={open}
      title={t("sold.title", { marketplace: marketplaceName(marketplace) })}
      body={t(most > 1 ? "sold.bodySome" : "sold.body")}
      confirm={t("job.markSold")}
      onCancel={onCancel}
      onConfirm={() => onConfirm(count)}
    >
      {most > 1 && (
        <label className="flex items-center justify-between gap-3 text-sm">
          {t("sold.howMany", { n: most })}
          <input
            className="field max-w-24 tabular-nums"
            type="number"
            min={1}
            max={most}
            value={quantity}
            onChange={(event) => setQuantity(event.target.value)}
          />
        </label>
      )}
    </ConfirmDialog>
  );
}

function ConfirmUrl({ busy, onConfirm }: { busy: boolean; onConfirm: (url: string) => void }) {
  const [url, setUrl] = useState("");
  return (
    <form
      className="flex flex-wrap gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (url.trim()) onConfirm(url.trim());
      }}
    >
      <input
        type="url"
        inputMode="url"
        aria-label={t("job.address")}
        placeholder={t("job.pasteAddress")}
        className="field min-w-0 flex-1 basis-60"
        value={url}
        onChange={(event) => setUrl(event.target.value)}
      />
      <Button type="submit" disabled={busy || url.trim() === ""}>
        {t("job.posted")}
      </Button>
    </form>
  );
}
