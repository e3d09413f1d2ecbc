/** The conversations of this browser, and the way to a new one. */

import { ago } from "../format";
import type { KnownSession } from "../state/sessions";
import { CloseIcon, Logo, PlusIcon } from "./icons";
import { Button, IconButton } from "./ui";

interface Props {
  sessions: KnownSession[];
  currentId: string | null;
  open: boolean;
  onNew: () => void;
  onOpen: (session: KnownSession) => void;
  onForget: (session: KnownSession) => void;
  onClose: () => void;
}

export function Sidebar({ sessions, currentId, open, onNew, onOpen, onForget, onClose }: Props) {
  return (
    <>
      {open && (
        <div aria-hidden="true" className="fixed inset-0 z-20 bg-ink/40 lg:hidden" onClick={onClose} />
      )}
      <nav
        aria-label="Conversations"
        className={`fixed inset-y-0 left-0 z-20 flex w-72 flex-col gap-4 border-r border-line bg-rail p-4 transition-[translate,visibility] lg:visible lg:static lg:w-64 lg:translate-x-0 ${
          open ? "visible translate-x-0" : "invisible -translate-x-full"
        }`}
        onKeyDown={(event) => event.key === "Escape" && onClose()}
      >
        <div className="flex items-center gap-2.5 px-1 text-lg font-semibold tracking-tight">
          <Logo /> TalknShop
          <span className="flex-1" />
          <IconButton label="Close the list" className="lg:hidden" onClick={onClose}>
            <CloseIcon />
          </IconButton>
        </div>
        <Button onClick={onNew}>
          <PlusIcon /> New conversation
        </Button>
        <ul className="-mx-1 flex flex-1 flex-col gap-0.5 overflow-y-auto px-1">
          {sessions.map((session) => {
            const current = session.session_id === currentId;
            const title = session.title || "New conversation";
            return (
              <li key={session.session_id} className="group relative">
                <button
                  type="button"
                  aria-current={current ? "page" : undefined}
                  className={`w-full rounded-xl px-3 py-2 pr-9 text-left transition-colors ${
                    current ? "bg-rail-current shadow-card" : "hover:bg-line"
                  }`}
                  onClick={() => onOpen(session)}
                >
                  <span className="block truncate text-sm">{title}</span>
                  <span className="block text-xs text-muted">{ago(session.updated_at)}</span>
                </button>
                <IconButton
                  label={`Remove “${title}” from this list`}
                  className="absolute top-1/2 right-1 size-8 -translate-y-1/2 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 [@media(hover:none)]:opacity-100"
                  onClick={() => onForget(session)}
                >
                  <CloseIcon />
                </IconButton>
              </li>
            );
          })}
        </ul>
        <p className="px-1 text-xs text-muted">
          This list is kept in this browser only.
        </p>
      </nav>
    </>
  );
}
