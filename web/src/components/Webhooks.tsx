/** Addresses that the person's own programs are told at. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { t } from "../i18n";
import { addWebhook, listWebhooks, removeWebhook } from "../wire/notifications";
import { AlertIcon } from "./icons";
import { Refused } from "./PageStates";
import { Section } from "./Section";
import { Button, Pill } from "./ui";

export function Webhooks({ token }: { token: string }) {
  const id = useId();
  const queries = useQueryClient();
  const key = ["webhooks"];
  const [url, setUrl] = useState("");
  const list = useQuery({ queryKey: key, queryFn: () => listWebhooks(token) });
  const refresh = () => queries.invalidateQueries({ queryKey: key });
  const add = useMutation({
    mutationFn: () => addWebhook(url.trim(), token),
    onSuccess: () => setUrl(""),
    onSettled: refresh,
  });
  const remove = useMutation({ mutationFn: (each: string) => removeWebhook(each, token), onSettled: refresh });
  return (
    <Section title={t("hooks.title")} about={t("hooks.about")}>
      <form
        className="flex flex-col gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (url.trim()) add.mutate();
        }}
      >
        <label htmlFor={id} className="text-[0.8125rem] text-muted">
          {t("hooks.address")}
        </label>
        <div className="flex flex-wrap gap-2">
          <input
            id={id}
            type="url"
            inputMode="url"
            placeholder="https://"
            className="field min-w-0 flex-1 basis-60"
            value={url}
            onChange={(event) => setUrl(event.target.value)}
          />
          <Button type="submit" disabled={add.isPending || url.trim() === ""}>
            {t("hooks.add")}
          </Button>
        </div>
        {add.data && (
          <p role="status" className="text-sm">
            {t("hooks.secret")} <code className="rounded bg-sunken px-1.5 py-0.5 select-all">{add.data.secret}</code>
          </p>
        )}
        <Refused error={add.error ?? remove.error ?? list.error} />
      </form>
      {(list.data?.items ?? []).map(({ webhook_id, url: address, status, problem }) => (
        <div key={webhook_id} className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1 text-sm">
          <span className="min-w-0 flex-1">
            {address}
            {problem && <span className="block text-warn">{problem}</span>}
          </span>
          {status === "failing" && (
            <Pill tone="warn">
              <AlertIcon /> {t("hooks.failing")}
            </Pill>
          )}
          <Button
            small
            look="quiet"
            aria-label={`${t("chat.remove")}: ${address}`}
            disabled={remove.isPending}
            onClick={() => remove.mutate(webhook_id)}
          >
            {t("chat.remove")}
          </Button>
        </div>
      ))}
    </Section>
  );
}
