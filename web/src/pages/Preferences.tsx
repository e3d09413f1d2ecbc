/** What the person prefers: on this device, and for their account. */

import { useState, type ReactNode } from "react";
import { PageFrame } from "../components/PageFrame";
import { Button } from "../components/ui";
import { language, LANGUAGES, t, type Language } from "../i18n";
import { readsAloud, setReadsAloud, setTheme, theme, type Theme } from "../state/preferences";

const THEMES: Theme[] = ["system", "light", "dark"];

interface Props {
  onLanguage: (language: Language) => void;
  onForget: () => void;
  onMenu: () => void;
}

export default function Preferences({ onLanguage, onForget, onMenu }: Props) {
  const [look, setLook] = useState(theme);
  const [aloud, setAloud] = useState(readsAloud);
  return (
    <PageFrame title={t("prefs.title")} onMenu={onMenu}>
      <Section title={t("prefs.browser")}>
        <label className="flex flex-wrap items-center justify-between gap-3">
          {t("prefs.language")}
          <select
            className="field max-w-56"
            value={language()}
            onChange={(event) => onLanguage(event.target.value as Language)}
          >
            {Object.entries(LANGUAGES).map(([code, name]) => (
              <option key={code} value={code} lang={code}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <fieldset className="flex flex-wrap items-center justify-between gap-3">
          <legend className="float-left">{t("prefs.theme")}</legend>
          <div className="flex rounded-full border border-line bg-sunken p-1">
            {THEMES.map((each) => (
              <label
                key={each}
                className="cursor-pointer rounded-full px-3 py-1 text-sm has-checked:bg-surface has-checked:shadow-card has-focus-visible:outline-2 has-focus-visible:outline-accent"
              >
                <input
                  type="radio"
                  name="theme"
                  className="sr-only"
                  checked={look === each}
                  onChange={() => {
                    setTheme(each);
                    setLook(each);
                  }}
                />
                {t(`prefs.${each}`)}
              </label>
            ))}
          </div>
        </fieldset>
        {"speechSynthesis" in window && (
          <label className="flex items-center justify-between gap-3">
            {t("prefs.aloud")}
            <input
              type="checkbox"
              role="switch"
              className="size-5 accent-accent"
              checked={aloud}
              onChange={(event) => {
                setReadsAloud(event.target.checked);
                setAloud(event.target.checked);
              }}
            />
          </label>
        )}
        <div className="flex flex-wrap items-center justify-between gap-3">
          <p className="max-w-md text-sm text-muted">{t("prefs.forgetBody")}</p>
          <Button look="danger" onClick={onForget}>
            {t("prefs.forget")}
          </Button>
        </div>
      </Section>
    </PageFrame>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="flex flex-col gap-3">
      <h2 className="font-semibold">{title}</h2>
      <div className="flex flex-col divide-y divide-line rounded-card border border-line bg-surface px-4 shadow-card sm:px-5 *:py-4">
        {children}
      </div>
    </section>
  );
}
