/** What a page shows while it has nothing to show: loading, failed, or really empty. */

import type { ReactNode } from "react";
import { t } from "../i18n";
import { Button, Note } from "./ui";

export function Loading({ rows = 2 }: { rows?: number }) {
  return (
    <div role="status" aria-label={t("app.loading")} className="flex flex-col gap-4">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="h-32 animate-breathe rounded-card bg-sunken" />
      ))}
    </div>
  );
}

export function Failed({ message, onRetry }: { message: string; onRetry: () => void }) {
  return (
    <div role="alert" className="flex flex-col items-start gap-3">
      <Note tone="bad">{message}</Note>
      <Button onClick={onRetry}>{t("app.retry")}</Button>
    </div>
  );
}

export function Empty({ icon, text, children }: { icon: ReactNode; text: string; children?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-4 rounded-card border border-dashed border-strong px-6 py-14 text-center">
      <span className="grid size-12 place-items-center rounded-full bg-tint text-tint-ink">{icon}</span>
      <p className="max-w-sm text-muted">{text}</p>
      {children}
    </div>
  );
}

export function Refused({ error }: { error: Error | null }) {
  if (error === null) return null;
  return (
    <div role="alert">
      <Note tone="bad">{error.message}</Note>
    </div>
  );
}
