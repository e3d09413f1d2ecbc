/** The small pieces that the whole page is made of. */

import type { ButtonHTMLAttributes, ReactNode } from "react";
import { marketplaceColor, marketplaceName, webAddress } from "../format";
import { t } from "../i18n";
import { OutIcon } from "./icons";

type Look = "primary" | "plain" | "quiet" | "danger";

const LOOKS: Record<Look, string> = {
  primary: "bg-accent text-on-accent hover:bg-accent-hover font-medium",
  plain: "border border-strong bg-surface hover:bg-sunken",
  quiet: "text-muted hover:bg-sunken hover:text-ink",
  danger: "border border-strong bg-surface text-bad hover:bg-bad-tint",
};

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: Look;
  small?: boolean;
}

export function Button({ look = "plain", small = false, className = "", ...rest }: ButtonProps) {
  const size = small ? "min-h-8 px-2.5 text-[0.8125rem]" : "min-h-10 px-4 text-sm";
  return (
    <button
      type="button"
      className={`inline-flex items-center justify-center gap-1.5 rounded-full transition-colors disabled:opacity-50 ${size} ${LOOKS[look]} ${className}`}
      {...rest}
    />
  );
}

export function IconButton({ label, className = "", ...rest }: ButtonProps & { label: string }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={`inline-flex size-10 shrink-0 items-center justify-center rounded-full text-muted transition-colors hover:bg-sunken hover:text-ink disabled:opacity-40 ${className}`}
      {...rest}
    />
  );
}

export function Card({ children, label }: { children: ReactNode; label: string }) {
  return (
    <section
      aria-label={label}
      className="animate-rise overflow-hidden rounded-card border border-line bg-surface shadow-card"
    >
      {children}
    </section>
  );
}

export function Marketplace({ name }: { name: string }) {
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap font-medium">
      <span
        aria-hidden="true"
        className="size-2 rounded-full"
        style={{ background: marketplaceColor(name) }}
      />
      {marketplaceName(name)}
    </span>
  );
}

type Tone = "neutral" | "good" | "warn" | "bad" | "accent";

const TONES: Record<Tone, string> = {
  neutral: "bg-sunken text-muted",
  good: "bg-tint text-good",
  warn: "bg-warn-tint text-warn",
  bad: "bg-bad-tint text-bad",
  accent: "bg-tint text-tint-ink",
};

export function Pill({ tone = "neutral", children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      className={`inline-flex items-center gap-1 whitespace-nowrap rounded-full px-2 py-0.5 text-xs font-medium ${TONES[tone]}`}
    >
      {children}
    </span>
  );
}

export function Note({ tone, children }: { tone: "warn" | "bad" | "neutral"; children: ReactNode }) {
  return <div className={`rounded-xl px-3.5 py-2.5 text-sm ${TONES[tone]}`}>{children}</div>;
}

/** A link that leaves TalknShop. What is no web address is shown as plain text. */
export function OutLink({
  href,
  children,
  className = "",
  label,
}: {
  href: string;
  children: ReactNode;
  className?: string;
  label?: string;
}) {
  const address = webAddress(href);
  if (address === null) return <span className={className}>{children}</span>;
  return (
    <a
      href={address}
      target="_blank"
      rel="noopener noreferrer"
      aria-label={label ? t("app.out", { label }) : undefined}
      className={`inline-flex items-center gap-1 text-tint-ink underline-offset-2 hover:underline ${className}`}
    >
      {children}
      <OutIcon />
    </a>
  );
}
