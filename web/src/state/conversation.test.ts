import { describe, expect, it } from "vitest";
import type { ServerFrame } from "../wire/frames";
import { done, event, preview, said } from "../testing/events";
import { EMPTY, fold, isWorking, openPreview, openQuestion } from "./conversation";

const token = (turn_id: string, text: string, index: number, attempt = 1): ServerFrame => ({
  type: "token",
  turn_id,
  data: { token: text, index, attempt },
});

const question = (id: number, turn: string) =>
  event(id, turn, "clarification", {
    question_id: `q${id}`,
    question: "Which size?",
    field: "size",
    options: ["S", "L"],
    required: true,
  });

const job = (id: number, turn: string, status: "posting" | "live") =>
  event(id, turn, "job", {
    job_id: "j",
    title: "iPhone 13",
    status: "processing",
    marketplace_jobs: [
      {
        marketplace: "ebay",
        status,
        listing_id: "",
        confirmation_link: "",
        error: null,
        needs: null,
        warnings: [],
        expires_at: null,
        revision: 0,
        changed_at: null,
      },
    ],
  });

describe("an answer being written", () => {
  it("grows with its tokens and is replaced by the log's answer", () => {
    const writing = fold(EMPTY, [said(1, "t1", "hi"), token("t1", "Two ", 0), token("t1", "lap", 1)]);
    expect(writing.streams["t1"]?.text).toBe("Two lap");
    const written = fold(writing, [done(2, "t1", "Two laptops.")]);
    expect(written.streams["t1"]).toBeUndefined();
    expect(written.exchanges[0]?.parts).toMatchObject([{ kind: "answer", data: { message: "Two laptops." } }]);
  });

  it("starts again with another attempt, and ignores what the earlier one still sends", () => {
    const state = fold(EMPTY, [
      said(1, "t1", "hi"),
      token("t1", "Wro", 0, 1),
      token("t1", "Right", 0, 2),
      token("t1", "ng", 1, 1),
    ]);
    expect(state.streams["t1"]?.text).toBe("Right");
  });

  it("does not repeat tokens that come again after a reconnect", () => {
    const state = fold(EMPTY, [token("t1", "a", 0), token("t1", "b", 1), token("t1", "a", 0), token("t1", "c", 2)]);
    expect(state.streams["t1"]?.text).toBe("abc");
  });

  it("does not come back when a token arrives after the end", () => {
    const state = fold(EMPTY, [said(1, "t1", "hi"), done(2, "t1", "Done."), token("t1", "late", 0)]);
    expect(state.streams["t1"]).toBeUndefined();
  });
});

describe("the log", () => {
  it("gives the same page whether it comes at once or in pieces that overlap", () => {
    const log = [said(1, "t1", "hi"), question(2, "t1"), said(3, "t1", "L"), done(4, "t1", "Here.")];
    const inPieces = fold(fold(fold(EMPTY, log.slice(0, 3)), log.slice(1, 3)), log.slice(2));
    expect(inPieces).toEqual(fold(EMPTY, log));
  });

  it("keeps one card for a job, where it first appeared", () => {
    const state = fold(EMPTY, [
      said(1, "t1", "sell it"),
      preview(2, "t1"),
      job(3, "t1", "posting"),
      done(4, "t1", "Posting."),
      said(5, "t2", "thanks"),
      job(6, "t2", "live"),
    ]);
    const cards = state.exchanges.map(({ parts }) => parts.filter(({ kind }) => kind === "job"));
    expect(cards[0]).toMatchObject([{ data: { marketplace_jobs: [{ status: "live" }] }, spec: { title: "iPhone 13" } }]);
    expect(cards[1]).toEqual([]);
  });

  it("shows what another device said", () => {
    expect(fold(EMPTY, [said(1, "t1", "from the phone")]).exchanges[0]?.user?.message).toBe("from the phone");
  });

  it("goes on after an event of a kind that this page does not know", () => {
    const unknown = { ...said(1, "t1", ""), type: "hologram" } as unknown as ServerFrame;
    expect(fold(EMPTY, [unknown, said(2, "t1", "hi")]).exchanges).toHaveLength(1);
  });
});

it("puts news where they came in", () => {
  const news = event(4, "t1", "notification", { kind: "sold", title: "Sold!", body: "", link: "" });
  const state = fold(EMPTY, [said(1, "t1", "sell"), done(2, "t1", "Posting."), said(3, "t2", "a lamp"), news]);
  expect(state.exchanges[1]?.parts).toMatchObject([{ kind: "notification" }]);
});

describe("whose turn it is", () => {
  it("is the assistant's from the message to its answer", () => {
    const asked = fold(EMPTY, [said(1, "t1", "hi")]);
    expect(isWorking(asked)).toBe(true);
    expect(isWorking(fold(asked, [done(2, "t1", "Hello.")]))).toBe(false);
  });

  it("is the person's while a question is open, and free text closes it", () => {
    const asked = fold(EMPTY, [said(1, "t1", "hi"), question(2, "t1")]);
    expect(isWorking(asked)).toBe(false);
    expect(openQuestion(asked)?.question_id).toBe("q2");
    const answered = fold(asked, [said(3, "t1", "L")]);
    expect(openQuestion(answered)).toBeNull();
    expect(isWorking(answered)).toBe(true);
  });

  it("stays the person's when news come in while a question is open", () => {
    const state = fold(EMPTY, [said(1, "t1", "hi"), question(2, "t1"), job(3, "t0", "live")]);
    expect(openQuestion(state)?.question_id).toBe("q2");
  });

  it("is the person's again when a refused change brings the preview back", () => {
    const refused = event(3, "t1", "error", {
      error: { code: "invalid_listing", message: "price: too high.", details: {}, retryable: false },
    });
    const state = fold(EMPTY, [said(1, "t1", "sell"), preview(2, "t1"), refused, preview(4, "t1")]);
    expect(state.phases["t1"]).toBe("waiting");
    expect(openPreview(state)).toBe("4");
  });

  it("is not the assistant's again when a job reports after the answer", () => {
    const state = fold(EMPTY, [said(1, "t1", "sell"), done(2, "t1", "Posting."), job(3, "t1", "live")]);
    expect(isWorking(state)).toBe(false);
  });

  it("only the newest preview can be confirmed, and none once its job has begun", () => {
    const edited = fold(EMPTY, [said(1, "t1", "sell"), preview(2, "t1"), preview(3, "t1")]);
    expect(openPreview(edited)).toBe("3");
    expect(openPreview(fold(edited, [job(4, "t1", "posting")]))).toBeNull();
  });
});
