/** What is being written, kept over a reload and over a visit to another page. */

import { useCallback, useState } from "react";

export function useDraft(sessionId: string): [string, (text: string) => void] {
  const name = `talknshop.draft.${sessionId}`;
  const [draft, setDraft] = useState(() => localStorage.getItem(name) ?? "");
  const change = useCallback(
    (text: string) => {
      setDraft(text);
      if (text === "") localStorage.removeItem(name);
      else localStorage.setItem(name, text);
    },
    [name],
  );
  return [draft, change];
}
