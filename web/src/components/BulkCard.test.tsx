import { fireEvent, render, screen, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import type { BulkView } from "../generated/events";
import { BulkCard } from "./BulkCard";

const BULK: BulkView = {
  bulk_id: "b1",
  user_id: "u1",
  session_id: "",
  file_name: "attic.csv",
  status: "awaiting_confirmation",
  total: 3,
  good: 2,
  bad: 1,
  started: 0,
  live: 0,
  needs_action: 0,
  failed: 0,
  errors: [{ line: 4, field: "price", rule: "Must be above zero.", marketplace: "ebay" }],
  ignored_columns: ["colour of the sky"],
  message: "",
  has_result: false,
  created_at: "2026-01-01T12:00:00Z",
};

function show(bulk: Partial<BulkView>) {
  const onSteer = vi.fn();
  render(<BulkCard bulk={{ ...BULK, ...bulk }} token="" busy={false} onSteer={onSteer} />);
  return onSteer;
}

describe("a bulk upload", () => {
  it("names each error by line, field and marketplace, and asks before it posts", () => {
    const onSteer = show({});
    const table = within(screen.getByRole("table"));
    expect(table.getByRole("row", { name: "4 price eBay: Must be above zero." })).toBeTruthy();
    expect(screen.getByText(/colour of the sky/)).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "Post 2 listings" }));
    expect(onSteer).toHaveBeenCalledWith("confirm");
  });

  it("is paused while it posts and goes on when it is paused", () => {
    const onSteer = show({ status: "posting", started: 1 });
    fireEvent.click(screen.getByRole("button", { name: "Pause" }));
    expect(onSteer).toHaveBeenLastCalledWith("pause");
    show({ status: "paused", started: 1 });
    fireEvent.click(screen.getByRole("button", { name: "Go on" }));
  });

  it("asks once more before what runs is cancelled", async () => {
    const onSteer = show({ status: "posting", started: 1 });
    fireEvent.click(screen.getByRole("button", { name: "Cancel the upload" }));
    expect(onSteer).not.toHaveBeenCalled();
    const asked = within(await screen.findByRole("alertdialog"));
    fireEvent.click(asked.getByRole("button", { name: "Cancel the upload" }));
    expect(onSteer).toHaveBeenCalledWith("cancel");
  });

  it("says how far it is", () => {
    show({ status: "posting", good: 10, started: 6, live: 3, needs_action: 1, failed: 1 });
    expect(screen.getByRole("progressbar")).toHaveProperty("value", 5);
    expect(screen.getByText("5 to go")).toBeTruthy();
    expect(screen.getByText("1 needs you")).toBeTruthy();
  });

  it("says that there are more errors than are shown", () => {
    show({ bad: 70 });
    expect(screen.getByText(/the result file has all of them/)).toBeTruthy();
  });

  it("shows nothing to do once it has ended, but its result", () => {
    show({ status: "completed", has_result: true, started: 2, live: 2 });
    expect(screen.getAllByRole("button").map(({ textContent }) => textContent?.trim())).toEqual(["Save the result"]);
  });
});
