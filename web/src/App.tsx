/** The page: whose it is, which conversation is open, and what stands beside it. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { Route, Switch, useLocation } from "wouter";
import { Chat } from "./components/Chat";
import { Logo, Spinner } from "./components/icons";
import { TokenContext } from "./components/Photo";
import { Sidebar, type Listed } from "./components/Sidebar";
import { Button, Note } from "./components/ui";
import { t, type Language } from "./i18n";
import {
  forgetEverything,
  forgetSession,
  open,
  remember,
  storedPerson,
  storedSession,
} from "./state/person";
import type { Returned } from "./state/returned";
import { usePerson } from "./state/usePerson";
import { createSession, eraseSession, listSessions, RequestFailed, signOut } from "./wire/rest";

const Bulk = lazy(() => import("./pages/Bulk"));
const Connections = lazy(() => import("./pages/Connections"));
const Job = lazy(() => import("./pages/Job"));
const Listings = lazy(() => import("./pages/Listings"));
const Memory = lazy(() => import("./pages/Memory"));
const Preferences = lazy(() => import("./pages/Preferences"));
const Watches = lazy(() => import("./pages/Watches"));

// The list of conversations is about a second behind what was said.
const LIST_DELAY_MS = 1500;

interface Props {
  onLanguage: (language: Language) => void;
  /** What a marketplace's consent page sent the person back with. */
  returned: Returned | null;
}

export function App({ onLanguage, returned }: Props) {
  const [person, setPerson] = usePerson();
  const [sessionId, setSessionId] = useState<string | null>(storedSession);
  const [title, setTitle] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [menu, setMenu] = useState(false);
  const [, goTo] = useLocation();
  const queries = useQueryClient();
  const sessions = useQuery({
    queryKey: ["sessions", person?.user_id],
    queryFn: () => (person ? listSessions(person.token) : []),
    enabled: person !== null,
  });

  const told = useCallback(async <T,>(work: () => Promise<T>): Promise<T | null> => {
    setProblem(null);
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      setProblem(error.message);
      return null;
    }
  }, []);

  const begin = useCallback(async () => {
    const session = await told(() => createSession(storedPerson()?.token ?? null));
    if (session === null) return;
    if (session.user_id !== storedPerson()?.user_id) queries.clear();
    setPerson(remember(session));
    setSessionId(session.session_id);
    setTitle("");
  }, [told, queries, setPerson]);

  const nobody = person === null || sessionId === null;
  useEffect(() => {
    if (nobody) void begin();
  }, [nobody, begin]);

  const onSaid = useCallback(
    (said: string) => {
      setTitle(said);
      window.setTimeout(() => void queries.invalidateQueries({ queryKey: ["sessions"] }), LIST_DELAY_MS);
    },
    [queries],
  );

  const show = (id: string) => {
    open(id);
    setSessionId(id);
    setTitle("");
    goTo("/");
  };

  // A pressed notification names the conversation that it is about.
  const showing = useRef(show);
  useLayoutEffect(() => {
    showing.current = show;
  });
  useEffect(() => {
    const workers = "serviceWorker" in navigator ? navigator.serviceWorker : null;
    const heard = ({ data }: MessageEvent<{ type?: string; session_id?: string }>) => {
      if (data.type === "open" && data.session_id) showing.current(data.session_id);
    };
    workers?.addEventListener("message", heard);
    return () => workers?.removeEventListener("message", heard);
  }, []);

  const erase = async (id: string) => {
    if (person === null) return;
    if ((await told(() => eraseSession(id, person.token).then(() => true))) === null) return;
    forgetSession(id);
    queries.setQueryData<Listed[]>(["sessions", person.user_id], (before) =>
      before?.filter((session) => session.session_id !== id),
    );
    if (id === sessionId) setSessionId(null);
  };

  const leave = () => {
    const given = person?.refresh_token;
    if (given) void told(() => signOut(given));
    forgetEverything();
    queries.clear();
    setPerson(null);
    setSessionId(null);
    goTo("/");
  };

  // The list learns a conversation's title only once its first turn is over.
  const listed: Listed[] = (sessions.data ?? []).map((session) =>
    session.session_id === sessionId && !session.title ? { ...session, title } : session,
  );
  const isListed = listed.some((session) => session.session_id === sessionId);
  const current = sessionId === null || isListed ? [] : [{ session_id: sessionId, title, created_at: null }];
  return (
    <div className="flex h-dvh">
      <Sidebar
        sessions={[...current, ...listed]}
        currentId={sessionId}
        failed={sessions.isError}
        open={menu}
        onMenu={setMenu}
        onNew={() => {
          goTo("/");
          void begin();
        }}
        onOpen={show}
        onErase={(id) => void erase(id)}
      />
      {!nobody && problem !== null && (
        <div className="fixed inset-x-4 top-4 z-30 mx-auto max-w-md" role="alert">
          <Note tone="bad">
            <span className="flex items-center justify-between gap-2">
              {problem}
              <Button small look="quiet" onClick={() => setProblem(null)}>
                {t("app.dismiss")}
              </Button>
            </span>
          </Note>
        </div>
      )}
      {nobody ? (
        <Arriving problem={problem} onRetry={() => void begin()} />
      ) : (
        <TokenContext value={person.token}>
          <Suspense fallback={<Arriving problem={null} onRetry={() => undefined} />}>
            <Switch>
              <Route path="/listings">
                <Listings token={person.token} onMenu={() => setMenu(true)} />
              </Route>
              <Route path="/jobs/:id">
                {({ id }) => <Job key={id} jobId={id} token={person.token} onMenu={() => setMenu(true)} />}
              </Route>
              <Route path="/bulk">
                <Bulk token={person.token} onMenu={() => setMenu(true)} />
              </Route>
              <Route path="/watches">
                <Watches token={person.token} onMenu={() => setMenu(true)} />
              </Route>
              <Route path="/memory">
                <Memory token={person.token} onMenu={() => setMenu(true)} />
              </Route>
              <Route path="/connections">
                <Connections token={person.token} returned={returned} onMenu={() => setMenu(true)} />
              </Route>
              <Route path="/preferences">
                <Preferences token={person.token} onLanguage={onLanguage} onForget={leave} onMenu={() => setMenu(true)} />
              </Route>
              <Route>
                <Chat
                  key={sessionId}
                  sessionId={sessionId}
                  token={person.token}
                  onMenu={() => setMenu(true)}
                  onNew={() => void begin()}
                  onSaid={onSaid}
                />
              </Route>
            </Switch>
          </Suspense>
        </TokenContext>
      )}
    </div>
  );
}

function Arriving({ problem, onRetry }: { problem: string | null; onRetry: () => void }) {
  return (
    <main className="grid flex-1 place-items-center p-6 text-center">
      {problem === null ? (
        <p className="flex items-center gap-2 text-muted">
          <Spinner /> {t("app.loading")}
        </p>
      ) : (
        <div role="alert" className="flex flex-col items-center gap-4">
          <Logo size={44} />
          <p>{problem}</p>
          <Button look="primary" onClick={onRetry}>
            {t("app.retry")}
          </Button>
        </div>
      )}
    </main>
  );
}
