/** A titled group of settings: one row for each child. */

import type { ReactNode } from "react";

export function Section({ title, about, children }: { title: string; about?: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="flex flex-col gap-3">
      <div>
        <h2 className="font-semibold">{title}</h2>
        {about && <p className="text-sm text-muted">{about}</p>}
      </div>
      <div className="flex flex-col divide-y divide-line rounded-card border border-line bg-surface px-4 shadow-card sm:px-5 *:py-4">
        {children}
      </div>
    </section>
  );
}
