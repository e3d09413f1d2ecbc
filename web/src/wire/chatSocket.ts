/** One conversation's socket: connects, resumes after the last event, and delivers the outbox. */

import { t } from "../i18n";
import type { Key } from "../i18n/en";
import { backoffMs } from "./backoff";
import { isLogged, parseFrame, type ClientFrame, type Command, type ServerFrame } from "./frames";

export type Link =
  | { status: "connecting" }
  | { status: "open" }
  | { status: "waiting"; reason: string }
  | { status: "refused"; reason: string };

export interface Address {
  sessionId: string;
  token: string;
}

export interface Listener {
  frame(frame: ServerFrame): void;
  link(link: Link): void;
}

export interface Clock {
  set(callback: () => void, ms: number): number;
  clear(timer: number): void;
}

const PING_EVERY_MS = 25_000;
const SILENCE_IS_DEATH_MS = 40_000;

// What the gateway says with a close code, and whether asking again can help.
const REFUSALS: Record<number, Key> = {
  4401: "link.expired",
  4403: "link.notYours",
};
const DELAYS: Record<number, { reason: Key; failures: number }> = {
  4408: { reason: "link.idle", failures: 0 },
  4429: { reason: "link.tooMany", failures: 5 },
  1012: { reason: "link.restarting", failures: 0 },
};

const browserClock: Clock = {
  set: (callback, ms) => window.setTimeout(callback, ms),
  clear: (timer) => window.clearTimeout(timer),
};

export class ChatSocket {
  private socket: WebSocket | null = null;
  private failures = 0;
  private lastEventId = 0;
  private timer: number | undefined;
  private heartbeat: number | undefined;
  private heardAt = 0;
  private closed = false;

  constructor(
    private readonly address: Address,
    private readonly listener: Listener,
    private readonly outbox: () => Command[],
    private readonly clock: Clock = browserClock,
  ) {}

  open(): void {
    window.addEventListener("online", this.retryNow);
    document.addEventListener("visibilitychange", this.retryWhenSeen);
    this.connect();
  }

  close(): void {
    this.closed = true;
    window.removeEventListener("online", this.retryNow);
    document.removeEventListener("visibilitychange", this.retryWhenSeen);
    this.stopTimers();
    this.socket?.close(1000);
    this.socket = null;
  }

  /** False when there is no connection: a command in the outbox then goes out with the next one. */
  send(frame: ClientFrame): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) {
      this.retryNow();
      return false;
    }
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  readonly retryNow = (): void => {
    if (this.closed || this.socket !== null) return;
    this.clock.clear(this.timer ?? 0);
    this.connect();
  };

  private readonly retryWhenSeen = (): void => {
    if (document.visibilityState === "visible") this.retryNow();
  };

  private connect(): void {
    this.listener.link({ status: "connecting" });
    const socket = new WebSocket(this.url());
    this.socket = socket;
    socket.onmessage = (message) => this.receive(message.data);
    socket.onclose = (event) => {
      if (this.socket === socket) this.lost(event.code);
    };
  }

  private url(): string {
    const url = new URL("/ws/chat", window.location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    url.searchParams.set("session_id", this.address.sessionId);
    url.searchParams.set("token", this.address.token);
    url.searchParams.set("last_event_id", String(this.lastEventId));
    return url.href;
  }

  private receive(text: unknown): void {
    this.heardAt = Date.now();
    const frame = parseFrame(text);
    if (frame === null || frame.type === "pong") return;
    if (frame.type === "connected") this.ready();
    if (isLogged(frame)) {
      if (frame.event_id <= this.lastEventId) return;
      this.lastEventId = frame.event_id;
    }
    this.listener.frame(frame);
  }

  private ready(): void {
    this.failures = 0;
    this.listener.link({ status: "open" });
    for (const command of this.outbox()) this.send(command);
    this.clock.clear(this.heartbeat ?? 0);
    this.beat();
  }

  // A phone that changes networks leaves a socket that looks open and says nothing.
  private beat(): void {
    this.heartbeat = this.clock.set(() => {
      if (Date.now() - this.heardAt > SILENCE_IS_DEATH_MS) {
        this.socket?.close();
        this.lost(1006);
        return;
      }
      this.send({ type: "ping" });
      this.beat();
    }, PING_EVERY_MS);
  }

  private lost(code: number): void {
    this.socket = null;
    this.stopTimers();
    if (this.closed) return;
    const refusal = REFUSALS[code];
    if (refusal !== undefined) {
      this.closed = true;
      this.listener.link({ status: "refused", reason: t(refusal) });
      return;
    }
    const delay = DELAYS[code];
    this.failures = Math.max(this.failures + 1, delay?.failures ?? 0);
    const nothing = navigator.onLine ? "link.lost" : "link.offline";
    this.listener.link({ status: "waiting", reason: t(delay?.reason ?? nothing) });
    this.timer = this.clock.set(() => this.connect(), backoffMs(this.failures - 1));
  }

  private stopTimers(): void {
    this.clock.clear(this.timer ?? 0);
    this.clock.clear(this.heartbeat ?? 0);
  }
}
