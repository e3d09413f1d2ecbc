/** A ranked list of offers with the wishes it answers, and what is missing from it. */

import { lazy, Suspense, useEffect, useRef, useState } from "react";
import type { ProductResult, RequirementSpec, ResultsData, Watch } from "../generated/events";
import { list, marketplaceName } from "../format";
import { t } from "../i18n";
import { AlertIcon, CheckIcon, ColumnsIcon } from "./icons";
import type { Act, IsBusy } from "./JobCard";
import { ProductCard } from "./ProductCard";
import { Button } from "./ui";
import { WatchButton } from "./WatchButton";
import { Wishes } from "./Wishes";

const Comparison = lazy(() => import("./Comparison"));

const SHOWN_AT_FIRST = 6;
const LONGEST_TITLE = 40;
// More than that cannot be read side by side.
const MOST_COMPARED = 4;

interface Props {
  data: ResultsData;
  /** Null for results that newer ones have taken the place of. */
  onRefine: ((message: string, requirement: RequirementSpec) => void) | null;
  working: boolean;
  /** By marketplace and product_id. */
  watches?: Record<string, Watch>;
  act: Act;
  isBusy: IsBusy;
  /** Null where the offers are too old to be told of. */
  hint: Act | null;
}

// So long a dismissed offer can be had back.
const UNDO_MS = 6000;

export function Results({ data, onRefine, working, watches = {}, act, isBusy, hint }: Props) {
  const [all, setAll] = useState(false);
  const [chosen, setChosen] = useState<string[]>([]);
  const [comparing, setComparing] = useState(false);
  const { leaving, gone, leave, stay } = useLeaving((key) => {
    const product = data.products.find((each) => keyOf(each) === key);
    if (product) hint?.("dismiss_product", offerOf(product));
  });
  const products = data.products.filter((product) => !gone.includes(keyOf(product)));
  const shown = all ? products : products.slice(0, SHOWN_AT_FIRST);
  const compared = products.filter((product) => chosen.includes(keyOf(product)));
  return (
    <section aria-label={t("results.label")} className="@container flex flex-col gap-3">
      {onRefine && <Wishes requirement={data.requirement} disabled={working} onRefine={onRefine} />}
      {data.partial && <MissingMarketplaces data={data} />}
      <ol className="grid gap-3 @lg:grid-cols-2 @3xl:grid-cols-3">
        {shown.map((product, index) => (
          <li key={keyOf(product)} className="animate-rise">
            {leaving.includes(keyOf(product)) ? (
              <LeftOut title={product.title} onUndo={() => stay(keyOf(product))} />
            ) : (
            <ProductCard
              product={product}
              rank={index + 1}
              onOpen={hint ? () => hint("select_product", offerOf(product)) : undefined}
              onDismiss={hint ? () => leave(keyOf(product)) : undefined}
            >
              {products.length > 1 && (
                <CompareButton
                  pressed={chosen.includes(keyOf(product))}
                  full={chosen.length >= MOST_COMPARED}
                  title={product.title}
                  onPress={() =>
                    setChosen((before) =>
                      before.includes(keyOf(product))
                        ? before.filter((key) => key !== keyOf(product))
                        : [...before, keyOf(product)],
                    )
                  }
                />
              )}
              <WatchButton
                product={product}
                watch={watches[keyOf(product)] ?? null}
                busy={isBusy("watch_price", offerOf(product)) || isBusy("stop_watching", {})}
                onWatch={(terms) => act("watch_price", { ...offerOf(product), ...terms })}
                onStop={(watchId) => act("stop_watching", { watch_id: watchId })}
              />
            </ProductCard>
            )}
          </li>
        ))}
      </ol>
      {shown.length < products.length && (
        <Button className="self-center" onClick={() => setAll(true)}>
          {t("results.more", { n: products.length - shown.length })}
        </Button>
      )}
      {compared.length > 0 && (
        <div className="sticky bottom-2 z-10 flex items-center gap-2 self-center rounded-full border border-line bg-surface p-1.5 shadow-float">
          <Button look="primary" disabled={compared.length < 2} onClick={() => setComparing(true)}>
            <ColumnsIcon />
            {compared.length < 2 ? t("compare.pickMore") : t("compare.open", { n: compared.length })}
          </Button>
          <Button look="quiet" onClick={() => setChosen([])}>
            {t("compare.clear")}
          </Button>
        </div>
      )}
      {comparing && (
        <Suspense>
          <Comparison products={compared} onClose={() => setComparing(false)} />
        </Suspense>
      )}
    </section>
  );
}

