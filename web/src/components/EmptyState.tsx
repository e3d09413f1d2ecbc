/** The first screen of a conversation: what can be said here, with examples to start from. */

import { t } from "../i18n";
import { RecommendedForYou } from "./Recommended";

const EXAMPLES = [
  { title: "empty.buy", about: "empty.buyAbout", prompts: ["empty.buy1", "empty.buy2", "empty.buy3"] },
  {
    title: "empty.sell",
    about: "empty.sellAbout",
    prompts: ["empty.sell1", "empty.sell2", "empty.sell3"],
  },
] as const;

export function EmptyState({ onPick }: { onPick: (prompt: string) => void }) {
  return (
    <div className="flex flex-1 animate-rise flex-col justify-center gap-8 py-10">
      <header className="text-center">
        <h1 className="text-3xl font-semibold tracking-tight text-balance sm:text-4xl">
          {t("empty.title")}
        </h1>
        <p className="mx-auto mt-3 max-w-md text-muted text-pretty">
          {t("empty.body")}
        </p>
      </header>
      <div className="grid gap-6 sm:grid-cols-2">
        {EXAMPLES.map(({ title, about, prompts }) => (
          <section key={title} aria-label={t(title)}>
            <h2 className="font-semibold">{t(title)}</h2>
            <p className="mb-3 text-[0.8125rem] text-muted">{t(about)}</p>
            <ul className="flex flex-col gap-2">
              {prompts.map((prompt) => (
                <li key={prompt}>
                  <button
                    type="button"
                    className="w-full rounded-card border border-line bg-surface px-4 py-3 text-left text-sm shadow-card transition hover:border-strong hover:shadow-float"
                    onClick={() => onPick(t(prompt))}
                  >
                    {t(prompt)}
                  </button>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
      <RecommendedForYou />
    </div>
  );
}
