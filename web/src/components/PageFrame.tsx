/** A page beside the conversation: its title, and on a phone the way to the menu. */

import type { ReactNode } from "react";
import { t } from "../i18n";
import { MenuIcon } from "./icons";
import { IconButton } from "./ui";

export function PageFrame({
  title,
  about,
  onMenu,
  children,
}: {
  title: string;
  about?: string;
  onMenu: () => void;
  children: ReactNode;
}) {
  return (
    <main className="min-w-0 flex-1 overflow-y-auto">
      <div className="mx-auto flex w-full max-w-3xl flex-col gap-6 px-4 pt-3 pb-16 sm:px-6 lg:pt-8">
        <header>
          <IconButton label={t("nav.open")} className="-ml-2 lg:hidden" onClick={onMenu}>
            <MenuIcon />
          </IconButton>
          <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
          {about && <p className="text-muted">{about}</p>}
        </header>
        {children}
      </div>
    </main>
  );
}
