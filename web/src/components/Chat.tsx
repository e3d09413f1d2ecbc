/** One conversation on the screen. */

import { useCallback, useEffect, useLayoutEffect, useMemo, useRef } from "react";
import { language, t } from "../i18n";
import {
  isWorking,
  newestResults,
  openPreview,
  openQuestion,
  type Conversation,
  type Part,
} from "../state/conversation";
import type { Unsent } from "../state/outbox";
import { readsAloud } from "../state/preferences";
import { useDraft } from "../state/useDraft";
import { useConversation, type LiveConversation } from "../state/useConversation";
import { useUploads } from "../state/useUploads";
import type { Link } from "../wire/chatSocket";
import { Composer } from "./Composer";
import { EmptyState } from "./EmptyState";
import { ExchangeView, Said, type Hands } from "./ExchangeView";
import { AlertIcon, Logo, MenuIcon, PlusIcon, Spinner } from "./icons";
import { Toasts } from "./Toasts";
import { Button, IconButton, Note, OutLink } from "./ui";

interface Props {
  sessionId: string;
  token: string;
  onMenu: () => void;
  onNew: () => void;
  onSaid: (title: string) => void;
}

export function Chat({ sessionId, token, onMenu, onNew, onSaid }: Props) {
  const live = useConversation(sessionId, token, onSaid);
  const uploads = useUploads(token);
  const [draft, setDraft] = useDraft(sessionId);
  const { conversation, link } = live;
  const question = openQuestion(conversation);
  const preview = openPreview(conversation);
  const results = newestResults(conversation);
  const hands = useHands(live);
  const said = live.unsent.filter(({ command }) => command.type !== "action");
  const refusedActions = live.unsent.filter(
    ({ command, refusal }) => command.type === "action" && refusal !== undefined,
  );
  const empty = conversation.exchanges.length === 0 && said.length === 0;
  const lastKey = said.at(-1)?.command.message_id ?? conversation.exchanges.at(-1)?.key ?? "";
  const last = useScrollTo(lastKey, conversation);

  return (
      <main className="flex min-w-0 flex-1 flex-col">
        <Header conversation={conversation} onMenu={onMenu} onNew={onNew} />
        <LinkBanner link={link} onNew={onNew} onRetry={live.reconnect} />
        <div className="relative min-h-0 flex-1 overflow-y-auto [scrollbar-gutter:stable_both-edges]">
          <div className="mx-auto flex min-h-full w-full max-w-4xl flex-col gap-8 px-4 pt-4 pb-6 sm:px-6">
            {empty ? (
              link.status === "open" || link.status === "waiting" ? (
                <EmptyState
                  onPick={(prompt) => {
                    setDraft("");
                    live.say(prompt, []);
                  }}
                />
              ) : null
            ) : (
              <>
                <h1 className="sr-only">{titleOf(conversation) || t("nav.new")}</h1>
                <Forgotten conversation={conversation} />
                {conversation.exchanges.map((exchange, index) => {
                  const isLast = index === conversation.exchanges.length - 1;
                  const isLatestOfTurn = !conversation.exchanges
                    .slice(index + 1)
                    .some(({ turnId }) => turnId === exchange.turnId);
                  const current = isLatestOfTurn && exchange.turnId === conversation.currentTurn;
                  return (
                    <div
                      key={exchange.key}
                      ref={isLast && said.length === 0 ? last : undefined}
                      className={isLast && said.length === 0 ? "min-h-[calc(100dvh-13rem)] scroll-mt-4" : ""}
                    >
                      <ExchangeView
                        exchange={exchange}
                        stream={(isLatestOfTurn && conversation.streams[exchange.turnId]) || null}
                        working={current && isWorking(conversation)}
                        openQuestionId={question?.question_id ?? null}
                        openPreviewKey={preview}
                        newestResultsKey={results}
                        watches={conversation.watches}
                        hands={hands}
                      />
                    </div>
                  );
                })}
                {said.map((entry, index) => (
                  <div
                    key={entry.command.message_id}
                    ref={index === said.length - 1 ? last : undefined}
                    className={index === said.length - 1 ? "min-h-[calc(100dvh-13rem)] scroll-mt-4" : ""}
                  >
                    <Pending entry={entry} link={link} live={live} />
                  </div>
                ))}
              </>
            )}
          </div>
        </div>
        <div className="relative mx-auto flex w-full max-w-4xl flex-col gap-2 px-3 before:pointer-events-none before:absolute before:inset-x-0 before:bottom-full before:h-8 before:bg-linear-to-t before:from-paper before:to-transparent pb-[max(0.75rem,env(safe-area-inset-bottom))] sm:px-6">
          {[...refusedActions.map(({ refusal }) => refusal), live.complaint]
            .filter((text) => text != null)
            .map((text) => (
              <Note key={text} tone="bad">
                <span className="flex items-center justify-between gap-2">
                  {text}
                  <Button
                    small
                    look="quiet"
                    onClick={() => {
                      live.forgive();
                      refusedActions.forEach(({ command }) => live.discard(command.message_id));
                    }}
                  >
                    {t("app.dismiss")}
                  </Button>
                </span>
              </Note>
            ))}
          <Composer
            uploads={uploads}
            sessionId={sessionId}
            token={token}
            asked={question !== null}
            working={isWorking(conversation)}
            disabled={link.status === "refused"}
            draft={draft}
            onDraft={setDraft}
            onStop={live.stop}
            onSend={(text, media) => {
              if (question !== null && media.length === 0) live.answer(question.question_id, text);
              else live.say(text, media);
            }}
          />
        </div>
        <Announcer conversation={conversation} />
        <Toasts toasts={live.toasts} onDismiss={live.dismiss} />
      </main>
  );
}

