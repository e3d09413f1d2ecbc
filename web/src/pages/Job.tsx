/** One job, live: what is offered, where each listing stands, and what happened on each marketplace. */

import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { Link } from "wouter";
import { ConfirmDialog } from "../components/ConfirmDialog";
import { EditIcon } from "../components/icons";
import { JobCard, Status } from "../components/JobCard";
import { ListingForm } from "../components/ListingForm";
import { PageFrame } from "../components/PageFrame";
import { Failed, Loading, Refused } from "../components/PageStates";
import { Photo } from "../components/Photo";
import { Timeline } from "../components/Timeline";
import { Button, Marketplace, OutLink, Pill } from "../components/ui";
import { conditionName, moment, money } from "../format";
import type { JobPageDetails, SaleRecord } from "../generated/events";
import { t } from "../i18n";
import { useJobActions } from "../state/useJobActions";
import { readJob } from "../wire/jobs";

const KEEP_UP_MS = 1500;
const LOOK_IN_MS = 20_000;

interface Props {
  jobId: string;
  token: string;
  onMenu: () => void;
}

export default function Job({ jobId, token, onMenu }: Props) {
  const actions = useJobActions(token);
  const [editing, setEditing] = useState(false);
  const [ending, setEnding] = useState(false);
  const job = useQuery({
    queryKey: ["job", jobId],
    queryFn: () => readJob(jobId, token),
    refetchInterval: ({ state }) =>
      actions.isFresh() || (state.data && isRunning(state.data)) ? KEEP_UP_MS : LOOK_IN_MS,
  });
  const data = job.data;
  if (!data) {
    return (
      <PageFrame title={t("jobPage.title")} onMenu={onMenu}>
        {job.isError ? <Failed message={job.error.message} onRetry={() => void job.refetch()} /> : <Loading />}
      </PageFrame>
    );
  }
  const { act, isBusy } = actions;
  const isUp = data.marketplace_jobs.some(({ status }) => ["live", "needs_action"].includes(status));
  return (
    <PageFrame title={data.title || t("listing.untitled")} onMenu={onMenu}>
      <Offer job={data} />
      <Refused error={actions.error} />
      <JobCard data={data} spec={data.listing} stock={data.stock} changesOne names={false} act={act} isBusy={isBusy}>
        {isUp && (
          <footer className="flex flex-wrap gap-2 border-t border-line px-4 py-2.5 sm:px-5">
            <Button small aria-expanded={editing} onClick={() => setEditing(!editing)}>
              <EditIcon /> {t("job.changeAll")}
            </Button>
            <Button small look="danger" disabled={isBusy("cancel_job", { job_id: jobId })} onClick={() => setEnding(true)}>
              {t("jobPage.endAll")}
            </Button>
          </footer>
        )}
        {editing && (
          <div className="border-t border-line">
            <ListingForm
              spec={data.listing}
              missing={[]}
              choosesMarketplaces={false}
              onCancel={() => setEditing(false)}
              onSave={(changes) => {
                setEditing(false);
                if (Object.keys(changes).length > 0) act("edit_job", { job_id: jobId, changes });
              }}
            />
          </div>
        )}
      </JobCard>
      {data.sales.length > 0 && <Sales sales={data.sales} stock={data.stock} />}
      <Timelines job={data} />
      <p className="flex flex-wrap gap-x-5 gap-y-1 text-sm">
        <Link href="/listings" className="text-tint-ink hover:underline">
          {t("jobPage.all")}
        </Link>
        <OutLink href={data.temporal_ui_url}>{t("chat.temporal")}</OutLink>
      </p>
      <ConfirmDialog
        open={ending}
        title={t("jobPage.endAllTitle")}
        body={t("jobPage.endAllBody")}
        confirm={t("jobPage.endAll")}
        onCancel={() => setEnding(false)}
        onConfirm={() => {
          setEnding(false);
          act("cancel_job", { job_id: jobId });
        }}
      />
    </PageFrame>
  );
}

function isRunning(job: JobPageDetails): boolean {
  return job.marketplace_jobs.some(
    ({ status, revision }) => status === "pending" || status === "posting" || revision < job.revision,
  );
}

function Offer({ job }: { job: JobPageDetails }) {
  const { listing } = job;
  return (
    <div className="flex flex-col gap-3">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        {listing.price != null && (
          <span className="text-xl font-semibold tracking-tight tabular-nums">
            {money(listing.price, listing.currency)}
          </span>
        )}
        {listing.condition && <Pill>{conditionName(listing.condition)}</Pill>}
        {job.stock != null && listing.quantity > 1 && <Pill>{t("jobPage.left", { n: job.stock })}</Pill>}
        {job.created_at && <span className="text-sm text-muted">{moment(job.created_at)}</span>}
      </p>
      {listing.media_refs.length > 0 && (
        <div className="flex gap-2 overflow-x-auto">
          {listing.media_refs.map((id) => (
            <Photo key={id} mediaId={id} className="size-20 shrink-0" />
          ))}
        </div>
      )}
    </div>
  );
}

function Timelines({ job }: { job: JobPageDetails }) {
  const whole = job.timeline.filter(({ marketplace }) => !marketplace);
  return (
    <section aria-label={t("job.timeline")} className="flex flex-col gap-3">
      <h2 className="text-lg font-semibold">{t("job.timeline")}</h2>
      <div className="grid gap-3 sm:grid-cols-2">
        {job.marketplace_jobs.map(({ marketplace, status }) => (
          <Track key={marketplace} title={<Marketplace name={marketplace} />} beside={<Status status={status} />}>
            <Timeline names={false} entries={job.timeline.filter((entry) => entry.marketplace === marketplace)} />
          </Track>
        ))}
        {whole.length > 0 && (
          <Track title={t("jobPage.everywhere")}>
            <Timeline entries={whole} />
          </Track>
        )}
      </div>
    </section>
  );
}

function Track({ title, beside, children }: { title: ReactNode; beside?: ReactNode; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-3 rounded-card border border-line bg-surface p-4 shadow-card">
      <h3 className="flex items-center justify-between gap-2 text-sm font-medium">
        {title} {beside}
      </h3>
      {children}
    </section>
  );
}

function Sales({ sales, stock }: { sales: SaleRecord[]; stock: number | null }) {
  return (
    <section aria-label={t("jobPage.sales")} className="flex flex-col gap-3">
      <h2 className="text-lg font-semibold">{t("jobPage.sales")}</h2>
      <ul className="divide-y divide-line rounded-card border border-line bg-surface shadow-card">
        {sales.map(({ sale, status, at, reason }) => (
          <li key={`${sale.marketplace}/${sale.sale_id}`} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-3 text-sm">
            <Marketplace name={sale.marketplace} />
            <span className="tabular-nums">× {sale.quantity}</span>
            <span>{t(`sale.${status}`)}</span>
            <span className="flex-1" />
            <time dateTime={at} className="text-xs text-muted tabular-nums">
              {moment(at)}
            </time>
            {reason && <p className="w-full text-bad">{reason}</p>}
          </li>
        ))}
      </ul>
      {stock != null && <p className="text-sm text-muted">{t("jobPage.left", { n: stock })}</p>}
    </section>
  );
}
