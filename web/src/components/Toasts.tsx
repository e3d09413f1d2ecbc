/** News, over the page for a while; it also stands in the conversation. */

import { useEffect } from "react";
import type { Toast } from "../state/useConversation";
import { t } from "../i18n";
import { BellIcon, CloseIcon } from "./icons";
import { IconButton, OutLink } from "./ui";

const SHOWN_MS = 9000;

export function Toasts({ toasts, onDismiss }: { toasts: Toast[]; onDismiss: (key: string) => void }) {
  return (
    <div
      aria-live="polite"
      className="pointer-events-none fixed top-16 right-4 left-4 z-15 flex flex-col items-end gap-2 sm:left-auto sm:w-96"
    >
      {toasts.map((toast) => (
        <ToastCard key={toast.key} toast={toast} onDismiss={onDismiss} />
      ))}
    </div>
  );
}

function ToastCard({ toast, onDismiss }: { toast: Toast; onDismiss: (key: string) => void }) {
  useEffect(() => {
    const timer = window.setTimeout(() => onDismiss(toast.key), SHOWN_MS);
    return () => window.clearTimeout(timer);
  }, [toast.key, onDismiss]);
  return (
    <div className="pointer-events-auto flex w-full animate-rise items-start gap-3 rounded-card border border-line bg-surface p-3 pl-4 shadow-float">
      <span className="mt-1 text-accent">
        <BellIcon />
      </span>
      <div className="min-w-0 flex-1 py-0.5 text-sm">
        <p className="font-medium">{toast.data.title}</p>
        {toast.data.body && <p className="line-clamp-2 text-muted">{toast.data.body}</p>}
        {toast.data.link && <OutLink href={toast.data.link}>{t("news.open")}</OutLink>}
      </div>
      <IconButton label={t("app.dismiss")} className="size-8" onClick={() => onDismiss(toast.key)}>
        <CloseIcon />
      </IconButton>
    </div>
  );
}