/** The same functions for the whole life of the chat, so that a token redraws one exchange only. */
function useHands(live: LiveConversation): Hands {
  const latest = useRef(live);
  useLayoutEffect(() => {
    latest.current = live;
  });
  // isBusy must be asked anew whenever the outbox changes.
  const { unsent } = live;
  const isBusy = useCallback<Hands["isBusy"]>(
    (action, about) => (unsent.length > 0 ? latest.current.isBusy(action, about) : false),
    [unsent],
  );
  return useMemo(
    () => ({
      answer: (questionId, answer) => latest.current.answer(questionId, answer),
      refine: (message, requirement) => latest.current.refine(message, requirement),
      act: (action, payload) => latest.current.act(action, payload),
      hint: (action, payload) => latest.current.hint(action, payload),
      isBusy,
    }),
    [isBusy],
  );
}

/** A new exchange goes to the top of the screen, so that its answer is read from its beginning. */
function useScrollTo(lastKey: string, conversation: Conversation) {
  const last = useRef<HTMLDivElement>(null);
  const loaded = conversation.connected !== null;
  useEffect(() => {
    last.current?.scrollIntoView({ block: "start", behavior: loaded ? "smooth" : "instant" });
  }, [lastKey, loaded]);
  // The card of a job that was just confirmed comes below where the preview was.
  const jobs = conversation.exchanges.at(-1)?.parts.filter(({ kind }) => kind === "job").length ?? 0;
  const before = useRef({ lastKey, jobs });
  useEffect(() => {
    const isNew = before.current.lastKey === lastKey && jobs > before.current.jobs;
    before.current = { lastKey, jobs };
    const cards = isNew ? last.current?.querySelectorAll("[data-job]") : undefined;
    cards?.[cards.length - 1]?.scrollIntoView({ block: "nearest", behavior: "smooth" });
  }, [lastKey, jobs]);
  return last;
}

function titleOf(conversation: Conversation): string {
  return conversation.exchanges.find(({ user }) => user?.message)?.user?.message ?? "";
}

