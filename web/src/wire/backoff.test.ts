import { expect, it } from "vitest";
import { backoffMs } from "./backoff";

it("waits longer after each failure, up to a bound", () => {
  const waits = [0, 1, 2, 3].map((failures) => backoffMs(failures, 1));
  expect(waits).toEqual([400, 800, 1600, 3200]);
  expect(backoffMs(1000, 1)).toBe(20_000);
});

it("spreads many clients over time", () => {
  expect(backoffMs(3, 0)).toBe(backoffMs(3, 1) / 2);
});
