/** The page's REST calls. Each raises RequestFailed with a sentence for the person. */

import type { Calls, Session, SessionPage, StoredMedia, TranscriptionResult } from "../generated/events";
import { language, t } from "../i18n";
import { NotRenewed, renewed } from "./access";

export type { Session };

/** `message` is a sentence for the person, from the gateway's problem document where it sent one. */
export class RequestFailed extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
    this.name = "RequestFailed";
  }
}

/** A new conversation: of the person whom the token names, or of a new guest. */
export async function createSession(token: string | null): Promise<Session> {
  try {
    return await ask("POST /sessions", token, {});
  } catch (error) {
    // The gateway's key is a new one, say: then the person is a new guest.
    if (error instanceof RequestFailed && error.status === 401 && token) return createSession(null);
    throw error;
  }
}

/** The tokens of this browser are taken no more. */
export function signOut(refreshToken: string): Promise<void> {
  return ask("POST /sessions/sign-out", null, { body: { refresh_token: refreshToken } });
}

export async function listSessions(token: string): Promise<SessionPage["items"]> {
  return (await ask("GET /sessions", token, {})).items;
}

export async function eraseSession(sessionId: string, token: string): Promise<void> {
  try {
    await ask("DELETE /sessions/{session_id}", token, { path: { session_id: sessionId } });
  } catch (error) {
    // Nothing was said in it yet, or another tab was faster.
    if (!(error instanceof RequestFailed && error.status === 404)) throw error;
  }
}

/** Asks the gateway, by the calls and types that its own OpenAPI names. */
export async function ask<R extends keyof Calls>(
  route: R,
  token: string | null,
  given: Calls[R]["given"],
): Promise<Calls[R]["answer"]> {
  const { path = {}, query = {}, body }: { path?: Values; query?: Values; body?: unknown } = given;
  const [method = "", pattern = ""] = route.split(" ");
  const place = pattern.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(path[name])));
  const named = Object.entries(query).filter(([, value]) => value != null);
  const search = new URLSearchParams(named.map(([name, value]) => [name, String(value)])).toString();
  const response = await send(method, search ? `${place}?${search}` : place, token, body);
  if (!response.ok) throw new RequestFailed(problemOf(await response.text()), response.status);
  return (response.status === 204 ? undefined : await response.json()) as Calls[R]["answer"];
}

type Values = Record<string, string | number | boolean | null | undefined>;

/** With a token that has ended, the call is made again with the next one. */
export async function send(method: string, path: string, token: string | null, body?: unknown): Promise<Response> {
  const response = await sendOnce(method, path, token, body);
  if (response.status !== 401 || token === null) return response;
  const next = await following(token);
  return next === null ? response : sendOnce(method, path, next, body);
}

async function following(token: string): Promise<string | null> {
  try {
    return await renewed(token);
  } catch (error) {
    if (error instanceof NotRenewed) throw new RequestFailed(t("error.unreachable"), 0);
    throw error;
  }
}

async function sendOnce(method: string, path: string, token: string | null, body?: unknown): Promise<Response> {
  const headers: Record<string, string> = { "Accept-Language": language() };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  try {
    return await fetch(`/api/v1${path}`, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
    });
  } catch (error) {
    if (error instanceof TypeError) throw new RequestFailed(t("error.unreachable"), 0);
    throw error;
  }
}

/** Names that were spoken of in the conversation are heard better, and what could be any language in the page's. */
export function transcribe(mediaId: string, sessionId: string, token: string): Promise<TranscriptionResult> {
  const given = { path: { media_id: mediaId }, query: { session_id: sessionId, language: language() } };
  return ask("POST /media/{media_id}/transcript", token, given);
}

/** XMLHttpRequest, because fetch does not tell how much of an upload has gone out. */
export function uploadMedia(
  file: Blob,
  token: string,
  onProgress: (fraction: number) => void,
): { done: Promise<StoredMedia>; abort: () => void } {
  const request = new XMLHttpRequest();
  const body = new FormData();
  body.append("file", file);
  let used = "";
  const start = (current: string) => {
    used = current;
    request.open("POST", "/api/v1/media");
    request.setRequestHeader("Authorization", `Bearer ${current}`);
    request.setRequestHeader("Accept-Language", language());
    request.send(body);
  };
  const done = new Promise<StoredMedia>((resolve, reject) => {
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onload = () => {
      const refusal = new RequestFailed(problemOf(request.responseText), request.status);
      if (request.status >= 200 && request.status < 300) {
        resolve(JSON.parse(request.responseText) as StoredMedia);
      } else if (request.status === 401 && used === token) {
        following(token).then((next) => (next === null ? reject(refusal) : start(next)), reject);
      } else {
        reject(refusal);
      }
    };
    request.onerror = () => reject(new RequestFailed(t("error.broke"), 0));
    request.onabort = () => reject(new RequestFailed(t("answer.stopped"), 0));
    start(token);
  });
  return { done, abort: () => request.abort() };
}

/** `thumb` is at most 320 pixels long. */
export async function fetchMedia(mediaId: string, token: string, size: "thumb" | "full"): Promise<Blob> {
  const query = size === "thumb" ? "?size=thumb" : "";
  const response = await send("GET", `/media/${encodeURIComponent(mediaId)}${query}`, token);
  if (!response.ok) throw new RequestFailed(problemOf(await response.text()), response.status);
  return response.blob();
}

/** RFC 9457: `detail` is the sentence, `title` the kind. */
export function problemOf(body: string): string {
  try {
    const problem: unknown = JSON.parse(body);
    if (typeof problem === "object" && problem !== null) {
      const { detail, title } = problem as { detail?: unknown; title?: unknown };
      if (typeof detail === "string") return detail;
      if (typeof title === "string") return title;
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return t("error.unknown");
}
