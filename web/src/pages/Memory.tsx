/** What is remembered of the person: looked at, corrected, erased, or switched off. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { ConfirmDialog } from "../components/ConfirmDialog";
import { CloseIcon, EditIcon, SparkIcon } from "../components/icons";
import { priceEnds, RememberedValue } from "../components/RememberedValue";
import { PageFrame } from "../components/PageFrame";
import { Empty, Failed, Loading, Refused } from "../components/PageStates";
import { Section } from "../components/Section";
import { Switch } from "../components/Switch";
import { Button, IconButton, Marketplace } from "../components/ui";
import { ago, marketplaceName, money, words } from "../format";
import type { Kind, LookedAt, Memory as MemoryOf, Remembered } from "../generated/events";
import { t } from "../i18n";
import { changeItem, enterItem, eraseItem, eraseMemory, readMemory, switchMemory } from "../wire/memory";

const KINDS: Kind[] = ["brand", "excluded_brand", "size", "price", "condition", "marketplace"];

export default function Memory({ token, onMenu }: { token: string; onMenu: () => void }) {
  const queries = useQueryClient();
  const key = ["memory"];
  const [erasing, setErasing] = useState(false);
  const [erased, setErased] = useState<Remembered | null>(null);
  const memory = useQuery({ queryKey: key, queryFn: () => readMemory(token) });
  const change = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSettled: () =>
      Promise.all([key, ["recommendations"]].map((queryKey) => queries.invalidateQueries({ queryKey }))),
  });
  const data = memory.data;
  const isEmpty = data && data.items.length + data.looked_at.length + data.looked_for.length === 0;
  return (
    <PageFrame title={t("memory.title")} about={t("memory.about")} onMenu={onMenu}>
      <Refused error={change.error} />
      {memory.isPending && <Loading />}
      {memory.isError && <Failed message={memory.error.message} onRetry={() => void memory.refetch()} />}
      {erased && (
        <div role="status" className="flex flex-wrap items-center justify-between gap-3 rounded-xl bg-sunken px-4 py-2.5 text-sm">
          {t("memory.forgot", { what: valueOf(erased) })}
          <Button
            small
            onClick={() => {
              change.mutate(() => enterItem(erased, token));
              setErased(null);
            }}
          >
            {t("app.undo")}
          </Button>
        </div>
      )}
      {data && (
        <>
          <Section title={t("memory.using")}>
            <Switch
              label={t("memory.learn")}
              about={t(data.enabled ? "memory.learnOn" : "memory.learnOff")}
              checked={data.enabled}
              disabled={change.isPending}
              onChange={(enabled) => change.mutate(() => switchMemory(enabled, token))}
            />
            <Enter busy={change.isPending} onEnter={(item) => change.mutate(() => enterItem(item, token))} />
          </Section>
          {isEmpty ? (
            <Empty icon={<SparkIcon />} text={t("memory.empty")} />
          ) : (
            <Items
              memory={data}
              busy={change.isPending}
              onChange={(item, value) => change.mutate(() => changeItem(item.item_id, value, token))}
              onErase={(item) => {
                setErased(item);
                change.mutate(() => eraseItem(item.item_id, token));
              }}
            />
          )}
          <Looked memory={data} />
          {!isEmpty && (
            <Button look="danger" className="self-start" disabled={change.isPending} onClick={() => setErasing(true)}>
              {t("memory.eraseAll")}
            </Button>
          )}
        </>
      )}
      <ConfirmDialog
        open={erasing}
        title={t("memory.eraseAllTitle")}
        body={t("memory.eraseAllBody")}
        confirm={t("memory.eraseAll")}
        onCancel={() => setErasing(false)}
        onConfirm={() => {
          setErasing(false);
          setErased(null);
          change.mutate(() => eraseMemory(token));
        }}
      />
    </PageFrame>
  );
}

function Items({
  memory,
  busy,
  onChange,
  onErase,
}: {
  memory: MemoryOf;
  busy: boolean;
  onChange: (item: Remembered, value: string) => void;
  onErase: (item: Remembered) => void;
}) {
  const abouts = [...new Set(memory.items.map(({ about }) => about))].sort();
  return abouts.map((about) => (
    <Section key={about} title={about ? words(about) : t("memory.everything")}>
      {memory.items
        .filter((item) => item.about === about)
        .map((item) => (
          <Item
            key={item.item_id}
            item={item}
            busy={busy}
            onChange={(value) => onChange(item, value)}
            onErase={() => onErase(item)}
          />
        ))}
    </Section>
  ));
}

function Item({
  item,
  busy,
  onChange,
  onErase,
}: {
  item: Remembered;
  busy: boolean;
  onChange: (value: string) => void;
  onErase: () => void;
}) {
  const [value, setValue] = useState<string | null>(null);
  const name = `${t(`memoryKind.${item.kind}`)}: ${valueOf(item)}`;
  if (value !== null) {
    return (
      <form
        className="flex flex-wrap gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          setValue(null);
          if (value.trim() && value.trim() !== item.value) onChange(value.trim());
        }}
      >
        <div className="min-w-0 flex-1 basis-40">
          <RememberedValue
            kind={item.kind}
            label={t(`memoryKind.${item.kind}`)}
            autoFocus
            value={value}
            onChange={setValue}
          />
        </div>
        <Button type="submit" look="primary" disabled={busy}>
          {t("form.save")}
        </Button>
        <Button look="quiet" onClick={() => setValue(null)}>
          {t("app.cancel")}
        </Button>
      </form>
    );
  }
  return (
    <div className="flex items-start gap-2">
      <div className="min-w-0 flex-1">
        <p>
          <span className="text-muted">{t(`memoryKind.${item.kind}`)}</span> {valueOf(item)}
        </p>
        <p className="text-[0.8125rem] text-muted">
          {t(`memoryHow.${item.reason}`)}
          {item.because && `: “${item.because}”`} · {ago(item.last_at)}
        </p>
      </div>
      <IconButton label={`${t("watches.change")}: ${name}`} disabled={busy} onClick={() => setValue(item.value)}>
        <EditIcon />
      </IconButton>
      <IconButton label={`${t("memory.forget")}: ${name}`} disabled={busy} onClick={onErase}>
        <CloseIcon />
      </IconButton>
    </div>
  );
}

/** Something that the person tells by hand. */
function Enter({
  busy,
  onEnter,
}: {
  busy: boolean;
  onEnter: (item: { kind: Kind; about: string; value: string }) => void;
}) {
  const id = useId();
  const [kind, setKind] = useState<Kind>("brand");
  const [about, setAbout] = useState("");
  const [value, setValue] = useState("");
  return (
    <form
      className="flex flex-wrap items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (!value.trim()) return;
        onEnter({ kind, about: about.trim(), value: value.trim() });
        setValue("");
      }}
    >
      <div className="basis-40">
        <label htmlFor={`${id}k`} className="mb-1 block text-[0.8125rem] text-muted">
          {t("memory.kind")}
        </label>
        <select
          id={`${id}k`}
          className="field"
          value={kind}
          onChange={(event) => {
            setKind(event.target.value as Kind);
            setValue("");
          }}
        >
          {KINDS.map((each) => (
            <option key={each} value={each}>
              {t(`memoryKind.${each}`)}
            </option>
          ))}
        </select>
      </div>
      <div className="min-w-0 flex-1 basis-32">
        <span aria-hidden="true" className="mb-1 block text-[0.8125rem] text-muted">
          {t("memory.value")}
        </span>
        <RememberedValue kind={kind} label={t("memory.value")} value={value} onChange={setValue} />
      </div>
      <div className="min-w-0 flex-1 basis-32">
        <label htmlFor={`${id}a`} className="mb-1 block text-[0.8125rem] text-muted">
          {t("memory.for")}
        </label>
        <input
          id={`${id}a`}
          className="field"
          maxLength={40}
          placeholder={t("memory.everything")}
          value={about}
          onChange={(event) => setAbout(event.target.value)}
        />
      </div>
      <Button type="submit" disabled={busy || value.trim() === ""}>
        {t("memory.add")}
      </Button>
    </form>
  );
}

