/** What the person prefers: on this device, and for their account. */

import { useState } from "react";
import { ConfirmDialog } from "../components/ConfirmDialog";
import { Notifications } from "../components/Notifications";
import { PageFrame } from "../components/PageFrame";
import { Section } from "../components/Section";
import { Switch } from "../components/Switch";
import { Button } from "../components/ui";
import { Webhooks } from "../components/Webhooks";
import { language, LANGUAGES, t, type Language } from "../i18n";
import { readsAloud, setReadsAloud, setTheme, theme, type Theme } from "../state/preferences";

const THEMES: Theme[] = ["system", "light", "dark"];

interface Props {
  token: string;
  onLanguage: (language: Language) => void;
  onForget: () => void;
  onMenu: () => void;
}

export default function Preferences({ token, onLanguage, onForget, onMenu }: Props) {
  const [look, setLook] = useState(theme);
  const [aloud, setAloud] = useState(readsAloud);
  const [leaving, setLeaving] = useState(false);
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
          <Switch
            label={t("prefs.aloud")}
            checked={aloud}
            onChange={(wanted) => {
              setReadsAloud(wanted);
              setAloud(wanted);
            }}
          />
        )}
        <div className="flex flex-wrap items-center justify-between gap-3">
          <p className="max-w-md text-sm text-muted">{t("prefs.forgetBody")}</p>
          <Button look="danger" onClick={() => setLeaving(true)}>
            {t("prefs.forget")}
          </Button>
        </div>
      </Section>
      <Notifications token={token} />
      <Webhooks token={token} />
      <ConfirmDialog
        open={leaving}
        title={t("prefs.forgetTitle")}
        body={t("prefs.forgetBody")}
        confirm={t("prefs.forget")}
        onCancel={() => setLeaving(false)}
        onConfirm={onForget}
      />
    </PageFrame>
  );
}
