/** The person's conversations and pages: beside the page on a wide screen, over it on a phone. */

import { Dialog } from "@base-ui/react/dialog";
import { useState, type ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { ago } from "../format";
import { t } from "../i18n";
import type { Key } from "../i18n/en";
import { ConfirmDialog } from "./ConfirmDialog";
import { BellIcon, CloseIcon, LinkIcon, Logo, PlusIcon, SlidersIcon, SparkIcon, StackIcon, TagIcon } from "./icons";
import { Button, IconButton } from "./ui";

export interface Listed {
  session_id: string;
  title: string;
  created_at: string | null;
}

interface Props {
  sessions: Listed[];
  currentId: string | null;
  failed: boolean;
  open: boolean;
  onMenu: (open: boolean) => void;
  onNew: () => void;
  onOpen: (sessionId: string) => void;
  onErase: (sessionId: string) => void;
}

export function Sidebar(props: Props) {
  const [erasing, setErasing] = useState<Listed | null>(null);
  const { open, onMenu } = props;
  const rail = "flex w-72 flex-col gap-4 border-r border-line bg-rail p-4";
  return (
    <>
      <div className={`${rail} max-lg:hidden lg:w-64`}>
        <Rail {...props} onErase={setErasing} />
      </div>
      <Dialog.Root open={open} onOpenChange={onMenu}>
        <Dialog.Portal>
          <Dialog.Backdrop className="fixed inset-0 z-20 bg-scrim transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0" />
          <Dialog.Popup
            aria-label={t("nav.label")}
            className={`${rail} fixed inset-y-0 left-0 z-20 transition-transform data-ending-style:-translate-x-full data-starting-style:-translate-x-full`}
          >
            <Rail
              {...props}
              onErase={setErasing}
              onLeave={() => onMenu(false)}
              close={
                <Dialog.Close render={<IconButton label={t("nav.close")} />}>
                  <CloseIcon />
                </Dialog.Close>
              }
            />
          </Dialog.Popup>
        </Dialog.Portal>
      </Dialog.Root>
      <ConfirmDialog
        open={erasing !== null}
        title={t("erase.title")}
        body={t("erase.body", { title: erasing?.title || t("nav.new") })}
        confirm={t("erase.confirm")}
        onCancel={() => setErasing(null)}
        onConfirm={() => {
          if (erasing) props.onErase(erasing.session_id);
          setErasing(null);
        }}
      />
    </>
  );
}

const PAGES: { to: string; name: Key; icon: ReactNode }[] = [
  { to: "/listings", name: "nav.listings", icon: <TagIcon /> },
  { to: "/bulk", name: "nav.bulk", icon: <StackIcon /> },
  { to: "/watches", name: "nav.watches", icon: <BellIcon /> },
  { to: "/connections", name: "nav.connections", icon: <LinkIcon /> },
  { to: "/memory", name: "nav.memory", icon: <SparkIcon /> },
  { to: "/preferences", name: "nav.preferences", icon: <SlidersIcon /> },
];

interface RailProps extends Omit<Props, "onErase"> {
  onErase: (session: Listed) => void;
  onLeave?: () => void;
  close?: ReactNode;
}

function Rail({ sessions, currentId, failed, onNew, onOpen, onErase, onLeave, close }: RailProps) {
  const [place] = useLocation();
  const elsewhere = place !== "/";
  return (
    <nav aria-label={t("nav.label")} className="flex min-h-0 flex-1 flex-col gap-4">
      <div className="flex min-h-10 items-center gap-2.5 px-1 text-lg font-semibold tracking-tight">
        <Logo /> {t("app.name")}
        <span className="flex-1" />
        {close}
      </div>
      <Button
        onClick={() => {
          onLeave?.();
          onNew();
        }}
      >
        <PlusIcon /> {t("nav.new")}
      </Button>
      <ul className="flex flex-col gap-0.5">
        {PAGES.map(({ to, name, icon }) => (
          <PageLink key={to} to={to} current={place === to} onLeave={onLeave}>
            {icon} {t(name)}
          </PageLink>
        ))}
      </ul>
      <h2 className="-mb-2 px-3 text-xs font-medium text-muted">{t("nav.conversations")}</h2>
      <ul className="-mx-1 flex min-h-0 flex-1 flex-col gap-0.5 overflow-y-auto px-1">
        {sessions.map((session) => (
          <Conversation
            key={session.session_id}
            session={session}
            current={!elsewhere && session.session_id === currentId}
            onOpen={() => {
              onLeave?.();
              onOpen(session.session_id);
            }}
            onErase={() => onErase(session)}
          />
        ))}
        {failed && <li className="px-3 text-sm text-muted">{t("nav.unread")}</li>}
      </ul>
    </nav>
  );
}

function PageLink({
  to,
  current,
  onLeave,
  children,
}: {
  to: string;
  current: boolean;
  onLeave: (() => void) | undefined;
  children: ReactNode;
}) {
  return (
    <li>
      <Link
        href={to}
        aria-current={current ? "page" : undefined}
        className={`flex min-h-10 items-center gap-2.5 rounded-xl px-3 text-sm transition-colors ${
          current ? "bg-rail-current shadow-card" : "hover:bg-line"
        }`}
        onClick={() => onLeave?.()}
      >
        {children}
      </Link>
    </li>
  );
}

function Conversation({
  session,
  current,
  onOpen,
  onErase,
}: {
  session: Listed;
  current: boolean;
  onOpen: () => void;
  onErase: () => void;
}) {
  const title = session.title || t("nav.new");
  return (
    <li className="group relative">
      <button
        type="button"
        aria-current={current ? "page" : undefined}
        className={`w-full rounded-xl px-3 py-2 pr-9 text-left transition-colors ${
          current ? "bg-rail-current shadow-card" : "hover:bg-line"
        }`}
        onClick={onOpen}
      >
        <span className="block truncate text-sm">{title}</span>
        {session.created_at && (
          <span className="block text-xs text-muted">{ago(session.created_at)}</span>
        )}
      </button>
      <IconButton
        label={t("nav.erase", { title })}
        className="absolute top-1/2 right-1 size-8 -translate-y-1/2 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 [@media(hover:none)]:opacity-100"
        onClick={onErase}
      >
        <CloseIcon />
      </IconButton>
    </li>
  );
}
