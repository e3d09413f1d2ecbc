/** The page: which conversation is open, and the list of the others. */

import { useCallback, useEffect, useState } from "react";
import { Chat } from "./components/Chat";
import { Logo, Spinner } from "./components/icons";
import { Sidebar } from "./components/Sidebar";
import { Button, Note } from "./components/ui";
import {
  currentSession,
  forget,
  knownSessions,
  makeCurrent,
  remember,
  type KnownSession,
} from "./state/sessions";
import { createSession, RequestFailed } from "./wire/rest";

export function App() {
  const [session, setSession] = useState<KnownSession | null>(currentSession);
  const [sessions, setSessions] = useState<KnownSession[]>(knownSessions);
  const [problem, setProblem] = useState<string | null>(null);
  const [menu, setMenu] = useState(false);
  const refresh = useCallback(() => setSessions(knownSessions()), []);

  const begin = useCallback(async () => {
    setProblem(null);
    setMenu(false);
    try {
      const token = knownSessions()[0]?.token ?? null;
      setSession(remember(await createSession(token)));
      refresh();
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      setProblem(error.message);
    }
  }, [refresh]);

  const none = session === null;
  useEffect(() => {
    if (none) void begin();
  }, [none, begin]);

  const open = (known: KnownSession) => {
    makeCurrent(known.session_id);
    setSession(known);
    setMenu(false);
    refresh();
  };

  const drop = (known: KnownSession) => {
    forget(known.session_id);
    refresh();
    if (known.session_id === session?.session_id) setSession(knownSessions()[0] ?? null);
  };

  return (
    <div className="flex h-dvh">
      <Sidebar
        sessions={sessions}
        currentId={session?.session_id ?? null}
        open={menu}
        onNew={() => void begin()}
        onOpen={open}
        onForget={drop}
        onClose={() => setMenu(false)}
      />
      {session !== null && problem !== null && (
        <div className="fixed inset-x-4 top-4 z-30 mx-auto max-w-md" role="alert">
          <Note tone="bad">
            <span className="flex items-center justify-between gap-2">
              {problem}
              <Button small look="quiet" onClick={() => setProblem(null)}>
                Dismiss
              </Button>
            </span>
          </Note>
        </div>
      )}
      {session === null ? (
        <main className="grid flex-1 place-items-center p-6 text-center">
          {problem === null ? (
            <p className="flex items-center gap-2 text-muted">
              <Spinner /> One moment…
            </p>
          ) : (
            <div role="alert" className="flex flex-col items-center gap-4">
              <Logo size={44} />
              <p>{problem}</p>
              <Button look="primary" onClick={() => void begin()}>
                Try again
              </Button>
            </div>
          )}
        </main>
      ) : (
        <Chat
          key={session.session_id}
          session={session}
          onMenu={() => setMenu(true)}
          onNew={() => void begin()}
          onTitle={refresh}
        />
      )}
    </div>
  );
}
