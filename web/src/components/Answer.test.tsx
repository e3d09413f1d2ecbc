import { fireEvent, render, screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import type { DoneData } from "../generated/events";
import { done } from "../testing/events";
import { Answer } from "./Answer";

const ANSWER = done(1, "t1", "Three offers.").data as DoneData;
const SIZE = { item_id: "size-00000001", field: "attributes", value: "42", text: "I assumed size 42, as last time." };

it("says what was filled in from memory, and where that can be changed", () => {
  render(<Answer data={{ ...ANSWER, remembered: [SIZE] }} />);
  expect(screen.getByText(SIZE.text)).toBeTruthy();
  expect(screen.getByRole("link", { name: "What I remember" }).getAttribute("href")).toContain("/memory");
});

it("does not say it twice", () => {
  render(<Answer data={{ ...ANSWER, message: `Three offers. ${SIZE.text}`, remembered: [SIZE] }} />);
  expect(screen.getAllByText(/I assumed size 42/)).toHaveLength(1);
});

it("takes back at once what was filled in", () => {
  const onUnwanted = vi.fn();
  render(<Answer data={{ ...ANSWER, message: SIZE.text, remembered: [SIZE] }} onUnwanted={onUnwanted} />);
  fireEvent.click(screen.getByRole("button", { name: "Don't use 42" }));
  expect(onUnwanted).toHaveBeenCalledWith(SIZE);
});

it("offers no way back from what newer offers have taken the place of", () => {
  render(<Answer data={{ ...ANSWER, remembered: [SIZE] }} />);
  expect(screen.queryByRole("button")).toBeNull();
});

it("says nothing of memory where nothing came from it", () => {
  render(<Answer data={ANSWER} />);
  expect(screen.queryByRole("link")).toBeNull();
});
