/** A page before a gateway that a test plays: what it is asked, and what it answers. */

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import { vi } from "vitest";
import type { Calls } from "../generated/events";

export type Answers = { [R in keyof Calls]?: Calls[R]["answer"] | ((body: unknown) => Calls[R]["answer"]) };

/** Renders `page`; the list that it gives grows by "METHOD /path body" with each call. */
export function openPage(page: ReactNode, answers: Answers): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", (address: string, { method = "GET", body }: RequestInit) => {
    const path = address.replace("/api/v1", "");
    asked.push([method, path, body].filter(Boolean).join(" "));
    const route = Object.keys(answers).find((each) => matches(each, `${method} ${path}`)) as keyof Calls | undefined;
    if (route === undefined) {
      const problem = { title: "not_found", detail: `The test has no answer for ${method} ${path}.` };
      return Promise.resolve(Response.json(problem, { status: 404 }));
    }
    const answer: unknown = answers[route];
    const given: unknown = typeof answer === "function" ? (answer as (body: unknown) => unknown)(parsed(body)) : answer;
    return Promise.resolve(method === "DELETE" ? new Response(null, { status: 204 }) : Response.json(given));
  });
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(<QueryClientProvider client={queries}>{page}</QueryClientProvider>);
  return asked;
}

function matches(route: string, called: string): boolean {
  const pattern = route.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{\w+\}/g, "[^/]+");
  return new RegExp(`^${pattern}(\\?.*)?$`).test(called);
}

function parsed(body: unknown): unknown {
  return typeof body === "string" ? JSON.parse(body) : undefined;
}
