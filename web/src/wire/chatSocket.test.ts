import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { NotRenewed } from "./access";
import { ChatSocket, type Link } from "./chatSocket";
import type { Command, ServerFrame } from "./frames";
import { done, said } from "../testing/events";

/** The browser's side of a socket, driven by the test: what the gateway would do, it does. */
class FakeSocket {
  static made: FakeSocket[] = [];
  static readonly OPEN = 1;
  readyState = 0;
  sent: { type: string; message_id?: string }[] = [];
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor(readonly url: string) {
    FakeSocket.made.push(this);
  }
  send(text: string) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.readyState = 3;
  }
  greet(...frames: ServerFrame[]) {
    this.readyState = 1;
    this.deliver({ type: "connected", data: { message: "", stage: "initial" } }, ...frames);
  }
  deliver(...frames: ServerFrame[]) {
    frames.forEach((frame) => this.onmessage?.({ data: JSON.stringify(frame) }));
  }
  drop(code: number) {
    this.readyState = 3;
    this.onclose?.({ code });
  }
  resumesAfter() {
    return new URL(this.url).searchParams.get("last_event_id");
  }
}

const HELLO: Command = { type: "message", message: "hello", message_id: "m1", media: [] };

// Each hears the window's events until it is closed.
const opened: ChatSocket[] = [];

const nobody = () => Promise.resolve(null);

function connected(outbox: Command[] = [], renew: (stale: string) => Promise<string | null> = nobody) {
  const frames: ServerFrame[] = [];
  const links: Link[] = [];
  const timers: (() => void)[] = [];
  const socket = new ChatSocket(
    { sessionId: "s", token: "t", renew },
    { frame: (frame) => frames.push(frame), link: (link) => links.push(link) },
    () => outbox,
    { set: (callback) => timers.push(callback), clear: () => undefined },
  );
  socket.open();
  opened.push(socket);
  const latest = () => FakeSocket.made.at(-1)!;
  return { socket, frames, links, latest, letTimePass: () => timers.pop()?.() };
}

describe("the socket", () => {
  const real = globalThis.WebSocket;
  beforeEach(() => {
    FakeSocket.made = [];
    globalThis.WebSocket = FakeSocket as unknown as typeof WebSocket;
  });
  afterEach(() => {
    opened.splice(0).forEach((socket) => socket.close());
    globalThis.WebSocket = real;
  });

  it("rebuilds from the beginning, and resumes after the last event when the connection was lost", () => {
    const { latest, letTimePass, links } = connected();
    expect(latest().resumesAfter()).toBe("0");
    latest().greet(said(1, "t1", "hi"), done(2, "t1", "Hello."));
    latest().drop(1006);
    expect(links.at(-1)?.status).toBe("waiting");
    letTimePass();
    expect(latest().resumesAfter()).toBe("2");
  });

  it("knows at once that the network is gone, and goes on when it is back", () => {
    const { latest, links } = connected();
    latest().greet(said(1, "t1", "hi"));
    window.dispatchEvent(new Event("offline"));
    expect(links.at(-1)?.status).toBe("waiting");
    window.dispatchEvent(new Event("online"));
    expect(FakeSocket.made).toHaveLength(2);
    expect(latest().resumesAfter()).toBe("1");
  });

  it("hands an event over once, however often it arrives", () => {
    const { latest, frames } = connected();
    latest().greet(said(1, "t1", "hi"), said(1, "t1", "hi"));
    expect(frames.filter(({ type }) => type === "user_message")).toHaveLength(1);
  });

  it("sends what waited in the outbox, again with the same message id, at each connection", () => {
    const { socket, latest, letTimePass } = connected([HELLO]);
    expect(socket.send(HELLO)).toBe(false);
    latest().greet();
    expect(latest().sent).toMatchObject([{ message_id: "m1" }]);
    latest().drop(1012);
    letTimePass();
    latest().greet();
    expect(latest().sent).toMatchObject([{ message_id: "m1" }]);
  });

  it("goes on with the next token when one has ended, after the last event", async () => {
    const asked: string[] = [];
    const { latest } = connected([], (stale) => Promise.resolve(`after ${asked[asked.push(stale) - 1]}`));
    latest().greet(said(1, "t1", "hi"));
    latest().drop(4401);
    await vi.waitFor(() => expect(FakeSocket.made).toHaveLength(2));
    expect(asked).toEqual(["t"]);
    expect(new URL(latest().url).searchParams.get("token")).toBe("after t");
    expect(latest().resumesAfter()).toBe("1");
  });

  it("gives up when the next token is not taken either", async () => {
    const { latest, links } = connected([], () => Promise.resolve("another"));
    latest().drop(4401);
    await vi.waitFor(() => expect(FakeSocket.made).toHaveLength(2));
    latest().drop(4401);
    expect(links.at(-1)?.status).toBe("refused");
  });

  it("waits, and keeps its token, while the gateway cannot be asked for the next one", async () => {
    const { latest, links, letTimePass } = connected([], () => Promise.reject(new NotRenewed()));
    latest().drop(4401);
    await vi.waitFor(() => expect(links.at(-1)?.status).toBe("waiting"));
    letTimePass();
    expect(new URL(latest().url).searchParams.get("token")).toBe("t");
  });

  it("tells the gateway a newer token in the connection there is", () => {
    const { socket, latest } = connected();
    latest().greet();
    socket.renew("t2");
    expect(latest().sent.at(-1)).toEqual({ type: "auth", token: "t2" });
    expect(FakeSocket.made).toHaveLength(1);
  });

  it("does not try again where it is not let in", async () => {
    const { latest, links, letTimePass } = connected();
    latest().drop(4401);
    await vi.waitFor(() => expect(links.at(-1)?.status).toBe("refused"));
    letTimePass();
    expect(links.at(-1)?.status).toBe("refused");
    expect(FakeSocket.made).toHaveLength(1);
  });

  it("lives through a frame that is no frame", () => {
    const { latest, frames } = connected();
    latest().greet();
    latest().onmessage?.({ data: "<html>" });
    latest().deliver(said(1, "t1", "hi"));
    expect(frames.at(-1)?.type).toBe("user_message");
  });
});
