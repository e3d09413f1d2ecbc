import { describe, expect, it } from "vitest";
import { marketplaceName, money, webAddress } from "./format";

describe("an address that a stranger wrote", () => {
  it.each(["javascript:alert(1)", "data:text/html,x", "//evil.example", "vbscript:x", "", null])(
    "%j leads nowhere",
    (address) => expect(webAddress(address)).toBeNull(),
  );
  it.each(["https://www.ebay.com/itm/1", "http://127.0.0.1:1234/x", "/api/v1/x"])(
    "%s is kept",
    (address) => expect(webAddress(address)).toBe(address),
  );
});

it("writes money in its own currency, and survives one that does not exist", () => {
  expect(money(650, "USD")).toBe("$650");
  expect(money(19.9, "USD")).toBe("$19.90");
  expect(money(5, "?")).toBe("5 ?");
});

it("names a marketplace that it has never heard of", () => {
  expect(marketplaceName("swap_shop")).toBe("Swap shop");
});
