/** What a person does with posted listings from the pages beside the conversation. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Act, IsBusy } from "../components/JobCard";
import type { ListingSpec } from "../generated/events";
import type { ActionName } from "../wire/frames";
import { cancelJob, editJob, markSold, relistListing, retryListing, withdrawListing } from "../wire/jobs";

// What was done to one listing reaches the others in this time: sold here, it is taken down there.
const FRESH_MS = 20_000;

interface Command {
  action: ActionName;
  payload: Record<string, unknown>;
}

export interface JobActions {
  act: Act;
  isBusy: IsBusy;
  error: Error | null;
  /** Whether something was done just now, so that looking often is worth it. */
  isFresh: () => boolean;
}

export function useJobActions(token: string): JobActions {
  const queries = useQueryClient();
  const mutation = useMutation({
    mutationFn: (command: Command) => carryOut(command, token),
    onSettled: () =>
      Promise.all(["jobs", "job"].map((name) => queries.invalidateQueries({ queryKey: [name] }))),
  });
  return {
    act: (action, payload) => mutation.mutate({ action, payload }),
    isBusy: (action, about) =>
      mutation.isPending &&
      mutation.variables.action === action &&
      Object.entries(about).every(([name, value]) => mutation.variables.payload[name] === value),
    error: mutation.error,
    isFresh: () => Date.now() - mutation.submittedAt < FRESH_MS,
  };
}

async function carryOut({ action, payload }: Command, token: string): Promise<void> {
  const { job_id, marketplace, ...rest } = payload;
  const job = String(job_id);
  const path = { job_id: job, marketplace: String(marketplace) };
  switch (action) {
    case "cancel_job":
      await cancelJob(job, token);
      return;
    case "retry_listing":
      await retryListing(path, rest, token);
      return;
    case "withdraw_listing":
      await withdrawListing(path, rest["done_by_person"] === true, token);
      return;
    case "edit_job":
      await editJob(job, payload["changes"] as Partial<ListingSpec>, token);
      return;
    case "relist_listing":
      await relistListing(path, token);
      return;
    case "mark_sold":
      await markSold(path, Number(rest["quantity"] ?? 1), token);
      return;
    default:
      throw new Error(`${action} is not something to do with a posted listing`);
  }
}
