/** Offers side by side: each row one feature, the lowest price marked. */

import { Dialog } from "@base-ui/react/dialog";
import type { ReactNode } from "react";
import type { ProductResult } from "../generated/events";
import { conditionName, money, words } from "../format";
import { t } from "../i18n";
import { CloseIcon } from "./icons";
import { Picture, Rating, shippingOf } from "./ProductCard";
import { IconButton, Marketplace, OutLink, Pill } from "./ui";

export default function Comparison({ products, onClose }: { products: ProductResult[]; onClose: () => void }) {
  const total = (product: ProductResult) => {
    const { free, cost } = product.shipping_info;
    return free ? product.price : cost == null ? null : product.price + cost;
  };
  const lowest = Math.min(...products.map(({ price }) => price));
  const names = [...new Set(products.flatMap(({ attributes }) => Object.keys(attributes)))];
  const rows: [string, (product: ProductResult) => ReactNode][] = [
    [
      t("compare.price"),
      (product) => (
        <span className="flex flex-wrap items-center gap-2 text-base font-semibold tabular-nums">
          {money(product.price, product.currency)}
          {product.price === lowest && <Pill tone="good">{t("compare.lowest")}</Pill>}
        </span>
      ),
    ],
    [
      t("compare.total"),
      (product) => {
        const sum = total(product);
        return sum === null ? null : <span className="tabular-nums">{money(sum, product.currency)}</span>;
      },
    ],
    [t("compare.delivery"), (product) => shippingOf(product)],
    [t("compare.rating"), (product) => <Rating product={product} />],
    [t("compare.condition"), (product) => product.condition && conditionName(product.condition)],
    [t("compare.marketplace"), (product) => <Marketplace name={product.marketplace} />],
    [t("compare.seller"), (product) => product.seller_name],
    ...names.map((name): [string, (product: ProductResult) => ReactNode] => [
      words(name),
      (product) => product.attributes[name],
    ]),
    [t("compare.why"), (product) => product.why_ranked],
  ];
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-30 bg-scrim" />
        <Dialog.Popup className="fixed inset-x-0 bottom-0 z-30 mx-auto flex max-h-[92dvh] w-full max-w-5xl flex-col overflow-hidden rounded-t-card border border-line bg-surface shadow-float sm:inset-y-0 sm:my-auto sm:h-fit sm:w-[calc(100%-3rem)] sm:rounded-card">
          <header className="flex items-center justify-between gap-3 border-b border-line py-2.5 pr-2.5 pl-5">
            <Dialog.Title className="text-lg font-semibold">{t("compare.title")}</Dialog.Title>
            <Dialog.Close render={<IconButton label={t("app.close")} />}>
              <CloseIcon />
            </Dialog.Close>
          </header>
          <div className="overflow-auto" tabIndex={0} role="region" aria-label={t("compare.title")}>
            <table className="w-full table-fixed border-collapse text-left text-sm" style={{ minWidth: `${7 + products.length * 10}rem` }}>
              <thead>
                <tr>
                  <th scope="col" className="sticky left-0 w-28 bg-surface p-3 align-bottom font-medium text-muted">
                    <span className="sr-only">{t("compare.feature")}</span>
                  </th>
                  {products.map((product) => (
                    <th key={`${product.marketplace}/${product.product_id}`} scope="col" className="p-3 align-top font-normal">
                      <div className="relative picture mb-2 h-28 overflow-hidden rounded-xl">
                        <Picture address={product.image_url} />
                      </div>
                      <span className="line-clamp-2 font-medium">{product.title}</span>
                      <OutLink href={product.deep_link} className="mt-1" label={`${t("compare.visit")}: ${product.title}`}>
                        {t("compare.visit")}
                      </OutLink>
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows
                  .map(([name, cell]) => ({ name, cells: products.map(cell) }))
                  .filter(({ cells }) => cells.some(Boolean))
                  .map(({ name, cells }) => (
                    <tr key={name} className="border-t border-line">
                      <th scope="row" className="sticky left-0 bg-surface p-3 align-top font-normal text-muted">
                        {name}
                      </th>
                      {cells.map((cell, index) => (
                        <td key={index} className="p-3 align-top">
                          {cell || <span className="text-muted">–</span>}
                        </td>
                      ))}
                    </tr>
                  ))}
              </tbody>
            </table>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