function CompareButton({
  pressed,
  full,
  title,
  onPress,
}: {
  pressed: boolean;
  full: boolean;
  title: string;
  onPress: () => void;
}) {
  return (
    <Button
      small
      aria-pressed={pressed}
      aria-label={`${t(pressed ? "compare.added" : "compare.add")}: ${title}`}
      disabled={full && !pressed}
      className={pressed ? "border-accent bg-tint text-tint-ink" : ""}
      onClick={onPress}
    >
      {pressed ? <CheckIcon /> : <ColumnsIcon />}
      {t(pressed ? "compare.added" : "compare.add")}
    </Button>
  );
}

function keyOf(product: ProductResult): string {
  return `${product.marketplace}/${product.product_id}`;
}

/** What is being left out, what is, and the ways there and back. */
function useLeaving(onGone: (key: string) => void) {
  const [leaving, setLeaving] = useState<string[]>([]);
  const [gone, setGone] = useState<string[]>([]);
  const timers = useRef(new Map<string, number>());
  const latest = useRef(onGone);
  useEffect(() => {
    latest.current = onGone;
  });
  useEffect(() => {
    const running = timers.current;
    return () => running.forEach((timer) => window.clearTimeout(timer));
  }, []);
  const leave = (key: string) => {
    setLeaving((before) => [...before, key]);
    const end = () => {
      setLeaving((before) => before.filter((each) => each !== key));
      setGone((before) => [...before, key]);
      latest.current(key);
    };
    timers.current.set(key, window.setTimeout(end, UNDO_MS));
  };
  const stay = (key: string) => {
    window.clearTimeout(timers.current.get(key));
    setLeaving((before) => before.filter((each) => each !== key));
  };
  return { leaving, gone, leave, stay };
}

function LeftOut({ title, onUndo }: { title: string; onUndo: () => void }) {
  return (
    <div
      role="status"
      className="flex h-full flex-col items-center justify-center gap-3 rounded-card border border-dashed border-strong p-4 text-center text-sm text-muted"
    >
      <span>{t("results.leftOut", { title: title.length > LONGEST_TITLE ? `${title.slice(0, LONGEST_TITLE)}…` : title })}</span>
      <Button small onClick={onUndo}>
        {t("app.undo")}
      </Button>
    </div>
  );
}

function offerOf({ marketplace, product_id }: ProductResult): Record<string, unknown> {
  return { marketplace, product_id };
}

function MissingMarketplaces({ data }: { data: ResultsData }) {
  const missing = data.sources.filter(({ status }) => status === "failed" || status === "skipped");
  const names = list(missing.map(({ marketplace }) => marketplaceName(marketplace)));
  const reasons = missing.filter(({ error }) => error);
  return (
    <div role="status" className="rounded-xl bg-warn-tint px-3.5 py-2.5 text-sm text-warn">
      <p className="flex items-center gap-2">
        <AlertIcon />
        {names ? t("results.without", { names }) : t("results.someMissing")}
      </p>
      {reasons.length > 0 && (
        <details className="mt-1 pl-6">
          <summary>{t("results.why")}</summary>
          {reasons.map(({ marketplace, error }) => (
            <p key={marketplace}>
              {marketplaceName(marketplace)}: {error}
            </p>
          ))}
        </details>
      )}
    </div>
  );
}
