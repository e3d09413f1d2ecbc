import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { keep, storedPerson, type Person } from "../state/person";
import { NotRenewed, renewed } from "./access";
import { listSessions } from "./rest";

const later = new Date(Date.now() + 3_600_000).toISOString();
const person = (number: number): Person => ({
  user_id: "ada",
  token: `token${number}`,
  expires_at: later,
  refresh_token: `refresh${number}`,
  refresh_expires_at: later,
});

function gatewayAnswering(...answers: Response[]) {
  const calls: { path: string; body: unknown; token: string | undefined }[] = [];
  vi.stubGlobal("fetch", (path: string, options: RequestInit) => {
    const headers = options.headers as Record<string, string>;
    const body: unknown = options.body ? JSON.parse(options.body as string) : null;
    calls.push({ path, body, token: headers["Authorization"] });
    const answer = answers.shift();
    return answer ? Promise.resolve(answer) : Promise.reject(new TypeError("unreachable"));
  });
  return calls;
}

const refusal = () => Response.json({ detail: "Too old.", code: "token_expired" }, { status: 401 });

beforeEach(() => {
  localStorage.clear();
  keep(person(1));
});
afterEach(() => vi.unstubAllGlobals());

it("is exchanged once, however many ask at a time", async () => {
  const calls = gatewayAnswering(Response.json(person(2)));
  expect(await Promise.all([renewed("token1"), renewed("token1")])).toEqual(["token2", "token2"]);
  expect(calls.map(({ body }) => body)).toEqual([{ refresh_token: "refresh1" }]);
  expect(storedPerson()?.refresh_token).toBe("refresh2");
});

it("is what another tab got, when that was faster", async () => {
  const calls = gatewayAnswering();
  keep(person(2));
  expect(await renewed("token1")).toBe("token2");
  expect(calls).toEqual([]);
});

it("says no for good only when the gateway does", async () => {
  gatewayAnswering(refusal());
  expect(await renewed("token1")).toBeNull();
  await expect(renewed("token1")).rejects.toBeInstanceOf(NotRenewed);
  expect(storedPerson()?.refresh_token).toBe("refresh1");
});

it("lets a call that came too late be made again", async () => {
  const calls = gatewayAnswering(
    refusal(),
    Response.json(person(2)),
    Response.json({ items: [], next_page_token: null }),
  );
  expect(await listSessions("token1")).toEqual([]);
  expect(calls.map(({ token }) => token)).toEqual(["Bearer token1", undefined, "Bearer token2"]);
});
