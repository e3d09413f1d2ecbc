/** The page's calls about posted listings. Each raises RequestFailed with a sentence for the person. */

import type { JobPage, JobPageDetails, JobView, ListingSpec, MarketplaceJob } from "../generated/events";
import { ask } from "./rest";

export function listJobs(token: string, pageToken: string | null): Promise<JobPage> {
  return ask("GET /jobs", token, { query: { page_token: pageToken } });
}

export function readJob(jobId: string, token: string): Promise<JobPageDetails> {
  return ask("GET /jobs/{job_id}", token, { path: { job_id: jobId } });
}

export function editJob(jobId: string, changes: Partial<ListingSpec>, token: string): Promise<JobView> {
  return ask("POST /jobs/{job_id}/edit", token, { path: { job_id: jobId }, body: changes });
}

export function cancelJob(jobId: string, token: string): Promise<JobView> {
  return ask("POST /jobs/{job_id}/cancel", token, { path: { job_id: jobId } });
}

export interface ListingPath {
  job_id: string;
  marketplace: string;
}

/** `answer`: url, done, again or changes, as the contract's `retry_listing` has them. */
export function retryListing(path: ListingPath, answer: Record<string, unknown>, token: string): Promise<MarketplaceJob> {
  return ask("POST /jobs/{job_id}/listings/{marketplace}/retry", token, { path, body: answer });
}

export function withdrawListing(path: ListingPath, byPerson: boolean, token: string): Promise<MarketplaceJob> {
  const query = { done_by_person: byPerson };
  return ask("POST /jobs/{job_id}/listings/{marketplace}/withdraw", token, { path, query });
}

export function markSold(path: ListingPath, quantity: number, token: string): Promise<MarketplaceJob> {
  return ask("POST /jobs/{job_id}/listings/{marketplace}/mark-sold", token, { path, query: { quantity } });
}

export function relistListing(path: ListingPath, token: string): Promise<MarketplaceJob> {
  return ask("POST /jobs/{job_id}/listings/{marketplace}/relist", token, { path });
}

/** Everything of the person's that waits for no more than another attempt. */
export function retryAll(token: string): Promise<{ retried: number; refused: number }> {
  return ask("POST /jobs/retry", token, { body: {} });
}
