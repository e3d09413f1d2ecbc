/** Things that the person may also like, each with the reason. */

import { useQuery } from "@tanstack/react-query";
import { useContext } from "react";
import type { Recommendation } from "../generated/events";
import { t } from "../i18n";
import { readRecommendations } from "../wire/memory";
import { TokenContext } from "./Photo";
import { ProductCard } from "./ProductCard";

/** For the first screen of a conversation: nothing while nothing is known of the person. */
export function RecommendedForYou() {
  const token = useContext(TokenContext);
  const found = useQuery({
    queryKey: ["recommendations"],
    queryFn: () => readRecommendations(token),
    staleTime: 10 * 60_000,
    retry: false,
  });
  // Whoever only wants to write is not told that this could not be had.
  if (!found.data || found.data.items.length === 0) return null;
  return <Recommended items={found.data.items} />;
}

export function Recommended({ items }: { items: Recommendation[] }) {
  return (
    <section aria-label={t("recommended.title")} className="@container flex flex-col gap-3">
      <h2 className="font-semibold">{t("recommended.title")}</h2>
      <ol className="grid gap-3 @lg:grid-cols-2 @3xl:grid-cols-3">
        {items.map(({ product, reason }, index) => (
          <li key={`${product.marketplace}/${product.product_id}`}>
            <ProductCard product={{ ...product, why_ranked: reason }} rank={index + 1} />
          </li>
        ))}
      </ol>
    </section>
  );
}
