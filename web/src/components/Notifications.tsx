/** How the person is told outside of the page: this browser, quiet hours, which news, programs. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Preferences } from "../generated/events";
import { language, t } from "../i18n";
import { keptId, pushState, turnOff, turnOn, type PushState } from "../state/push";
import {
  listBrowsers,
  readPreferences,
  removeBrowser,
  savePreferences,
  sendTest,
} from "../wire/notifications";
import { Failed, Loading, Refused } from "./PageStates";
import { Section } from "./Section";
import { Switch } from "./Switch";
import { Button } from "./ui";

const KINDS: Preferences["muted"] = [
  "needs_action",
  "sold",
  "job_completed",
  "job_failed",
  "price_drop",
  "bulk_completed",
];

export function Notifications({ token }: { token: string }) {
  const queries = useQueryClient();
  const key = ["preferences"];
  const stored = useQuery({ queryKey: key, queryFn: () => readPreferences(token) });
  // One save after the other, each of what is on the page by then: a quick second change neither
  // overtakes the first nor undoes it.
  const save = useMutation({
    mutationKey: key,
    scope: { id: "preferences" },
    mutationFn: () => savePreferences({ ...queries.getQueryData<Preferences>(key)!, language: language() }, token),
    onMutate: async (change: Partial<Preferences>) => {
      queries.setQueryData<Preferences>(key, (shown) => shown && { ...shown, ...change });
      await queries.cancelQueries({ queryKey: key });
    },
    onSettled: () => {
      if (queries.isMutating({ mutationKey: key }) === 1) return queries.invalidateQueries({ queryKey: key });
    },
  });
  if (stored.isError) return <Failed message={stored.error.message} onRetry={() => void stored.refetch()} />;
  if (!stored.data) return <Loading rows={1} />;
  const preferences = stored.data;
  const muted = new Set(preferences.muted);
  return (
    <>
      <Section title={t("notify.title")} about={t("notify.about")}>
        <ThisBrowser token={token} />
        <QuietHours preferences={preferences} onChange={save.mutate} />
        <fieldset>
          <legend className="float-left mb-3 w-full">{t("notify.which")}</legend>
          <div className="clear-both flex flex-col gap-3">
            {KINDS.map((kind) => (
              <Switch
                key={kind}
                label={t(`kind.${kind}`)}
                checked={!muted.has(kind)}
                onChange={(wanted) =>
                  save.mutate({
                    muted: wanted ? preferences.muted.filter((each) => each !== kind) : [...preferences.muted, kind],
                  })
                }
              />
            ))}
          </div>
        </fieldset>
      </Section>
      <Refused error={save.error} />
    </>
  );
}

/** The browser's own question comes only after the button. */
function ThisBrowser({ token }: { token: string }) {
  const queries = useQueryClient();
  const key = ["browsers"];
  const browsers = useQuery({ queryKey: key, queryFn: () => listBrowsers(token) });
  const [state, setState] = useState<PushState | null>(null);
  useEffect(() => {
    void pushState().then(setState);
  }, []);
  const change = useMutation({
    mutationFn: () =>
      state === "on" ? turnOff(token) : turnOn(browsers.data?.public_key ?? "", token),
    onSuccess: setState,
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
  const remove = useMutation({
    mutationFn: (id: string) => removeBrowser(id, token),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
  const test = useMutation({ mutationFn: () => sendTest(token) });
  const others = (browsers.data?.items ?? []).filter(({ subscription_id }) => subscription_id !== keptId());
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p>
          {t("notify.here")}
          <span className="block max-w-md text-sm text-muted">
            {state === null ? "" : t(`notify.${state}`)}
          </span>
        </p>
        {(state === "on" || state === "off") && (
          <Button
            look={state === "on" ? "plain" : "primary"}
            disabled={change.isPending || !browsers.data}
            onClick={() => change.mutate()}
          >
            {t(state === "on" ? "notify.turnOff" : "notify.turnOn")}
          </Button>
        )}
      </div>
      {change.isError && (
        <p role="alert" className="text-sm text-bad">
          {change.error instanceof DOMException ? t("notify.noService") : change.error.message}
        </p>
      )}
      {others.length > 0 && (
        <ul className="flex flex-col gap-1 text-sm" aria-label={t("notify.others")}>
          {others.map(({ subscription_id, label, host }) => (
            <li key={subscription_id} className="flex items-center justify-between gap-3">
              <span>{label || host}</span>
              <Button small look="quiet" disabled={remove.isPending} onClick={() => remove.mutate(subscription_id)}>
                {t("chat.remove")}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {(browsers.data?.items.length ?? 0) > 0 && (
        <div className="flex flex-wrap items-center gap-3">
          <Button small disabled={test.isPending} onClick={() => test.mutate()}>
            {t("notify.test")}
          </Button>
          {test.isSuccess && (
            <span role="status" className="text-sm text-muted">
              {t("notify.tested", { n: test.data.push })}
            </span>
          )}
        </div>
      )}
      <Refused error={test.error ?? remove.error} />
    </div>
  );
}

const AT_NIGHT = { start: "22:00:00", end: "07:00:00" };

function QuietHours({
  preferences,
  onChange,
}: {
  preferences: Preferences;
  onChange: (change: Partial<Preferences>) => void;
}) {
  const hours = preferences.quiet_hours;
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones = [...new Set([here, preferences.timezone, ...Intl.supportedValuesOf("timeZone")])];
  return (
    <div className="flex flex-col gap-3">
      <Switch
        label={t("notify.quiet")}
        about={t("notify.quietAbout")}
        checked={hours !== null}
        onChange={(wanted) => onChange({ quiet_hours: wanted ? AT_NIGHT : null, ...(wanted ? { timezone: here } : {}) })}
      />
      {hours && (
        <div className="flex flex-wrap items-end gap-3 text-sm">
          {(["start", "end"] as const).map((end) => (
            <label key={end}>
              <span className="mb-1 block text-[0.8125rem] text-muted">{t(`notify.${end}`)}</span>
              <input
                type="time"
                required
                className="field w-40"
                value={hours[end].slice(0, 5)}
                onChange={(event) => {
                  if (event.target.value) onChange({ quiet_hours: { ...hours, [end]: `${event.target.value}:00` } });
                }}
              />
            </label>
          ))}
          <label className="min-w-0 flex-1 basis-48">
            <span className="mb-1 block text-[0.8125rem] text-muted">{t("notify.zone")}</span>
            <select
              className="field"
              value={preferences.timezone}
              onChange={(event) => onChange({ timezone: event.target.value })}
            >
              {zones.map((zone) => (
                <option key={zone} value={zone}>
                  {zone.replaceAll("_", " ")}
                </option>
              ))}
            </select>
          </label>
        </div>
      )}
    </div>
  );
}
