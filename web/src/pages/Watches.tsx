/** The person's price alerts: what is watched, when they are told, and what became of it. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { BellIcon } from "../components/icons";
import { PageFrame } from "../components/PageFrame";
import { Empty, Failed, Loading, Refused } from "../components/PageStates";
import { Picture } from "../components/ProductCard";
import { Button, Marketplace, OutLink, Pill } from "../components/ui";
import { WatchTerms } from "../components/WatchTerms";
import { ago, money, termsOf } from "../format";
import type { Watch } from "../generated/events";
import { t } from "../i18n";
import { beginWatch, listWatches, stopWatch, type Terms } from "../wire/watches";

const LOOK_IN_MS = 30_000;

export default function Watches({ token, onMenu }: { token: string; onMenu: () => void }) {
  const queries = useQueryClient();
  const key = ["watches"];
  const [stopped, setStopped] = useState<Watch | null>(null);
  const list = useQuery({ queryKey: key, queryFn: () => listWatches(token), refetchInterval: LOOK_IN_MS });
  const refresh = () => queries.invalidateQueries({ queryKey: key });
  const begin = useMutation({
    mutationFn: ({ watch, terms }: { watch: Watch; terms: Terms }) => beginWatch(watch, terms, token),
    onSettled: refresh,
  });
  const stop = useMutation({
    mutationFn: (watch: Watch) => stopWatch(watch.watch_id, token),
    onSuccess: (_, watch) => setStopped(watch),
    onSettled: refresh,
  });
  const items = list.data?.items ?? [];
  return (
    <PageFrame title={t("watches.title")} about={t("watches.about")} onMenu={onMenu}>
      <Refused error={begin.error ?? stop.error} />
      {stopped && (
        <div role="status" className="flex flex-wrap items-center justify-between gap-3 rounded-xl bg-sunken px-4 py-2.5 text-sm">
          {t("watches.stopped", { title: stopped.title })}
          {stopped.status === "watching" && (
            <Button
              small
              onClick={() => {
                begin.mutate({ watch: stopped, terms: stopped });
                setStopped(null);
              }}
            >
              {t("app.undo")}
            </Button>
          )}
        </div>
      )}
      {list.isPending && <Loading />}
      {list.isError && <Failed message={list.error.message} onRetry={() => void list.refetch()} />}
      {list.isSuccess && items.length === 0 && (
        <Empty icon={<BellIcon />} text={t("watches.empty")}>
          <Link
            href="/"
            className="inline-flex min-h-10 items-center rounded-full bg-accent px-4 text-sm font-medium text-on-accent hover:bg-accent-hover"
          >
            {t("watches.start")}
          </Link>
        </Empty>
      )}
      <ul className="flex flex-col gap-4">
        {items.map((watch) => (
          <li key={watch.watch_id}>
            <Watched
              watch={watch}
              busy={begin.isPending || stop.isPending}
              onChange={(terms) => begin.mutate({ watch, terms })}
              onStop={() => stop.mutate(watch)}
            />
          </li>
        ))}
      </ul>
      {list.data && items.length > 0 && (
        <p className="text-sm text-muted">{t("watches.most", { n: list.data.most })}</p>
      )}
    </PageFrame>
  );
}

function Watched({
  watch,
  busy,
  onChange,
  onStop,
}: {
  watch: Watch;
  busy: boolean;
  onChange: (terms: Terms) => void;
  onStop: () => void;
}) {
  const [changing, setChanging] = useState(false);
  const isActive = watch.status === "watching";
  const fell = watch.first_price - watch.price;
  return (
    <article className="flex overflow-hidden rounded-card border border-line bg-surface shadow-card">
      <div className="picture relative m-3 mr-0 size-22 shrink-0 overflow-hidden rounded-xl sm:size-28">
        <Picture address={watch.image_url} />
      </div>
      <div className="flex min-w-0 flex-1 flex-col gap-2 p-4">
        <div className="flex flex-wrap items-center justify-between gap-2 text-[0.8125rem]">
          <Marketplace name={watch.marketplace} />
          {watch.told_price != null && isActive ? (
            <Pill tone="good">{t("watches.met")}</Pill>
          ) : (
            <Pill tone={isActive ? "accent" : "neutral"}>{t(`watches.${watch.status}`)}</Pill>
          )}
        </div>
        <h2 className="text-sm leading-snug font-medium">
          <OutLink href={watch.deep_link} label={watch.title}>
            <span className="line-clamp-2 text-ink">{watch.title}</span>
          </OutLink>
        </h2>
        <p className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
          <span className="text-lg font-semibold tracking-tight tabular-nums">{money(watch.price, watch.currency)}</span>
          <span className={`text-sm ${fell > 0 ? "text-good" : "text-muted"}`}>
            {fell === 0
              ? t("watches.same")
              : t(fell > 0 ? "watches.fell" : "watches.rose", {
                  difference: money(Math.abs(fell), watch.currency),
                  first: money(watch.first_price, watch.currency),
                })}
          </span>
        </p>
        <p className="text-[0.8125rem] text-muted">
          {isActive && `${t("watches.tellAt", { terms: termsOf(watch) })} · `}
          {t("watches.lookedAt", { when: ago(watch.looked_at) })}
        </p>
        {watch.problem && <p className="text-[0.8125rem] text-warn">{watch.problem}</p>}
        <div className="flex flex-wrap gap-2 pt-1">
          {isActive && (
            <Button small disabled={busy} aria-expanded={changing} onClick={() => setChanging(!changing)}>
              {t("watches.change")}
            </Button>
          )}
          <Button small look="quiet" disabled={busy} onClick={onStop}>
            {t(isActive ? "watch.stop" : "watches.remove")}
          </Button>
        </div>
        {changing && (
          <div className="border-t border-line pt-3">
            <WatchTerms
              price={watch.price}
              currency={watch.currency}
              disabled={busy}
              onChoose={(terms) => {
                setChanging(false);
                onChange(terms);
              }}
            />
          </div>
        )}
      </div>
    </article>
  );
}
