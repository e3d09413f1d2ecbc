/** One conversation, live: the folded log, the link's state, and what the person can do. */

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { MediaRef, NotificationData, RequirementSpec } from "../generated/events";
import { renewed } from "../wire/access";
import { ChatSocket, type Link } from "../wire/chatSocket";
import {
  isLogged,
  type ActionName,
  type Command,
  type ServerFrame,
} from "../wire/frames";
import { newId } from "../wire/ids";
import { EMPTY, fold, type Conversation } from "./conversation";
import { loadOutbox, storeOutbox, type Unsent } from "./outbox";

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
  /** Search again with the wishes as the person changed them; `message` says what was changed. */
  refine(message: string, requirement: RequirementSpec): void;
  answer(questionId: string, answer: string): void;
  act(action: ActionName, payload: Record<string, unknown>): void;
  isBusy(action: ActionName, about?: Record<string, unknown>): boolean;
  /** Is not kept when there is no connection, and nothing is said when it is refused. */
  hint(action: ActionName, payload: Record<string, unknown>): void;
  stop(): void;
  resend(messageId: string): void;
  discard(messageId: string): void;
  dismiss(key: string): void;
  forgive(): void;
  reconnect(): void;
}

// Frames that come close together (tokens, the log on a reload) are drawn together.
const GATHER_MS = 16;

/** `onSaid` is told what the person said first, and of every answer: then the list has changed. */
export function useConversation(
  sessionId: string,
  token: string,
  onSaid: (title: string) => void,
): LiveConversation {
  const [conversation, setConversation] = useState<Conversation>(EMPTY);
  const [link, setLink] = useState<Link>({ status: "connecting" });
  const [unsent, setUnsent] = useState<Unsent[]>(() => loadOutbox(sessionId));
  const [toasts, setToasts] = useState<Toast[]>([]);
  const [complaint, setComplaint] = useState<string | null>(null);
  const outbox = useRef(unsent);
  const socket = useRef<ChatSocket | null>(null);
  const hints = useRef(new Set<string>());
  const newest = useRef(token);

  useEffect(() => {
    newest.current = token;
    socket.current?.renew(token);
  }, [token]);

  const change = useCallback(
    (edit: (unsent: Unsent[]) => Unsent[]) => {
      outbox.current = edit(outbox.current);
      storeOutbox(sessionId, outbox.current);
      setUnsent(outbox.current);
    },
    [sessionId],
  );

  useEffect(() => {
    let gathered: ServerFrame[] = [];
    let timer: number | undefined;
    let title = "";
    // Everything that the log held when the page was opened has been seen or is on the page.
    let seen: number | null = null;

    const draw = () => {
      const frames = gathered;
      gathered = [];
      timer = undefined;
      setConversation((before) => fold(before, frames));
      change((before) => withoutTaken(before, frames));
      for (const frame of frames) {
        if (isLogged(frame)) note(frame.event_id, frame);
        else if (frame.type === "error") refuse(frame.data.error);
        else if (frame.type === "connected") seen ??= frame.data.last_event_id ?? 0;
      }
    };

    const note = (eventId: number, frame: ServerFrame) => {
      if (frame.type === "user_message" && title === "" && frame.data.message !== "") {
        title = frame.data.message.slice(0, 80);
        onSaid(title);
      }
      if (frame.type === "notification" && seen !== null && eventId > seen) {
        const toast = { key: String(eventId), data: frame.data };
        setToasts((before) => [...before, toast].slice(-4));
      }
    };

    const refuse = (error: { message: string; details?: Record<string, unknown> }) => {
      const waiting = outbox.current.filter((entry) => entry.refusal === undefined);
      const named = error.details?.["message_id"];
      if (typeof named === "string" && hints.current.has(named)) return;
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
      { sessionId, token: newest.current, renew: renewed },
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
  }, [sessionId, change, onSaid]);

  return useMemo(() => {
    const post = (command: Command) => {
      // On a phone, news would cover the answer.
      if (command.type !== "action") setToasts([]);
      change((before) => [...before, { command }]);
      socket.current?.send(command);
    };
    return {
      conversation,
      link,
      unsent,
      toasts,
      complaint,
      say: (message, media) => post({ type: "message", message, message_id: newId(), media }),
      refine: (message, requirement) =>
        post({ type: "message", message, message_id: newId(), media: [], requirement }),
      answer: (questionId, answer) =>
        post({ type: "answer", question_id: questionId, answer, message_id: newId() }),
      act: (action, payload) => post({ type: "action", action, payload, message_id: newId() }),
      hint: (action, payload) => {
        const message_id = newId();
        hints.current.add(message_id);
        socket.current?.send({ type: "action", action, payload, message_id });
      },
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
  }, [conversation, link, unsent, toasts, complaint, change]);
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
