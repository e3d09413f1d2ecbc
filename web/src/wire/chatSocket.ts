/** One conversation's socket: connects, resumes after the last event, and delivers the outbox. */

import { language, t } from "../i18n";
import type { Key } from "../i18n/en";
import { NotRenewed } from "./access";
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
  /** The token after the one given; null when the person has to come in anew. */
  renew(stale: string): Promise<string | null>;
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
const UNAUTHENTICATED = 4401;
const REFUSALS: Record<number, Key> = {
  [UNAUTHENTICATED]: "link.expired",
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
  private token: string;
  private renewedFor: string | null = null;

  constructor(
    private readonly address: Address,
    private readonly listener: Listener,
    private readonly outbox: () => Command[],
    private readonly clock: Clock = browserClock,
  ) {
    this.token = address.token;
  }

  open(): void {
    window.addEventListener("online", this.retryNow);
    window.addEventListener("offline", this.cutOff);
    document.addEventListener("visibilitychange", this.retryWhenSeen);
    this.connect();
  }

  close(): void {
    this.closed = true;
    window.removeEventListener("online", this.retryNow);
    window.removeEventListener("offline", this.cutOff);
    document.removeEventListener("visibilitychange", this.retryWhenSeen);
    this.stopTimers();
    this.socket?.close(1000);
    this.socket = null;
  }

  /** The connection stays, and the gateway is told in it. */
  renew(token: string): void {
    if (token === this.token) return;
    this.token = token;
    if (this.socket?.readyState === WebSocket.OPEN) this.send({ type: "auth", token });
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

  // The socket itself would look open for up to a minute, and the person believe that it is sent.
  private readonly cutOff = (): void => {
    if (this.closed || this.socket === null) return;
    this.socket.close();
    this.lost(1006);
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
    url.searchParams.set("token", this.token);
    url.searchParams.set("last_event_id", String(this.lastEventId));
    url.searchParams.set("language", language());
    return url.href;
  }

  private receive(text: unknown): void {
    this.heardAt = Date.now();
    const frame = parseFrame(text);
    if (frame === null || frame.type === "pong" || frame.type === "renewed") return;
    if (frame.type === "error" && frame.data.error.code === "token_expired") return; // then it closes
    if (frame.type === "connected") this.ready();
    if (isLogged(frame)) {
      if (frame.event_id <= this.lastEventId) return;
      this.lastEventId = frame.event_id;
    }
    this.listener.frame(frame);
  }

  private ready(): void {
    this.failures = 0;
    this.renewedFor = null;
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
    if (code === UNAUTHENTICATED && this.renewedFor === null) {
      void this.signInAgain();
      return;
    }
    const refusal = REFUSALS[code];
    if (refusal !== undefined) this.refused(refusal);
    else this.wait(code);
  }

  /** Once for each connection that was refused: a new token that is not taken either is no help. */
  private async signInAgain(): Promise<void> {
    this.renewedFor = this.token;
    this.listener.link({ status: "connecting" });
    let token: string | null;
    try {
      token = await this.address.renew(this.token);
    } catch (error) {
      if (!(error instanceof NotRenewed)) throw error;
      this.renewedFor = null;
      if (!this.closed) this.wait(1006);
      return;
    }
    if (this.closed || this.socket !== null) return;
    if (token === null) {
      this.refused("link.expired");
      return;
    }
    this.token = token;
    this.connect();
  }

  private refused(reason: Key): void {
    this.closed = true;
    this.listener.link({ status: "refused", reason: t(reason) });
  }

  private wait(code: number): void {
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