function Looked({ memory }: { memory: MemoryOf }) {
  if (memory.looked_at.length + memory.looked_for.length === 0) return null;
  return (
    <details className="rounded-card border border-line bg-surface px-4 py-3 text-sm shadow-card sm:px-5">
      <summary className="font-medium">{t("memory.looked")}</summary>
      <ul className="mt-2 flex flex-col gap-1.5">
        {memory.looked_for.map(({ words, times, at }) => (
          <li key={words} className="flex flex-wrap gap-x-2">
            “{words}” {times > 1 && <span className="text-muted tabular-nums">× {times}</span>}
            <span className="text-muted">{ago(at)}</span>
          </li>
        ))}
        {memory.looked_at.map((offer) => (
          <li key={`${offer.marketplace}/${offer.product_id}`} className="flex flex-wrap gap-x-2">
            <Marketplace name={offer.marketplace} /> {offer.title}
            <span className="text-muted">{lookedHow(offer)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function lookedHow({ how }: LookedAt): string {
  return t(`memoryHow.${how}`);
}

/** As a person reads it; it is corrected as it is stored. */
function valueOf({ kind, value }: Remembered): string {
  if (kind === "price") return priceRange(value);
  if (kind === "marketplace") return marketplaceName(value);
  if (kind === "condition" && ["new", "used", "refurbished", "open_box"].includes(value)) {
    return t(`wanted.${value as "new"}`);
  }
  return value;
}

/** "200-900 USD", where either end may be missing. */
function priceRange(value: string): string {
  const { from, to, currency } = priceEnds(value);
  const price = (amount: string) => money(Number(amount), currency);
  if (from && to) return t("wish.between", { from: price(from), to: price(to) });
  if (to) return t("wish.upTo", { price: price(to) });
  return from ? t("wish.from", { price: price(from) }) : value;
}
