import { fireEvent, render, screen, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import type { JobData, MarketplaceJob, Needs } from "../generated/events";
import { SPEC } from "../testing/events";
import { JobCard } from "./JobCard";
import { eventName, Timeline } from "./Timeline";

const ROW: MarketplaceJob = {
  marketplace: "ebay",
  status: "live",
  listing_id: "1",
  confirmation_link: "https://example.com/1",
  error: null,
  needs: null,
  warnings: [],
  expires_at: null,
  revision: 0,
  changed_at: null,
};
const ABOUT = { job_id: "j1", marketplace: "ebay" };

function show(row: Partial<MarketplaceJob>, more: { stock?: number; changesOne?: boolean } = {}) {
  const act = vi.fn();
  const data: JobData = { job_id: "j1", title: "iPhone 13", status: "processing", marketplace_jobs: [{ ...ROW, ...row }] };
  render(<JobCard data={data} spec={SPEC} act={act} isBusy={() => false} {...more} />);
  return act;
}

function needing(needs: Partial<Needs>) {
  const waits = { code: "rejected" as const, message: "Something.", actions: [], handoff: null, reminders: 0 };
  return show({ status: "needs_action", needs: { ...waits, ...needs } });
}

const press = (name: string | RegExp) => fireEvent.click(screen.getByRole("button", { name }));

describe("what is sold out", () => {
  const rows = [
    { ...ROW, status: "sold" as const },
    { ...ROW, marketplace: "craigslist", status: "withdrawn" as const },
  ];
  const data: JobData = { job_id: "j1", title: "iPhone 13", status: "completed", marketplace_jobs: rows };
  const open = (stock: number | null) =>
    render(<JobCard data={data} spec={SPEC} stock={stock} act={() => undefined} isBusy={() => false} />);

  it.each([null, 0])("says where, and is not put up again (%s left)", (stock) => {
    open(stock);
    expect(screen.getByText("Sold: eBay")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Put up again" })).toBeNull();
  });

  it("is put up again when a sale was cancelled", () => {
    open(1);
    expect(screen.getByRole("button", { name: "Put up again" })).toBeTruthy();
  });
});

describe("what needs the person", () => {
  it("is tried again", () => {
    const act = needing({ actions: ["retry"] });
    press("Try again");
    expect(act).toHaveBeenCalledWith("retry_listing", ABOUT);
  });

  it("is posted again once the person has looked for it in vain", () => {
    const act = needing({ code: "in_doubt", actions: ["confirm_url", "retry", "cancel"] });
    press("It is not there: post again");
    expect(act).toHaveBeenCalledWith("retry_listing", { ...ABOUT, again: true });
  });

  it("is done by hand", () => {
    const act = needing({ actions: ["done", "confirm_url", "cancel"] });
    press("I did it");
    expect(act).toHaveBeenCalledWith("retry_listing", { ...ABOUT, done: true });
  });

  it("is told by its address", () => {
    const act = needing({ code: "handoff", actions: ["confirm_url", "cancel"] });
    const url = "https://poshmark.com/listing/1";
    fireEvent.change(screen.getByLabelText("Address of the listing that you posted"), { target: { value: url } });
    press("It's posted");
    expect(act).toHaveBeenCalledWith("retry_listing", { ...ABOUT, url });
  });

  it("is changed on this marketplace only", () => {
    const act = needing({ actions: ["retry", "edit", "cancel"] });
    press("Change and post again");
    fireEvent.change(screen.getByLabelText("Title"), { target: { value: "Shorter" } });
    press("Save changes");
    expect(act).toHaveBeenCalledWith("retry_listing", { ...ABOUT, changes: { title: "Shorter" } });
  });

  it("is given up, or was taken down by hand", () => {
    const given = needing({ actions: ["retry", "cancel"] });
    press("Don't post here");
    expect(given).toHaveBeenCalledWith("withdraw_listing", ABOUT);
    const taken = needing({ actions: ["cancel"] });
    press("I took it down");
    expect(taken).toHaveBeenCalledWith("withdraw_listing", { ...ABOUT, done_by_person: true });
  });
});

describe("a live listing", () => {
  it("is sold only after a question, since it comes down elsewhere", async () => {
    const act = show({});
    press("Mark sold");
    expect(act).not.toHaveBeenCalled();
    const asked = within(await screen.findByRole("alertdialog"));
    fireEvent.click(asked.getByRole("button", { name: "Mark sold" }));
    expect(act).toHaveBeenCalledWith("mark_sold", { ...ABOUT, quantity: 1 });
  });

  it("is sold in the number that the person says, and not in more than there are", async () => {
    const act = show({}, { stock: 5 });
    press("Mark sold");
    const asked = within(await screen.findByRole("alertdialog"));
    fireEvent.change(asked.getByRole("spinbutton"), { target: { value: "9" } });
    fireEvent.click(asked.getByRole("button", { name: "Mark sold" }));
    expect(act).toHaveBeenCalledWith("mark_sold", { ...ABOUT, quantity: 5 });
  });

  it("is changed here alone where the page offers that", () => {
    const act = show({}, { changesOne: true });
    press("Change here");
    fireEvent.change(screen.getByLabelText("Price"), { target: { value: "600" } });
    press("Save changes");
    expect(act).toHaveBeenCalledWith("retry_listing", { ...ABOUT, changes: { price: 600 } });
  });

  it("is put up again once it is down", () => {
    const act = show({ status: "expired" });
    press("Put up again");
    expect(act).toHaveBeenCalledWith("relist_listing", ABOUT);
  });
});

describe("what happened", () => {
  it.each([
    ["live", "Live"],
    ["sale counted", "Sold"],
    ["sale to_revoke", "Sold once too often: please cancel it there"],
    ["cancelled", "Taken down everywhere"],
    ["edited: price, title", "Edited: price and title"],
    ["something_new", "Something new"],
  ])("%s reads %s", (event, text) => expect(eventName(event)).toBe(text));

  it("stands in its order, each with its time", () => {
    const at = "2026-01-01T12:00:00Z";
    render(<Timeline entries={["posting", "live"].map((event) => ({ at, marketplace: "ebay", event }))} />);
    expect(screen.getAllByRole("listitem").map(({ textContent }) => textContent)).toEqual([
      expect.stringMatching(/^eBayPosting…/),
      expect.stringMatching(/^eBayLive/),
    ]);
  });
});
