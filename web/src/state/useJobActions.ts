/** What a person does with posted listings from the pages beside the conversation. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Act, IsBusy } from "../components/JobCard";
import type { ListingSpec } from "../generated/events";
import type { ActionName } from "../wire/frames";
import { actOnListing, cancelJob, editJob } from "../wire/rest";

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
  const [job, place] = [String(job_id), String(marketplace)];
  switch (action) {
    case "cancel_job":
      await cancelJob(job, token);
      return;
    case "retry_listing":
      await actOnListing(job, place, "retry", token, rest);
      return;
    case "withdraw_listing":
      await actOnListing(job, place, "withdraw", token, rest);
      return;
    case "edit_job":
      await editJob(job, payload["changes"] as Partial<ListingSpec>, token);
      return;
    case "relist_listing":
      await actOnListing(job, place, "relist", token);
      return;
    case "mark_sold":
      await actOnListing(job, place, "mark-sold", token, rest);
      return;
    default:
      throw new Error(`${action} is not something to do with a posted listing`);
  }
}
