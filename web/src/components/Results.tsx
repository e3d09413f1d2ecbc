/** A ranked list of offers, and what is missing from it. */

import { useState } from "react";
import type { ProductResult, ResultsData } from "../generated/events";
import { conditionName, list, marketplaceName, money, webAddress } from "../format";
import { AlertIcon, OutIcon, StarIcon } from "./icons";
import { Button, Marketplace, Pill } from "./ui";

const SHOWN_AT_FIRST = 6;

export function Results({ data }: { data: ResultsData }) {
  const [all, setAll] = useState(false);
  const { products } = data;
  const shown = all ? products : products.slice(0, SHOWN_AT_FIRST);
  return (
    <section aria-label="Offers" className="@container flex flex-col gap-3">
      {data.partial && <MissingMarketplaces data={data} />}
      <ol className="grid gap-3 @lg:grid-cols-2 @3xl:grid-cols-3">
        {shown.map((product, index) => (
          <li key={`${product.marketplace}/${product.product_id}`} className="animate-rise">
            <ProductCard product={product} rank={index + 1} />
          </li>
        ))}
      </ol>
      {shown.length < products.length && (
        <Button className="self-center" onClick={() => setAll(true)}>
          Show {products.length - shown.length} more
        </Button>
      )}
    </section>
  );
}

function MissingMarketplaces({ data }: { data: ResultsData }) {
  const missing = data.sources.filter(({ status }) => status === "failed" || status === "skipped");
  const names = list(missing.map(({ marketplace }) => marketplaceName(marketplace)));
  const reasons = missing.filter(({ error }) => error);
  return (
    <div role="status" className="rounded-xl bg-warn-tint px-3.5 py-2.5 text-sm text-warn">
      <p className="flex items-center gap-2">
        <AlertIcon />
        {names ? `Without ${names}: no answer from there this time.` : "Some offers are missing."}
      </p>
      {reasons.length > 0 && (
        <details className="mt-1 pl-6">
          <summary>Why</summary>
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

/** On a phone the picture stands beside the words, on a wide screen above them. */
export function ProductCard({ product, rank }: { product: ProductResult; rank: number }) {
  const address = webAddress(product.deep_link);
  const out = product.availability === "out_of_stock";
  const body = (
    <>
      <div className="relative picture w-28 shrink-0 self-stretch @lg:h-40 @lg:w-full">
        <Picture address={product.image_url} />
        <span
          aria-hidden="true"
          className="absolute top-2 left-2 grid size-6 place-items-center rounded-full bg-ink/80 text-xs font-semibold text-paper"
        >
          {rank}
        </span>
      </div>
      <div className="flex min-w-0 flex-1 flex-col gap-1.5 p-3 @lg:p-3.5">
        <div className="flex items-center justify-between gap-2">
          <span className="text-[0.8125rem]">
            <Marketplace name={product.marketplace} />
          </span>
          <span className="text-muted transition-colors group-hover:text-tint-ink">
            <OutIcon />
          </span>
        </div>
        <h3 className="line-clamp-2 text-sm leading-snug font-medium" title={product.title}>
          {product.title}
        </h3>
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span className="text-lg font-semibold tracking-tight tabular-nums">
            {money(product.price, product.currency)}
          </span>
          <span className="text-[0.8125rem] text-muted">{shippingOf(product)}</span>
        </p>
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-[0.8125rem] text-muted">
          <Rating product={product} />
          {product.condition && <Pill>{conditionName(product.condition)}</Pill>}
          {out && <Pill tone="bad">Out of stock</Pill>}
          {product.availability === "limited" && <Pill tone="warn">Few left</Pill>}
        </p>
        {product.why_ranked && (
          <p className="mt-auto line-clamp-2 pt-1 text-[0.8125rem] text-tint-ink" title={product.why_ranked}>
            {product.why_ranked}
          </p>
        )}
      </div>
    </>
  );
  const look =
    "group flex h-full overflow-hidden rounded-card border border-line bg-surface shadow-card transition @lg:flex-col";
  if (address === null) return <div className={look}>{body}</div>;
  return (
    <a
      href={address}
      target="_blank"
      rel="noopener noreferrer"
      aria-label={`${rank}. ${product.title}, ${money(product.price, product.currency)} on ${marketplaceName(product.marketplace)} (opens in a new tab)`}
      className={`${look} hover:-translate-y-0.5 hover:border-strong hover:shadow-float`}
    >
      {body}
    </a>
  );
}

function Picture({ address }: { address: string | null }) {
  const [failed, setFailed] = useState(false);
  const source = webAddress(address);
  if (source === null || failed) {
    return <div className="grid size-full place-items-center bg-sunken text-xs text-muted">No picture</div>;
  }
  return (
    <img
      src={source}
      alt=""
      loading="lazy"
      decoding="async"
      referrerPolicy="no-referrer"
      onError={() => setFailed(true)}
      className="absolute inset-0 size-full object-contain p-2"
    />
  );
}

function Rating({ product }: { product: ProductResult }) {
  if (product.rating == null) return <span>Not rated</span>;
  const count = product.review_count;
  return (
    <span className="flex items-center gap-1" aria-label={`Rated ${product.rating} of 5`}>
      <StarIcon />
      {product.rating.toFixed(1)}
      {count ? <span>({count.toLocaleString()})</span> : null}
    </span>
  );
}

function shippingOf({ shipping_info: shipping }: ProductResult): string {
  const days = shipping.estimated_days;
  const when = days == null ? "" : days <= 1 ? ", 1 day" : `, ${days} days`;
  if (shipping.free) return `free shipping${when}`;
  if (shipping.cost == null) return days == null ? "shipping not stated" : `shipping${when}`;
  return `+ ${money(shipping.cost, shipping.currency)} shipping${when}`;
}
