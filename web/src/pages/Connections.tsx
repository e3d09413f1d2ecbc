/** The person's own accounts on marketplaces: link, see their health, unlink. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ConfirmDialog } from "../components/ConfirmDialog";
import { AlertIcon, CheckIcon, OutIcon } from "../components/icons";
import { PageFrame } from "../components/PageFrame";
import { Failed, Loading, Refused } from "../components/PageStates";
import { Button, Marketplace, Note, Pill } from "../components/ui";
import { marketplaceName, moment, SELLING } from "../format";
import type { Connection } from "../generated/events";
import { t } from "../i18n";
import type { Returned } from "../state/returned";
import { beginLink, listConnections, moveTo, unlink } from "../wire/connections";

interface Props {
  token: string;
  /** What a marketplace's consent page sent the person back with. */
  returned: Returned | null;
  onMenu: () => void;
}

export default function Connections({ token, returned, onMenu }: Props) {
  const queries = useQueryClient();
  const key = ["connections"];
  const [leaving, setLeaving] = useState<string | null>(null);
  const list = useQuery({ queryKey: key, queryFn: () => listConnections(token) });
  const link = useMutation({
    mutationFn: (marketplace: string) => beginLink(marketplace, token),
    onSuccess: ({ consent_url }) => window.location.assign(consent_url),
  });
  const forget = useMutation({
    mutationFn: (marketplace: string) => unlink(marketplace, token),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
  const move = useMutation({
    mutationFn: ({ marketplace, place }: { marketplace: string; place: string }) => moveTo(marketplace, place, token),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  });
  const linkable = list.data?.linkable ?? [];
  const places = [...new Set([...linkable, ...SELLING])];
  return (
    <PageFrame title={t("connections.title")} about={t("connections.about")} onMenu={onMenu}>
      {returned && <Outcome returned={returned} />}
      <Refused error={link.error ?? forget.error ?? move.error} />
      {list.isPending && <Loading />}
      {list.isError && <Failed message={list.error.message} onRetry={() => void list.refetch()} />}
      {list.data && (
        <ul className="flex flex-col gap-3">
          {places.map((marketplace) => (
            <Account
              key={marketplace}
              marketplace={marketplace}
              connection={list.data.items.find((each) => each.marketplace === marketplace) ?? null}
              linkable={linkable.includes(marketplace)}
              assisted={list.data.assisted.includes(marketplace)}
              busy={link.isPending || link.isSuccess || forget.isPending || move.isPending}
              onLink={() => link.mutate(marketplace)}
              onUnlink={() => setLeaving(marketplace)}
              onMove={(place) => move.mutate({ marketplace, place })}
            />
          ))}
        </ul>
      )}
      <ConfirmDialog
        open={leaving !== null}
        title={t("connections.unlinkTitle", { marketplace: marketplaceName(leaving ?? "") })}
        body={t("connections.unlinkBody")}
        confirm={t("connections.unlink")}
        onCancel={() => setLeaving(null)}
        onConfirm={() => {
          if (leaving) forget.mutate(leaving);
          setLeaving(null);
        }}
      />
    </PageFrame>
  );
}

function Outcome({ returned }: { returned: Returned }) {
  const marketplace = marketplaceName(returned.marketplace);
  if (returned.linked) {
    return (
      <p role="status" className="flex items-center gap-2 rounded-xl bg-tint px-3.5 py-2.5 text-sm text-good">
        <CheckIcon /> {t("connections.linkedNow", { marketplace })}
      </p>
    );
  }
  return (
    <div role="alert">
      <Note tone="bad">
        {t(returned.reason === "link_expired" ? "connections.expired" : "connections.refused", { marketplace })}
      </Note>
    </div>
  );
}

function Account({
  marketplace,
  connection,
  linkable,
  assisted,
  busy,
  onLink,
  onUnlink,
  onMove,
}: {
  marketplace: string;
  connection: Connection | null;
  linkable: boolean;
  /** No program may post there: the person does it by hand. */
  assisted: boolean;
  busy: boolean;
  onLink: () => void;
  onUnlink: () => void;
  /** To another of the person's catalogues. */
  onMove: (place: string) => void;
}) {
  const name = marketplaceName(marketplace);
  const lost = connection?.status === "access_lost";
  // The person has been told that it ends: there is still the time to link it again.
  const ending = !lost && (connection?.reminders ?? 0) > 0;
  return (
    <li
      aria-label={name}
      className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-card border border-line bg-surface px-4 py-3.5 shadow-card sm:px-5"
    >
      <div className="min-w-0 flex-1 basis-56">
        <p className="flex flex-wrap items-center gap-2">
          <Marketplace name={marketplace} />
          {connection && !lost && (
            <Pill tone="good">
              <CheckIcon /> {t("connections.linked")}
            </Pill>
          )}
          {lost && (
            <Pill tone="warn">
              <AlertIcon /> {t("connections.lost")}
            </Pill>
          )}
        </p>
        <p className="text-sm text-muted">
          {connection
            ? t("connections.since", { when: moment(connection.linked_at) })
            : t(linkable ? "connections.canLink" : assisted ? "connections.byHand" : "connections.cannotLink", {
                marketplace: name,
              })}
        </p>
        {connection?.expires_at && !lost && (
          <p className={`text-sm ${ending ? "text-warn" : "text-muted"}`}>{t("connections.until", { when: moment(connection.expires_at) })}</p>
        )}
        {connection?.problem && <p className="text-sm text-warn">{connection.problem}</p>}
        {connection && connection.places.length > 0 && (
          <Places connection={connection} busy={busy} onMove={onMove} />
        )}
      </div>
      {linkable && (!connection || lost || ending) && (
        <Button look="primary" disabled={busy} onClick={onLink}>
          {t(connection ? "connections.again" : "connections.link")} <OutIcon />
        </Button>
      )}
      {connection && (
        <Button look="quiet" disabled={busy} onClick={onUnlink}>
          {t("connections.unlink")}
        </Button>
      )}
    </li>
  );
}

/** In which of the person's catalogues listings go. */
function Places({
  connection,
  busy,
  onMove,
}: {
  connection: Connection;
  busy: boolean;
  onMove: (place: string) => void;
}) {
  const [only, ...others] = connection.places;
  if (only && others.length === 0) {
    return <p className="text-sm text-muted">{t("connections.place", { name: only.name })}</p>;
  }
  return (
    <label className="mt-1 flex flex-wrap items-center gap-2 text-sm text-muted">
      {t("connections.places")}
      <select
        className="field w-auto"
        value={connection.place}
        disabled={busy}
        onChange={(event) => onMove(event.target.value)}
      >
        {connection.places.map(({ place_id, name }) => (
          <option key={place_id} value={place_id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
