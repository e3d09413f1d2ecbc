/** Everything that the person posted, with what can be done about it. */

import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { CardBoundary } from "../components/CardBoundary";
import { EditIcon, TagIcon } from "../components/icons";
import { JobCard, type Act, type IsBusy } from "../components/JobCard";
import { ListingForm } from "../components/ListingForm";
import { PageFrame } from "../components/PageFrame";
import { Empty, Failed, Loading, Refused } from "../components/PageStates";
import { Timeline } from "../components/Timeline";
import { Button } from "../components/ui";
import type { JobView, ListingStatus } from "../generated/events";
import { t } from "../i18n";
import { useJobActions } from "../state/useJobActions";
import { listJobs, readJob, retryAll } from "../wire/jobs";

const KEEP_UP_MS = 2000;
const LOOK_IN_MS = 30_000;
type Show = "all" | "needsYou" | "live" | "ended";
const SHOWS: Show[] = ["all", "needsYou", "live", "ended"];

export default function Listings({ token, onMenu }: { token: string; onMenu: () => void }) {
  const [show, setShow] = useState<Show>("all");
  const queries = useQueryClient();
  const key = ["jobs"];
  const { act, isBusy, error, isFresh } = useJobActions(token);
  const again = useMutation({
    mutationFn: () => retryAll(token),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
  const jobs = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => listJobs(token, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_page_token,
    refetchInterval: ({ state }) =>
      isFresh() || state.data?.pages.some(({ items }) => items.some(isRunning)) ? KEEP_UP_MS : LOOK_IN_MS,
  });

  const all = jobs.data?.pages.flatMap(({ items }) => items) ?? [];
  const shown = all.filter((job) => isShown(job, show));

  return (
    <PageFrame title={t("listings.title")} about={t("listings.about")} onMenu={onMenu}>
      {all.length > 0 && (
        <div role="group" aria-label={t("listings.title")} className="flex flex-wrap gap-1.5">
          {SHOWS.map((each) => (
            <Button
              key={each}
              small
              aria-pressed={show === each}
              className={show === each ? "border-accent bg-tint text-tint-ink" : ""}
              onClick={() => setShow(each)}
            >
              {t(`listings.${each}`)}
              <span className="tabular-nums opacity-70">{all.filter((job) => isShown(job, each)).length}</span>
            </Button>
          ))}
        </div>
      )}
      {show === "needsYou" && shown.length > 0 && (
        <div className="flex flex-wrap items-center gap-3">
          <Button disabled={again.isPending} onClick={() => again.mutate()}>
            {t("listings.retryAll")}
          </Button>
          {again.isSuccess && (
            <p role="status" className="text-sm text-muted">
              {t("listings.retried", { n: again.data.retried })}
            </p>
          )}
        </div>
      )}
      <Refused error={error ?? again.error} />
      {jobs.isPending && <Loading />}
      {jobs.isError && <Failed message={t("listings.failed")} onRetry={() => void jobs.refetch()} />}
      {jobs.isSuccess && all.length === 0 && (
        <Empty icon={<TagIcon />} text={t("listings.empty")}>
          <Link
            href="/"
            className="inline-flex min-h-10 items-center rounded-full bg-accent px-4 text-sm font-medium text-on-accent hover:bg-accent-hover"
          >
            {t("listings.start")}
          </Link>
        </Empty>
      )}
      {all.length > 0 && shown.length === 0 && <p className="text-muted">{t("listings.noneOfThese")}</p>}
      <ul className="flex flex-col gap-4">
        {shown.map((job) => (
          <li key={job.job_id}>
            <CardBoundary>
              <Posted job={job} token={token} act={act} isBusy={isBusy} />
            </CardBoundary>
          </li>
        ))}
      </ul>
      {jobs.hasNextPage && (
        <Button className="self-center" disabled={jobs.isFetchingNextPage} onClick={() => void jobs.fetchNextPage()}>
          {t("listings.more")}
        </Button>
      )}
    </PageFrame>
  );
}

/** One job, with its listing and its history once they are asked for. */
function Posted({ job, token, act, isBusy }: { job: JobView; token: string; act: Act; isBusy: IsBusy }) {
  const [shown, setShown] = useState<"nothing" | "form" | "timeline">("nothing");
  const needed = shown !== "nothing" || job.marketplace_jobs.some(({ needs }) => needs?.actions.includes("edit"));
  const changed = job.marketplace_jobs.map((row) => `${row.status}/${row.revision}`).join();
  const details = useQuery({
    queryKey: ["job", job.job_id, job.revision, changed],
    queryFn: () => readJob(job.job_id, token),
    enabled: needed,
  });
  const spec = details.data?.listing ?? null;
  const isLive = job.marketplace_jobs.some(({ status }) => status === "live");
  const toggle = (what: "form" | "timeline") => setShown((before) => (before === what ? "nothing" : what));
  return (
    <JobCard data={job} spec={spec} stock={job.stock} photo={job.photo} act={act} isBusy={isBusy}>
      <footer className="flex flex-wrap gap-2 border-t border-line px-4 py-2.5 sm:px-5">
        {isLive && (
          <Button small aria-expanded={shown === "form"} onClick={() => toggle("form")}>
            <EditIcon /> {t("job.changeAll")}
          </Button>
        )}
        <Button small look="quiet" className={isLive ? "" : "-ml-2.5"} aria-expanded={shown === "timeline"} onClick={() => toggle("timeline")}>
          {t("job.timeline")}
        </Button>
      </footer>
      {details.isError && shown !== "nothing" && (
        <p role="alert" className="px-4 pb-3 text-sm text-bad sm:px-5">
          {details.error.message}
        </p>
      )}
      {shown === "form" && spec && (
        <div className="border-t border-line">
          <ListingForm
            spec={spec}
            missing={[]}
            choosesMarketplaces={false}
            onCancel={() => setShown("nothing")}
            onSave={(changes) => {
              setShown("nothing");
              if (Object.keys(changes).length > 0) act("edit_job", { job_id: job.job_id, changes });
            }}
          />
        </div>
      )}
      {shown === "timeline" && details.data && (
        <div className="border-t border-line px-4 py-3 sm:px-5">
          <Timeline entries={details.data.timeline} />
        </div>
      )}
    </JobCard>
  );
}

const RUNNING: ListingStatus[] = ["pending", "posting"];

function isRunning(job: JobView): boolean {
  return job.marketplace_jobs.some(({ status }) => RUNNING.includes(status));
}

function isShown(job: JobView, show: Show): boolean {
  const has = (...statuses: ListingStatus[]) =>
    job.marketplace_jobs.some(({ status }) => statuses.includes(status));
  switch (show) {
    case "all":
      return true;
    case "needsYou":
      return has("needs_action");
    case "live":
      return has("live");
    case "ended":
      return !has("live", "needs_action", ...RUNNING);
  }
}
