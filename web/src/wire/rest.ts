/** The few REST calls of the page: a session, a photo up, a photo down. */

import type { MediaRef } from "../generated/events";

export interface Session {
  session_id: string;
  user_id: string;
  token: string;
  expires_at: string;
}

export interface Upload extends MediaRef {
  content_type: string;
  size: number;
}

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
  let response: Response;
  try {
    response = await fetch("/api/v1/sessions", {
      method: "POST",
      headers: token ? { Authorization: `Bearer ${token}` } : {},
    });
  } catch (error) {
    if (error instanceof TypeError) throw new RequestFailed("TalknShop cannot be reached.", 0);
    throw error;
  }
  // The gateway's key is a new one, say: then the person is a new guest.
  if (response.status === 401 && token) return createSession(null);
  if (!response.ok) throw new RequestFailed(problemOf(await response.text()), response.status);
  return (await response.json()) as Session;
}

/** XMLHttpRequest, because fetch does not tell how much of an upload has gone out. */
export function uploadMedia(
  file: File,
  token: string,
  onProgress: (fraction: number) => void,
): { done: Promise<Upload>; abort: () => void } {
  const request = new XMLHttpRequest();
  const done = new Promise<Upload>((resolve, reject) => {
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) {
        resolve(JSON.parse(request.responseText) as Upload);
      } else {
        reject(new RequestFailed(problemOf(request.responseText), request.status));
      }
    };
    request.onerror = () => reject(new RequestFailed("The connection broke.", 0));
    request.onabort = () => reject(new RequestFailed("Stopped.", 0));
    request.open("POST", "/api/v1/media");
    request.setRequestHeader("Authorization", `Bearer ${token}`);
    const body = new FormData();
    body.append("file", file);
    request.send(body);
  });
  return { done, abort: () => request.abort() };
}

export async function fetchMedia(mediaId: string, token: string): Promise<Blob> {
  const response = await fetch(`/api/v1/media/${encodeURIComponent(mediaId)}`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  if (!response.ok) throw new RequestFailed(problemOf(await response.text()), response.status);
  return response.blob();
}

/** RFC 9457: `detail` is the sentence, `title` the kind. */
function problemOf(body: string): string {
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
  return "TalknShop could not do that just now.";
}
