/** One offer: it leads out to its marketplace, and can be chosen for comparison. */

import { useState, type ReactNode } from "react";
import type { ProductResult } from "../generated/events";
import { conditionName, marketplaceName, money, webAddress } from "../format";
import { t } from "../i18n";
import { CloseIcon, OutIcon, StarIcon } from "./icons";
import { IconButton, Marketplace, OutLink, Pill } from "./ui";

/** On a phone the picture stands beside the words, on a wide screen above them. */
export function ProductCard({
  product,
  rank,
  onOpen,
  onDismiss,
  children,
}: {
  product: ProductResult;
  rank: number;
  onOpen?: (() => void) | undefined;
  onDismiss?: (() => void) | undefined;
  children?: ReactNode;
}) {
  const address = webAddress(product.deep_link);
  const out = product.availability === "out_of_stock";
  return (
    <article
      className={`group relative flex h-full overflow-hidden rounded-card border border-line bg-surface shadow-card transition @lg:flex-col ${
        address ? "hover:-translate-y-0.5 hover:border-strong hover:shadow-float" : ""
      }`}
    >
      <div className="relative picture m-3 mr-0 size-22 shrink-0 overflow-hidden rounded-xl @lg:m-0 @lg:h-40 @lg:w-full @lg:rounded-none">
        <Picture address={product.image_url} />
        <span
          aria-hidden="true"
          className="absolute top-1 left-1 grid size-6 @lg:top-2 @lg:left-2 place-items-center rounded-full bg-ink/80 text-xs font-semibold text-paper"
        >
          {rank}
        </span>
      </div>
      <div className="flex min-w-0 flex-1 flex-col gap-1.5 p-3 pl-2.5 @lg:p-3.5">
        <div className="flex items-center justify-between gap-2">
          <span className="text-[0.8125rem]">
            <Marketplace name={product.marketplace} />
          </span>
          <span className="flex items-center gap-1">
            {address && (
              <span className="text-muted transition-colors group-hover:text-tint-ink">
                <OutIcon />
              </span>
            )}
            {onDismiss && (
              <IconButton
                label={`${t("results.dismiss")}: ${product.title}`}
                className="relative z-1 -my-2 -mr-2 size-8"
                onClick={onDismiss}
              >
                <CloseIcon />
              </IconButton>
            )}
          </span>
        </div>
        <h2 className="text-sm leading-snug font-medium" title={product.title}>
          <Title product={product} rank={rank} address={address} onOpen={onOpen} />
        </h2>
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span className="text-lg font-semibold tracking-tight tabular-nums">
            {money(product.price, product.currency)}
          </span>
          <span className="text-[0.8125rem] text-muted">{shippingOf(product)}</span>
        </p>
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-[0.8125rem] text-muted">
          <Rating product={product} />
          {product.condition && <Pill>{conditionName(product.condition)}</Pill>}
          {out && <Pill tone="bad">{t("results.outOfStock")}</Pill>}
          {product.availability === "limited" && <Pill tone="warn">{t("results.fewLeft")}</Pill>}
        </p>
        {product.why_ranked && (
          <p className="line-clamp-2 text-[0.8125rem] text-tint-ink" title={product.why_ranked}>
            {product.why_ranked}
          </p>
        )}
        {product.also_at.length > 0 && <AlsoAt offers={product.also_at} />}
        {/* Above the link that covers the card. */}
        <div className="relative z-1 mt-auto flex flex-wrap items-center gap-1.5 self-start pt-1">{children}</div>
      </div>
    </article>
  );
}

/** The same thing, dearer, elsewhere. */
function AlsoAt({ offers }: { offers: ProductResult["also_at"] }) {
  return (
    <details className="relative z-1 text-[0.8125rem] text-muted">
      <summary>{t("results.alsoAt", { n: offers.length })}</summary>
      <ul className="mt-1 flex flex-col gap-1">
        {offers.map((offer) => (
          <li key={`${offer.marketplace}/${offer.product_id}`} className="flex items-center justify-between gap-2">
            <Marketplace name={offer.marketplace} />
            <OutLink
              href={offer.deep_link}
              className="tabular-nums"
              label={`${marketplaceName(offer.marketplace)}, ${money(offer.price, offer.currency)}`}
            >
              {money(offer.price, offer.currency)}
            </OutLink>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** The link covers the whole card, so that one thing is read out and all of it can be pressed. */
function Title({
  product,
  rank,
  address,
  onOpen,
}: {
  product: ProductResult;
  rank: number;
  address: string | null;
  onOpen: (() => void) | undefined;
}) {
  if (address === null) return <span className="line-clamp-2">{product.title}</span>;
  const label = t("results.offer", {
    rank,
    title: product.title,
    price: money(product.price, product.currency),
    marketplace: marketplaceName(product.marketplace),
  });
  return (
    <a
      href={address}
      target="_blank"
      rel="noopener noreferrer"
      aria-label={label}
      onClick={() => onOpen?.()}
      className="after:absolute after:inset-0 after:rounded-card focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
    >
      <span className="line-clamp-2">{product.title}</span>
    </a>
  );
}

export function Picture({ address }: { address: string | null }) {
  const [failed, setFailed] = useState(false);
  const source = webAddress(address);
  if (source === null || failed) {
    return <div className="grid size-full place-items-center bg-sunken text-xs text-muted">{t("results.noPicture")}</div>;
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

export function Rating({ product }: { product: ProductResult }) {
  if (product.rating == null) return <span>{t("results.notRated")}</span>;
  const count = product.review_count;
  return (
    <span className="flex items-center gap-1" role="img" aria-label={t("results.rated", { rating: product.rating })}>
      <StarIcon />
      {product.rating.toFixed(1)}
      {count ? <span>({count.toLocaleString()})</span> : null}
    </span>
  );
}

export function shippingOf({ shipping_info: shipping }: ProductResult): string {
  const days = shipping.estimated_days;
  const when = days == null ? "" : `, ${t("results.days", { n: Math.max(days, 1) })}`;
  if (shipping.free) return t("results.freeShipping") + when;
  if (shipping.cost != null) {
    return t("results.shippingCost", { cost: money(shipping.cost, shipping.currency) }) + when;
  }
  return days == null ? t("results.shippingUnknown") : t("results.shipping") + when;
}