function Header({
  conversation,
  onMenu,
  onNew,
}: {
  conversation: Conversation;
  onMenu: () => void;
  onNew: () => void;
}) {
  const workflow = conversation.connected?.temporal_ui_url;
  return (
    <header className="flex min-h-14 items-center gap-1 px-2 sm:px-4">
      <IconButton label={t("nav.open")} className="lg:hidden" onClick={onMenu}>
        <MenuIcon />
      </IconButton>
      <span className="flex shrink-0 items-center gap-2 font-semibold tracking-tight lg:hidden">
        <Logo size={24} /> TalknShop
      </span>
      <span className="flex-1" />
      {workflow && (
        <OutLink href={workflow} className="min-w-0 px-2 text-right text-[0.8125rem] leading-tight">
          {t("chat.temporal")}
        </OutLink>
      )}
      <IconButton label={t("nav.new")} className="lg:hidden" onClick={onNew}>
        <PlusIcon />
      </IconButton>
    </header>
  );
}

function LinkBanner({ link, onNew, onRetry }: { link: Link; onNew: () => void; onRetry: () => void }) {
  if (link.status === "open" || link.status === "connecting") return null;
  const refused = link.status === "refused";
  return (
    <div
      role="status"
      className={`mx-auto mb-2 flex w-[calc(100%-2rem)] max-w-3xl items-center justify-between gap-3 rounded-full px-4 py-1.5 text-sm ${refused ? "bg-bad-tint text-bad" : "bg-warn-tint text-warn"}`}
    >
      <span className="flex items-center gap-2">
        {refused ? <AlertIcon /> : <Spinner />}
        {refused ? link.reason : `${link.reason} ${t("link.kept")}`}
      </span>
      <Button small look="quiet" onClick={refused ? onNew : onRetry}>
        {t(refused ? "nav.new" : "link.tryNow")}
      </Button>
    </div>
  );
}

function Forgotten({ conversation }: { conversation: Conversation }) {
  if ((conversation.connected?.first_available ?? 1) <= 1) return null;
  return <p className="text-center text-sm text-muted">{t("chat.older")}</p>;
}

function Pending({ entry, link, live }: { entry: Unsent; link: Link; live: LiveConversation }) {
  const { command, refusal } = entry;
  if (command.type === "action") return null;
  const data = {
    message: command.type === "answer" ? command.answer : command.message,
    message_id: command.message_id,
    media: command.type === "answer" ? [] : command.media,
  };
  return (
    <Said data={data}>
      {refusal === undefined ? (
        <p className="text-xs text-muted">{t(link.status === "open" ? "chat.sending" : "chat.willBeSent")}</p>
      ) : (
        <div className="flex flex-wrap items-center justify-end gap-2 text-sm text-bad">
          <span>{t("chat.notSent", { reason: refusal })}</span>
          <Button small onClick={() => live.resend(command.message_id)}>
            {t("app.retry")}
          </Button>
          <Button small look="quiet" onClick={() => live.discard(command.message_id)}>
            {t("chat.remove")}
          </Button>
        </div>
      )}
    </Said>
  );
}

/** Reads out what has been finished, once; the answer in the page would be read token by token. */
function Announcer({ conversation }: { conversation: Conversation }) {
  const part = conversation.exchanges.at(-1)?.parts.findLast(
    ({ kind }) => kind === "answer" || kind === "clarification" || kind === "error",
  );
  const text =
    part?.kind === "answer"
      ? part.data.message
      : part?.kind === "clarification"
        ? part.data.question
        : part?.kind === "error"
          ? part.error.message
          : "";
  useSpoken(part?.kind === "answer" ? part : null, conversation.connected !== null);
  return (
    <div aria-live="polite" className="sr-only">
      {text}
    </div>
  );
}

/** Reads a new answer aloud where the person asked for it; not the one that a page opens with. */
function useSpoken(answer: Extract<Part, { kind: "answer" }> | null, loaded: boolean): void {
  const spoken = useRef<string | null>(null);
  const [key, text] = [answer?.key ?? null, answer?.data.message ?? ""];
  useEffect(() => {
    const isNews = loaded && spoken.current !== null && key !== null && key !== spoken.current;
    if (loaded) spoken.current = key ?? "";
    if (!isNews || !readsAloud() || !("speechSynthesis" in window)) return;
    const utterance = new SpeechSynthesisUtterance(text);
    utterance.lang = language();
    speechSynthesis.cancel();
    speechSynthesis.speak(utterance);
  }, [key, text, loaded]);
}
