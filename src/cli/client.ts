import type { Readable } from "node:stream";
import type { Command } from "commander";
import { request } from "undici";
import type { TimelineEntry } from "../drivers/chat/timeline.ts";
import type { ControlView, Words } from "../core/control-contract.ts";
import { CallerError } from "../core/errors.ts";
import type { Order } from "../core/order.ts";
import type { WhatIf } from "../core/plan/what-if.ts";
import type { Reason } from "../core/step.ts";
import type { Status } from "../api/status.ts";
import type { Why } from "../api/why.ts";
import type { Trace } from "../planet/trace.ts";
import { badUsage } from "./ask.ts";
import { readRunFile } from "../runtime/run-file.ts";

/** Houston's API for the commands: typed answers, and errors that say the fix. */
export type HoustonClient = {
  readonly api: string;
  status(): Promise<Status>;
  view(): Promise<ControlView>;
  timeline(since?: number): Promise<readonly TimelineEntry[]>;
  why(location: string, at?: number): Promise<Why>;
  plan(without?: string): Promise<WhatIf>;
  trace(id: string): Promise<Trace>;
  /** Throws `CallerError` when Houston refuses it. */
  order(by: string, order: Order): Promise<{ readonly words: readonly Words[]; readonly reasons: readonly Reason[] }>;
  /** What Houston decided on; with a location: what its node read. */
  recording(question: {
    readonly location?: string;
    readonly since?: number;
    readonly until?: number;
  }): Promise<Readable>;
};

export type ConnectOptions = { readonly api?: string; readonly token?: string };

const ANSWER_WITHIN_MS = 10_000;

/** Adds the options by which a command finds Houston. */
export function withConnection(command: Command): Command {
  return command
    .option("--api <url>", "Houston's API; else HOUSTON_API, else what `houston up` left")
    .option("--token <token>", "the token for orders; else HOUSTON_TOKEN, else what `houston up` left");
}

/** Finds Houston: by the options, then the environment, then run.json. */
export function connect(options: ConnectOptions): HoustonClient {
  const given = options.api ?? process.env["HOUSTON_API"];
  const run = given === undefined ? readRunFile() : null;
  const api = given ?? run?.api;
  if (api === undefined) {
    throw new CallerError({
      code: "no-houston",
      message: "no Houston runs here, and none was named",
      hint: "start the planet in a box with `houston up`, or name a Houston with --api and --token",
    });
  }
  if (!URL.canParse(api) || !/^https?:/.test(api)) {
    if (options.api !== undefined) throw badUsage(`--api ${api} is no address, for example http://127.20.0.70:7070`);
    throw new CallerError({
      code: "bad-api",
      message: `HOUSTON_API is ${api}, which is no address`,
      hint: "for example http://127.20.0.70:7070",
    });
  }
  return houstonClient({ api, token: options.token ?? process.env["HOUSTON_TOKEN"] ?? run?.token ?? "" });
}

export function houstonClient({ api, token }: { readonly api: string; readonly token: string }): HoustonClient {
  const call = async (method: "GET" | "POST", path: string, options: { body?: unknown; long?: boolean } = {}) => {
    const { body, long = false } = options;
    try {
      return await request(`${api}${path}`, {
        method,
        headers: {
          ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        // A recording may take minutes; what must not happen is that nothing comes.
        ...(long
          ? { headersTimeout: ANSWER_WITHIN_MS, bodyTimeout: ANSWER_WITHIN_MS }
          : { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) }),
      });
    } catch (error) {
      throw new CallerError({
        code: "api-unreachable",
        message: `Houston does not answer at ${api}: ${reasonOf(error)}`,
        hint: "is it running? `houston up` starts the planet in a box; edges and DNS go on without it",
        cause: error,
      });
    }
  };
  const ask = async <Answer>(method: "GET" | "POST", path: string, body?: unknown): Promise<Answer> => {
    const answer = await call(method, path, { body });
    const text = await answer.body.text();
    if (answer.statusCode < 300) return JSON.parse(text) as Answer;
    throw refusal(answer.statusCode, text);
  };
  return {
    api,
    status: () => ask("GET", "/api/status"),
    view: () => ask("GET", "/api/view"),
    timeline: async (since = 0) =>
      (await ask<{ entries: readonly TimelineEntry[] }>("GET", `/api/timeline?since=${since}`)).entries,
    why: (location, at) => ask("GET", `/api/why/${encodeURIComponent(location)}${at === undefined ? "" : `?at=${at}`}`),
    plan: (without) =>
      ask("GET", without === undefined ? "/api/plan" : `/api/plan?without=${encodeURIComponent(without)}`),
    trace: (id) => ask("GET", `/api/trace/${encodeURIComponent(id)}`),
    order: (by, order) => ask("POST", "/api/orders", { by, order }),
    async recording(question) {
      const query = Object.entries(question).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
      const path = `/api/recording${query.length === 0 ? "" : `?${query.join("&")}`}`;
      const answer = await call("GET", path, { long: true });
      if (answer.statusCode >= 300) throw refusal(answer.statusCode, await answer.body.text());
      return answer.body;
    },
  };
}

function refusal(status: number, text: string): CallerError {
  const { code, says, hint } = fields(text);
  return new CallerError({
    code: code ?? `http-${status}`,
    message: says ?? `Houston answered HTTP ${status}`,
    hint: hint ?? "see Houston's timeline",
  });
}

function fields(text: string): { readonly code?: string; readonly says?: string; readonly hint?: string } {
  try {
    return JSON.parse(text) as { code?: string; says?: string; hint?: string };
  } catch {
    return {};
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return (error as NodeJS.ErrnoException).code ?? error.message;
}
