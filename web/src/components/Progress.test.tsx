import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { ProgressData } from "../generated/events";
import { Progress } from "./Progress";

function search(status: ProgressData["status"], count: number): ProgressData {
  return { stage: "searching", message: "", marketplace: "ebay", status, count, elapsed_ms: 100 };
}

describe("a marketplace that has answered", () => {
  it.each([
    ["done", 0, 0],
    ["cached", 0, 0],
    ["done", 3, 1],
    ["cached", 3, 1],
  ] as const)("%s with %i offers shows %i ticks", (status, count, ticks) => {
    const { container } = render(<Progress stage={null} searches={[search(status, count)]} working={false} />);
    expect(screen.getByText(new RegExp(`${count} (found|cached)`))).toBeTruthy();
    expect(container.querySelectorAll("li svg").length).toBe(ticks);
  });
});
