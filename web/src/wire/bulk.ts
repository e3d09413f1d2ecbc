/** The page's calls about bulk uploads. Each raises RequestFailed with a sentence for the person. */

import type { BulkPage, BulkView, StartedBulk } from "../generated/events";
import { t } from "../i18n";
import { call, problemOf, RequestFailed, send } from "./rest";

export type Steering = "confirm" | "pause" | "resume" | "cancel";

export async function listBulk(token: string): Promise<BulkView[]> {
  return (await call<BulkPage>("GET", "/bulk", token)).items;
}

export function readBulk(bulkId: string, token: string): Promise<BulkView> {
  return call("GET", `/bulk/${encodeURIComponent(bulkId)}`, token);
}

export function steerBulk(bulkId: string, how: Steering, token: string): Promise<BulkView> {
  return call("POST", `/bulk/${encodeURIComponent(bulkId)}/${how}`, token);
}

/** `key`: the same file under the same key is one upload, however often it is sent. */
export function uploadBulk(
  file: File,
  key: string,
  marketplaces: string[],
  token: string,
  onProgress: (fraction: number) => void,
): Promise<StartedBulk> {
  const query = new URLSearchParams({ file_name: file.name.slice(0, 200), marketplaces: marketplaces.join(",") });
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch does not tell how much has gone out
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onload = () => {
      if (request.status === 202) resolve(JSON.parse(request.responseText) as StartedBulk);
      else reject(new RequestFailed(problemOf(request.responseText), request.status));
    };
    request.onerror = () => reject(new RequestFailed(t("error.broke"), 0));
    request.open("POST", `/api/v1/jobs/bulk?${query}`);
    request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.setRequestHeader("Idempotency-Key", key);
    request.send(file);
  });
}

export async function fetchResult(bulkId: string, token: string): Promise<Blob> {
  const response = await send("GET", `/bulk/${encodeURIComponent(bulkId)}/result`, token);
  if (!response.ok) throw new RequestFailed(problemOf(await response.text()), response.status);
  return response.blob();
}
