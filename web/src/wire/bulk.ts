/** The page's calls about bulk uploads. Each raises RequestFailed with a sentence for the person. */

import type { BulkView, Calls, StartedBulk } from "../generated/events";
import { language, t } from "../i18n";
import { ask, problemOf, RequestFailed, send } from "./rest";

export type Steering = Calls["POST /bulk/{bulk_id}/{how}"]["given"]["path"]["how"];

export async function listBulk(token: string): Promise<BulkView[]> {
  return (await ask("GET /bulk", token, {})).items;
}

export function readBulk(bulkId: string, token: string): Promise<BulkView> {
  return ask("GET /bulk/{bulk_id}", token, { path: { bulk_id: bulkId } });
}

export function steerBulk(bulkId: string, how: Steering, token: string): Promise<BulkView> {
  return ask("POST /bulk/{bulk_id}/{how}", token, { path: { bulk_id: bulkId, how } });
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
    request.setRequestHeader("Accept-Language", language());
    request.send(file);
  });
}

export async function fetchResult(bulkId: string, token: string): Promise<Blob> {
  const response = await send("GET", `/bulk/${encodeURIComponent(bulkId)}/result`, token);
  if (!response.ok) throw new RequestFailed(problemOf(await response.text()), response.status);
  return response.blob();
}
