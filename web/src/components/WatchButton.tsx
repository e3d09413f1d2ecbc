/** "Watch the price" on an offer's card. */

import { Popover } from "@base-ui/react/popover";
import { useState } from "react";
import { termsOf } from "../format";
import type { ProductResult, Watch } from "../generated/events";
import { t } from "../i18n";
import type { Terms } from "../wire/watches";
import { BellIcon } from "./icons";
import { Button } from "./ui";
import { WatchTerms } from "./WatchTerms";

interface Props {
  product: ProductResult;
  /** Null while the offer is not watched. */
  watch: Watch | null;
  busy: boolean;
  onWatch: (terms: Terms) => void;
  onStop: (watchId: string) => void;
}

export function WatchButton({ product, watch, busy, onWatch, onStop }: Props) {
  const [open, setOpen] = useState(false);
  const done = (work: () => void) => {
    setOpen(false);
    work();
  };
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger
        disabled={busy}
        aria-label={watch ? `${t("watch.watching")}: ${termsOf(watch)}, ${product.title}` : `${t("watch.watch")}: ${product.title}`}
        className={`inline-flex min-h-8 items-center justify-center gap-1.5 rounded-full border px-2.5 text-[0.8125rem] transition-colors disabled:opacity-50 ${
          watch ? "border-accent bg-tint text-tint-ink" : "border-strong bg-surface hover:bg-sunken"
        }`}
      >
        <BellIcon />
        {watch ? termsOf(watch) : t("watch.watch")}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={6} align="start" className="z-20">
          <Popover.Popup className="flex w-72 max-w-[calc(100vw-2rem)] flex-col gap-3 rounded-card border border-line bg-surface p-4 text-sm shadow-float">
            <Popover.Title className="font-semibold">{t("watch.title")}</Popover.Title>
            <WatchTerms
              price={product.price}
              currency={product.currency}
              onChoose={(terms) => done(() => onWatch(terms))}
            />
            {watch && (
              <Button small look="quiet" className="self-start" onClick={() => done(() => onStop(watch.watch_id))}>
                {t("watch.stop")}
              </Button>
            )}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
