/** Puts the page into the document, in the person's language. */

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Router } from "wouter";
import { useHashLocation } from "wouter/use-hash-location";
import { App } from "./App";
import { preferredLanguage, rememberLanguage, speak, type Language } from "./i18n";
import "./index.css";
import { applyTheme } from "./state/preferences";
import { open } from "./state/person";
import { takeOpened, takeReturned } from "./state/returned";

const element = document.getElementById("root");
if (element === null) throw new Error("index.html has no #root");
const root = createRoot(element);
const returned = takeReturned();
const opened = takeOpened();
if (opened) open(opened);
// Without a network a page says so, rather than to wait for it in silence.
const network = { networkMode: "always" } as const;
const queries = new QueryClient({
  defaultOptions: { queries: { ...network, retry: 1, refetchOnReconnect: true }, mutations: network },
});

async function drawIn(language: Language): Promise<void> {
  await speak(language);
  // The key draws everything anew, so that no component has to watch the language.
  root.render(
    <StrictMode key={language}>
      <QueryClientProvider client={queries}>
        <Router hook={useHashLocation}>
          <App onLanguage={change} returned={returned} />
        </Router>
      </QueryClientProvider>
    </StrictMode>,
  );
}

function change(language: Language): void {
  rememberLanguage(language);
  void drawIn(language);
}

applyTheme();
void drawIn(preferredLanguage());

// A page from before an upgrade asks for a script that is not there any more.
window.addEventListener("vite:preloadError", () => {
  if (navigator.onLine) window.location.reload();
});

if (import.meta.env.PROD && "serviceWorker" in navigator) {
  void navigator.serviceWorker.register("/sw.js");
}
