/** Many listings from one file: checked by line first, then posted, with a result file. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { BulkCard } from "../components/BulkCard";
import { UploadIcon } from "../components/icons";
import { PageFrame } from "../components/PageFrame";
import { Failed, Loading, Refused } from "../components/PageStates";
import { Button, Marketplace } from "../components/ui";
import { SELLING } from "../format";
import type { BulkView } from "../generated/events";
import { t } from "../i18n";
import { newId } from "../wire/ids";
import { listBulk, readBulk, steerBulk, uploadBulk, type Steering } from "../wire/bulk";

const KEEP_UP_MS = 1000;
const LOOK_IN_MS = 10_000;
// What the person asked for takes effect in this time.
const FRESH_MS = 10_000;
const LARGEST = 20 * 1024 * 1024;
const EXAMPLE = "sku,title,description,price,condition,zip,marketplaces\nL-1,Desk lamp,Works well,20,good,98101,ebay;craigslist\n";

export default function Bulk({ token, onMenu }: { token: string; onMenu: () => void }) {
  const queries = useQueryClient();
  const key = ["bulk"];
  // The list is about a second behind what was just uploaded.
  const [mine, setMine] = useState<string[]>([]);
  const list = useQuery({ queryKey: key, queryFn: () => listBulk(token) });
  const listed = list.data?.map(({ bulk_id }) => bulk_id) ?? [];
  const ids = [...new Set([...mine, ...listed])];
  return (
    <PageFrame title={t("bulk.title")} about={t("bulk.about")} onMenu={onMenu}>
      <Sender
        token={token}
        onSent={(id) => {
          setMine((before) => [id, ...before]);
          void queries.invalidateQueries({ queryKey: key });
        }}
      />
      {list.isPending && <Loading rows={1} />}
      {list.isError && <Failed message={list.error.message} onRetry={() => void list.refetch()} />}
      {ids.length > 0 && (
        <section aria-label={t("bulk.uploads")} className="flex flex-col gap-3">
          <h2 className="text-lg font-semibold">{t("bulk.uploads")}</h2>
          <ul className="flex flex-col gap-4">
            {ids.map((id) => (
              <li key={id}>
                <Upload id={id} token={token} known={list.data?.find(({ bulk_id }) => bulk_id === id)} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </PageFrame>
  );
}

const BUSY = ["validating", "posting"];
const FINAL = ["cancelled", "completed", "failed"];

function Upload({ id, token, known }: { id: string; token: string; known: BulkView | undefined }) {
  const queries = useQueryClient();
  const key = ["bulk", id];
  const steer = useMutation({
    mutationFn: (how: Steering) => steerBulk(id, how, token),
    onSuccess: (view) => queries.setQueryData(key, view),
  });
  const bulk = useQuery({
    queryKey: key,
    queryFn: () => readBulk(id, token),
    ...(known ? { initialData: known } : {}),
    refetchInterval: ({ state }) => {
      const status = state.data?.status ?? "validating";
      if (Date.now() - steer.submittedAt < FRESH_MS || BUSY.includes(status)) return KEEP_UP_MS;
      return FINAL.includes(status) ? false : LOOK_IN_MS;
    },
  });
  if (!bulk.data) return bulk.isError ? <Failed message={bulk.error.message} onRetry={() => void bulk.refetch()} /> : <Loading rows={1} />;
  return (
    <>
      <BulkCard bulk={bulk.data} token={token} busy={steer.isPending} onSteer={(how) => steer.mutate(how)} />
      <Refused error={steer.error} />
    </>
  );
}

/** Where a file is chosen or dropped, and its way up. */
function Sender({ token, onSent }: { token: string; onSent: (bulkId: string) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [fraction, setFraction] = useState(0);
  const [places, setPlaces] = useState<string[]>(SELLING);
  const [tooLarge, setTooLarge] = useState(false);
  const example = useExample();
  // The same file after a failure goes out under the same key, so that it is posted once.
  const keys = useRef(new WeakMap<File, string>());
  const send = useMutation({
    mutationFn: (file: File) => {
      const key = keys.current.get(file) ?? newId();
      keys.current.set(file, key);
      return uploadBulk(file, key, places, token, setFraction);
    },
    onSuccess: ({ bulk_id }) => onSent(bulk_id),
  });
  const take = (files: FileList | null) => {
    const file = files?.[0];
    if (!file) return;
    setFraction(0);
    setTooLarge(file.size > LARGEST);
    if (file.size <= LARGEST) send.mutate(file);
  };
  return (
    <section
      aria-label={t("bulk.file")}
      className={`flex flex-col items-center gap-4 rounded-card border border-dashed px-5 py-8 text-center transition-colors ${
        over ? "border-accent bg-tint" : "border-strong"
      }`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer.files);
      }}
    >
      <span className="grid size-12 place-items-center rounded-full bg-tint text-tint-ink">
        <UploadIcon />
      </span>
      <p className="max-w-md text-sm text-muted text-pretty">{t("bulk.howTo")}</p>
      <fieldset className="flex flex-wrap items-center justify-center gap-2 text-sm">
        <legend className="mx-auto mb-1.5 text-[0.8125rem] text-muted">{t("bulk.places")}</legend>
        {SELLING.map((place) => (
          <label
            key={place}
            className="flex min-h-9 items-center gap-2 rounded-full border border-strong px-3 has-checked:border-accent has-checked:bg-tint"
          >
            <input
              type="checkbox"
              className="accent-accent"
              checked={places.includes(place)}
              onChange={(event) =>
                setPlaces(event.target.checked ? [...places, place] : places.filter((each) => each !== place))
              }
            />
            <Marketplace name={place} />
          </label>
        ))}
      </fieldset>
      <input
        ref={input}
        type="file"
        accept=".csv,.tsv,.txt,.jsonl,.ndjson,.json,text/csv,application/x-ndjson"
        className="sr-only"
        tabIndex={-1}
        aria-label={t("bulk.choose")}
        onChange={(event) => {
          take(event.target.files);
          event.target.value = ""; // so that the same file, mended, can be chosen again
        }}
      />
      <div className="flex flex-wrap items-center justify-center gap-2">
        <Button look="primary" disabled={send.isPending} onClick={() => input.current?.click()}>
          {t("bulk.choose")}
        </Button>
        <a
          href={example}
          download="listings.csv"
          className="inline-flex min-h-10 items-center rounded-full px-3 text-sm text-tint-ink hover:underline"
        >
          {t("bulk.example")}
        </a>
      </div>
      {send.isPending && (
        <progress className="w-full max-w-xs" value={fraction} max={1} aria-label={t("bulk.uploading")} />
      )}
      {tooLarge && <p role="alert" className="text-sm text-bad">{t("bulk.tooLarge")}</p>}
      {send.isError && (
        <div className="flex flex-col items-center gap-2">
          <Refused error={send.error} />
          <Button small onClick={() => send.mutate(send.variables)}>
            {t("app.retry")}
          </Button>
        </div>
      )}
    </section>
  );
}

function useExample(): string {
  const [address, setAddress] = useState("");
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([EXAMPLE], { type: "text/csv" }));
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, []);
  return address;
}
