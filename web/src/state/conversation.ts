/** The conversation as the page shows it, folded from the log's events: pure, so a reload rebuilds it. */

import type {
  BulkView,
  ClarificationData,
  ConversationEvent,
  DoneData,
  ErrorBody,
  JobData,
  ListingPreviewData,
  ListingSpec,
  NotificationData,
  ProgressData,
  Recommendation,
  ResultsData,
  UserMessageData,
  Watch,
} from "../generated/events";
import { isLogged, type ConnectedData, type ServerFrame, type TokenData } from "../wire/frames";

export type Part =
  | { kind: "clarification"; key: string; data: ClarificationData }
  | { kind: "results"; key: string; data: ResultsData }
  | { kind: "preview"; key: string; data: ListingPreviewData }
  /** `spec`: what was posted, when the conversation still shows it. */
  | { kind: "job"; key: string; data: JobData; spec: ListingSpec | null }
  | { kind: "bulk"; key: string; bulk: BulkView }
  | { kind: "recommendations"; key: string; items: Recommendation[] }
  | { kind: "notification"; key: string; data: NotificationData }
  | { kind: "error"; key: string; error: ErrorBody }
  | { kind: "answer"; key: string; data: DoneData };

/** One thing the person said, and everything that came of it. `user` is null when it is not kept. */
export interface Exchange {
  key: string;
  turnId: string;
  user: UserMessageData | null;
  stage: ProgressData | null;
  searches: ProgressData[];
  parts: Part[];
}

/** The answer of a turn while it is written. `next` is the index of the token to come. */
export interface Stream {
  attempt: number;
  next: number;
  text: string;
}

/** `waiting`: for the person. `failed`: an error came, and unlike `finished` more may follow it. */
export type Phase = "working" | "waiting" | "failed" | "finished";

export interface Conversation {
  lastEventId: number;
  connected: ConnectedData | null;
  exchanges: Exchange[];
  streams: Record<string, Stream>;
  phases: Record<string, Phase>;
  currentTurn: string;
  /** The price alerts that began here, by the offer's marketplace and product_id. */
  watches: Record<string, Watch>;
}

export const EMPTY: Conversation = {
  lastEventId: 0,
  connected: null,
  exchanges: [],
  streams: {},
  phases: {},
  currentTurn: "",
  watches: {},
};

export function fold(state: Conversation, frames: readonly ServerFrame[]): Conversation {
  return frames.reduce(step, state);
}

function step(state: Conversation, frame: ServerFrame): Conversation {
  if (isLogged(frame)) {
    if (frame.event_id <= state.lastEventId) return state;
    return applied({ ...state, lastEventId: frame.event_id }, frame);
  }
  if (frame.type === "connected") return { ...state, connected: frame.data };
  if (frame.type === "token") return streamed(state, frame.turn_id, frame.data);
  return state;
}

function applied(state: Conversation, event: ConversationEvent): Conversation {
  const key = String(event.event_id);
  switch (event.type) {
    case "user_message":
      return entered(begun(state, event.turn_id, key, event.data), event.turn_id, "working");
    case "progress":
      return entered(progressed(state, event.turn_id, key, event.data), event.turn_id, "working");
    case "clarification":
      return entered(
        added(state, event.turn_id, { kind: "clarification", key, data: event.data }),
        event.turn_id,
        "waiting",
      );
    case "listing_preview":
      return entered(
        added(state, event.turn_id, { kind: "preview", key, data: event.data }),
        event.turn_id,
        "waiting",
      );
    case "results":
      return added(state, event.turn_id, { kind: "results", key, data: event.data });
    case "recommendations":
      return added(state, event.turn_id, { kind: "recommendations", key, items: event.data.items });
    case "job":
      return withJob(state, event.turn_id, key, event.data);
    case "bulk":
      return withBulk(state, event.turn_id, key, event.data.bulk);
    case "watch":
      return watched(state, event.data.watch);
    case "notification":
      return noted(state, event.turn_id, key, event.data);
    case "error":
      return entered(
        added(state, event.turn_id, { kind: "error", key, error: event.data.error }),
        event.turn_id,
        "failed",
      );
    case "done":
      return entered(
        answered(state, event.turn_id, key, event.data),
        event.turn_id,
        "finished",
      );
    default:
      return state; // a newer gateway's event: its successors still count
  }
}

/** A finished turn only starts again with something that the person said. */
function entered(state: Conversation, turnId: string, phase: Phase): Conversation {
  const finished = state.phases[turnId] === "finished";
  const last = state.exchanges.at(-1);
  const spoken = last?.turnId === turnId && last.user !== null && last.parts.length === 0;
  if (finished && phase !== "finished" && !spoken) return state;
  return { ...state, currentTurn: turnId, phases: { ...state.phases, [turnId]: phase } };
}

function begun(
  state: Conversation,
  turnId: string,
  key: string,
  user: UserMessageData | null,
): Conversation {
  const exchange = { key, turnId, user, stage: null, searches: [], parts: [] };
  return { ...state, exchanges: [...state.exchanges, exchange] };
}

function progressed(
  state: Conversation,
  turnId: string,
  key: string,
  data: ProgressData,
): Conversation {
  return inExchange(state, turnId, key, (exchange) => {
    if (!data.marketplace) return { ...exchange, stage: data };
    const others = exchange.searches.filter((row) => row.marketplace !== data.marketplace);
    const known = others.length < exchange.searches.length;
    const searches = known
      ? exchange.searches.map((row) => (row.marketplace === data.marketplace ? data : row))
      : [...exchange.searches, data];
    return { ...exchange, searches };
  });
}

