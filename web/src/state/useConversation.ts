/** One conversation, live: the folded log, the link's state, and what the person can do. */

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { MediaRef, NotificationData } from "../generated/events";
import { ChatSocket, type Link } from "../wire/chatSocket";
import {
  isLogged,
  type ActionName,
  type Command,
  type ServerFrame,
} from "../wire/frames";
import { EMPTY, fold, type Conversation } from "./conversation";
import { loadOutbox, storeOutbox, type Unsent } from "./outbox";
import { update, type KnownSession } from "./sessions";

export interface Toast {
  key: string;
  data: NotificationData;
}

export interface LiveConversation {
  conversation: Conversation;
  link: Link;
  unsent: Unsent[];
  toasts: Toast[];
  /** The gateway's complaint about something that cannot be tied to one message. */
  complaint: string | null;
  say(message: string, media: MediaRef[]): void;
  answer(questionId: string, answer: string): void;
  act(action: ActionName, payload: Record<string, unknown>): void;
  isBusy(action: ActionName, about?: Record<string, unknown>): boolean;
  stop(): void;
  resend(messageId: string): void;
  discard(messageId: string): void;
  dismiss(key: string): void;
  forgive(): void;
  reconnect(): void;
}

// Frames that come close together (tokens, the log on a reload) are drawn together.
const GATHER_MS = 16;

export function useConversation(session: KnownSession, onTitle: () => void): LiveConversation {
  const [conversation, setConversation] = useState<Conversation>(EMPTY);
  const [link, setLink] = useState<Link>({ status: "connecting" });
  const [unsent, setUnsent] = useState<Unsent[]>(() => loadOutbox(session.session_id));
  const [toasts, setToasts] = useState<Toast[]>([]);
  const [complaint, setComplaint] = useState<string | null>(null);
  const outbox = useRef(unsent);
  const socket = useRef<ChatSocket | null>(null);

  const change = useCallback(
    (edit: (unsent: Unsent[]) => Unsent[]) => {
      outbox.current = edit(outbox.current);
      storeOutbox(session.session_id, outbox.current);
      setUnsent(outbox.current);
    },
    [session.session_id],
  );

  useEffect(() => {
    let gathered: ServerFrame[] = [];
    let timer: number | undefined;
    let title = session.title;
    let seen = session.seen;

    const draw = () => {
      const frames = gathered;
      gathered = [];
      timer = undefined;
      setConversation((before) => fold(before, frames));
      change((before) => withoutTaken(before, frames));
      for (const frame of frames) {
        if (isLogged(frame)) note(frame.event_id, frame);
        else if (frame.type === "error") refuse(frame.data.error);
      }
      if (seen > session.seen) update(session.session_id, { seen });
    };

    const note = (eventId: number, frame: ServerFrame) => {
      if (frame.type === "user_message" && title === "" && frame.data.message !== "") {
        title = frame.data.message.slice(0, 80);
        update(session.session_id, { title });
        onTitle();
      }
      if (frame.type === "notification" && eventId > seen) {
        const toast = { key: String(eventId), data: frame.data };
        setToasts((before) => [...before, toast].slice(-4));
      }
      seen = Math.max(seen, eventId);
    };

    const refuse = (error: { message: string; details?: Record<string, unknown> }) => {
      const waiting = outbox.current.filter((entry) => entry.refusal === undefined);
      const named = error.details?.["message_id"];
      const id = typeof named === "string" ? named : onlyOne(waiting)?.command.message_id;
      if (!waiting.some((entry) => entry.command.message_id === id)) {
        setComplaint(error.message);
        return;
      }
      change((before) =>
        before.map((entry) =>
          entry.command.message_id === id ? { ...entry, refusal: error.message } : entry,
        ),
      );
    };

    const live = new ChatSocket(
      { sessionId: session.session_id, token: session.token },
      {
        frame: (frame) => {
          gathered.push(frame);
          timer ??= window.setTimeout(draw, GATHER_MS);
        },
        link: setLink,
      },
      () =>
        outbox.current
          .filter((entry) => entry.refusal === undefined)
          .map((entry) => entry.command),
    );
    socket.current = live;
    setConversation(EMPTY);
    live.open();
    return () => {
      window.clearTimeout(timer);
      live.close();
      socket.current = null;
    };
  }, [session, change, onTitle]);

  return useMemo(() => {
    const post = (command: Command) => {
      change((before) => [...before, { command }]);
      socket.current?.send(command);
      update(session.session_id, { updated_at: new Date().toISOString() });
    };
    return {
      conversation,
      link,
      unsent,
      toasts,
      complaint,
      say: (message, media) => post({ type: "message", message, message_id: newId(), media }),
      answer: (questionId, answer) =>
        post({ type: "answer", question_id: questionId, answer, message_id: newId() }),
      act: (action, payload) => post({ type: "action", action, payload, message_id: newId() }),
      isBusy: (action, about = {}) =>
        unsent.some(
          ({ command, refusal }) =>
            refusal === undefined &&
            command.type === "action" &&
            command.action === action &&
            Object.entries(about).every(([name, value]) => command.payload[name] === value),
        ),
      stop: () => void socket.current?.send({ type: "cancel" }),
      resend: (messageId) => {
        change((before) =>
          before.map((entry) =>
            entry.command.message_id === messageId ? { command: entry.command } : entry,
          ),
        );
        const entry = outbox.current.find((each) => each.command.message_id === messageId);
        if (entry) socket.current?.send(entry.command);
      },
      discard: (messageId) =>
        change((before) => before.filter((entry) => entry.command.message_id !== messageId)),
      dismiss: (key) => setToasts((before) => before.filter((toast) => toast.key !== key)),
      forgive: () => setComplaint(null),
      reconnect: () => socket.current?.retryNow(),
    };
  }, [conversation, link, unsent, toasts, complaint, change, session.session_id]);
}

/** What was said is taken once the log shows it; an action, once the log goes on. */
function withoutTaken(unsent: Unsent[], frames: ServerFrame[]): Unsent[] {
  const logged = frames.filter(isLogged);
  const taken = new Set(
    logged.map((frame) => (frame.type === "user_message" ? frame.data.message_id : "")),
  );
  const left = unsent.filter(
    ({ command, refusal }) =>
      !taken.has(command.message_id) &&
      (command.type !== "action" || refusal !== undefined || logged.length === 0),
  );
  return left.length === unsent.length ? unsent : left;
}

function onlyOne<T>(values: T[]): T | undefined {
  return values.length === 1 ? values[0] : undefined;
}

function newId(): string {
  // randomUUID exists only on https and localhost; a phone may come over plain http.
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