function added(state: Conversation, turnId: string, part: Part): Conversation {
  return inExchange(state, turnId, part.key, (exchange) => ({
    ...exchange,
    parts: [...exchange.parts, part],
  }));
}

/** A job has one card, where it first appeared; later news of it change that card. */
function withJob(state: Conversation, turnId: string, key: string, data: JobData): Conversation {
  const card: Part = { kind: "job", key, data, spec: newestDraft(state) };
  return withCard(state, turnId, card, (part) =>
    part.kind === "job" && part.data.job_id === data.job_id ? { ...part, data } : null,
  );
}

function withBulk(state: Conversation, turnId: string, key: string, bulk: BulkView): Conversation {
  return withCard(state, turnId, { kind: "bulk", key, bulk }, (part) =>
    part.kind === "bulk" && part.bulk.bulk_id === bulk.bulk_id ? { ...part, bulk } : null,
  );
}

/** `change` gives the card as it is now, and null for every other part. */
function withCard(
  state: Conversation,
  turnId: string,
  card: Part,
  change: (part: Part) => Part | null,
): Conversation {
  let found = false;
  const exchanges = state.exchanges.map((exchange) => {
    if (!exchange.parts.some((part) => change(part) !== null)) return exchange;
    found = true;
    return { ...exchange, parts: exchange.parts.map((part) => change(part) ?? part) };
  });
  return found ? { ...state, exchanges } : added(state, hostOf(state, turnId), card);
}

function watched(state: Conversation, watch: Watch): Conversation {
  const offer = `${watch.marketplace}/${watch.product_id}`;
  const { [offer]: _, ...others } = state.watches;
  return { ...state, watches: watch.status === "watching" ? { ...others, [offer]: watch } : others };
}

/** The turn whose exchange shows news of that turn: the last one, when its own is not there. */
function hostOf(state: Conversation, turnId: string): string {
  const isShown = state.exchanges.some((exchange) => exchange.turnId === turnId);
  return isShown ? turnId : (state.exchanges.at(-1)?.turnId ?? turnId);
}

function newestDraft(state: Conversation): ListingSpec | null {
  const parts = state.exchanges.flatMap((exchange) => exchange.parts);
  return parts.findLast((part) => part.kind === "preview")?.data.listing_spec ?? null;
}

/** News stand where they came in, not with the turn long ago that they belong to. */
function noted(
  state: Conversation,
  turnId: string,
  key: string,
  data: NotificationData,
): Conversation {
  const part: Part = { kind: "notification", key, data };
  return added(state, state.exchanges.at(-1)?.turnId ?? turnId, part);
}

function answered(state: Conversation, turnId: string, key: string, data: DoneData): Conversation {
  const { [turnId]: written, ...streams } = state.streams;
  // A stopped answer keeps what had been written, unless the log says something else.
  const message = data.message || (data.cancelled ? (written?.text ?? "") : "");
  const part: Part = { kind: "answer", key, data: { ...data, message } };
  return added({ ...state, streams }, turnId, part);
}

function streamed(state: Conversation, turnId: string, token: TokenData): Conversation {
  if (state.phases[turnId] === "finished") return state;
  const attempt = token.attempt ?? 0;
  const current = state.streams[turnId];
  if (current !== undefined && attempt < current.attempt) return state;
  const isSame = current !== undefined && attempt === current.attempt;
  const stream = isSame ? current : { attempt, next: 0, text: "" };
  if (token.index < stream.next) return state; // sent again after a reconnect
  const grown = { attempt, next: token.index + 1, text: stream.text + token.token };
  return { ...state, streams: { ...state.streams, [turnId]: grown } };
}

function inExchange(
  state: Conversation,
  turnId: string,
  key: string,
  change: (exchange: Exchange) => Exchange,
): Conversation {
  const at = state.exchanges.findLastIndex((exchange) => exchange.turnId === turnId);
  if (at < 0) return inExchange(begun(state, turnId, key, null), turnId, key, change);
  const exchanges = state.exchanges.map((each, index) => (index === at ? change(each) : each));
  return { ...state, exchanges };
}

export function isWorking(state: Conversation): boolean {
  return state.phases[state.currentTurn] === "working";
}

/** The question that waits for an answer: the last thing that its turn did, whatever news came. */
export function openQuestion(state: Conversation): ClarificationData | null {
  const last = state.exchanges.findLast((exchange) => exchange.turnId === state.currentTurn);
  const part = last?.parts.findLast(({ kind }) => !["job", "bulk", "notification"].includes(kind));
  const waits = state.phases[state.currentTurn] === "waiting";
  return waits && part?.kind === "clarification" ? part.data : null;
}

/** The key of the results whose wishes can be changed: the newest. */
export function newestResults(state: Conversation): string | null {
  const parts = state.exchanges.flatMap((exchange) => exchange.parts);
  return parts.findLast(({ kind }) => kind === "results")?.key ?? null;
}

/** The key of the preview that may still be confirmed: the newest, until its job has begun. */
export function openPreview(state: Conversation): string | null {
  const parts = state.exchanges.flatMap((exchange) => exchange.parts);
  const at = parts.findLastIndex((part) => part.kind === "preview");
  const after = at < 0 ? [] : parts.slice(at + 1);
  const settled = after.some(
    (part) => part.kind === "job" || (part.kind === "answer" && part.data.cancelled),
  );
  return at < 0 || settled ? null : (parts[at]?.key ?? null);
}
