import { setTimeout as sleep } from "node:timers/promises";
import { Agent } from "undici";
import { z } from "zod";
import type { Outcome } from "../../../core/control-contract.ts";
import type { UnixMs } from "../../../core/step.ts";
import { type ApiAnswer, apiCall, type ApiCall, type Failed, type FailureCode, type Reason } from "../api-call.ts";
import type { Grain } from "../grain.ts";
import { setsDigest } from "../marker.ts";
import { markersAnswered } from "../markers-answered.ts";
import {
  namesOf,
  type RecordChange,
  type RecordServer,
  type RecordSet,
  type RecordsRead,
  type RecordType,
  retry,
} from "../record-server.ts";
import { notesOf, readNotes, statesOf, type Step, stepsOf } from "./half-done.ts";
import { NS1_RECORD, ns1Body, ourSet } from "./record.ts";

export type Ns1Server = {
  readonly endpoint: string;
  readonly key: string;
  readonly grain: Grain;
  readonly answeredBy: readonly string[];
  readonly withinMs: number;
  readonly now: () => UnixMs;
};

/** NS1 lists some 2,500 records at once. */
const PAGES_MAX = 40;
const CONNECTIONS_MAX = 8;
const LOOK_AGAIN_MS = 500;
const WHO = "NS1";

/** IBM NS1 Connect by its API (https://www.ibm.com/docs/en/ns1-connect, v1). One record is written at a time (half-done.ts). */
export function ns1Server(options: Ns1Server): RecordServer {
  const { withinMs, answeredBy } = options;
  const call = caller(options);
  const timed = (signal: AbortSignal): AbortSignal => AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);

  /** Which records the DNS zone has: short, without their filters. */
  const listed = async (domain: string, signal: AbortSignal) => {
    const records: { readonly domain: string; readonly type: string }[] = [];
    let path: string | null = `/zones/${encodeURIComponent(domain)}`;
    for (let page = 0; page < PAGES_MAX && path !== null; page++) {
      const answer: ApiAnswer = await call({ method: "GET", path }, signal);
      if (answer.kind !== "answer") return answer;
      const zone = ZONE.safeParse(answer.body);
      if (!zone.success) return retry("bad-answer", `${WHO} answers no zone for ${domain}`);
      records.push(...zone.data.records);
      path = nextPage(answer.headers["link"], options.endpoint);
    }
    return { kind: "records", records } as const;
  };

  const read = async (
    { domain, names }: Parameters<RecordServer["read"]>[0],
    signal: AbortSignal,
  ): Promise<RecordsRead> => {
    const limit = timed(signal);
    const list = await listed(domain, limit);
    if (list.kind !== "records") return list;
    const wanted = new Map(names.map(({ name, types }) => [name, types]));
    const asked = list.records.flatMap((record) => {
      const name = record.domain.toLowerCase();
      const type = (wanted.get(name) ?? []).find((each) => each === record.type);
      return type === undefined ? [] : [{ name, type }];
    });
    const found = await Promise.all(asked.map(async ({ name, type }) => one(domain, { name, type }, limit)));
    const sets: RecordSet[] = [];
    let states: readonly string[] = [];
    for (const each of found) {
      if (each.kind === "gone") continue;
      if (each.kind !== "set") return each;
      const { set } = each;
      if (set.type !== "TXT") sets.push(set);
      else {
        const notes = readNotes(set.values);
        states = [...states, ...notes.states];
        if (notes.others.length > 0) sets.push({ ...set, values: notes.others });
      }
    }
    const leading = setsDigest(leadingOf(sets));
    return { kind: "read", sets, ...(states.includes(leading) && { isUnfinished: true }) };
  };

  const one = async (
    domain: string,
    { name, type }: { readonly name: string; readonly type: RecordType },
    signal: AbortSignal,
  ) => {
    const answer = await call({ method: "GET", path: pathOf(domain, name, type) }, signal);
    // Somebody took it away after it was listed.
    if (answer.kind !== "answer") return answer.code === "conflict" ? ({ kind: "gone" } as const) : answer;
    const record = NS1_RECORD.safeParse(answer.body);
    if (!record.success) return retry("bad-answer", `${WHO} answers no record for ${name} ${type}`);
    const set = ourSet(record.data, type);
    return set === null ? ({ kind: "gone" } as const) : ({ kind: "set", set } as const);
  };

  const carryOut = async (domain: string, { kind, set }: Step, signal: AbortSignal): Promise<Outcome> => {
    const path = pathOf(domain, set.name, set.type);
    const method = ({ delete: "DELETE", create: "PUT", update: "POST" } as const)[kind];
    const body = kind === "delete" ? undefined : JSON.stringify(ns1Body(set, domain));
    const answer = await call({ method, path, ...(body !== undefined && { body }) }, signal);
    if (answer.kind === "answer") return { kind: "done" };
    // An answer that was lost says nothing about what was done: a look does.
    return answer.kind === "retry" && (await stands(domain, { kind, set }, signal)) ? { kind: "done" } : answer;
  };

  const stands = async (domain: string, { kind, set }: Step, signal: AbortSignal): Promise<boolean> => {
    const now = await one(domain, set, signal);
    if (kind === "delete") return now.kind === "gone";
    return now.kind === "set" && setsDigest([now.set]) === setsDigest([set]);
  };

  const writeAll = async (change: RecordChange, signal: AbortSignal): Promise<Outcome> => {
    const { domain } = change;
    const steps = stepsOf({ before: leadingOf(change.before), after: leadingOf(change.after) });
    const markers = change.after.filter(({ type }) => type === "TXT");
    const states = statesOf(leadingOf(change.before), steps);
    const notes = notesOf(states);
    // Notes may be there already, and the record with them, whose marker is not a marker's any more.
    const isThere = await one(domain, { name: markers[0]!.name, type: "TXT" }, signal);
    if (isThere.kind !== "set" && isThere.kind !== "gone") return isThere;
    const noted: readonly Step[] = markers.map((set) => ({
      kind: isThere.kind === "set" ? "update" : "create",
      set: { ...set, values: [...set.values, ...notes] },
    }));
    const last: readonly Step[] = markers.map((set) => ({ kind: "update", set }));
    for (const step of steps.length === 0 ? last : [...noted, ...steps, ...last]) {
      const outcome = await carryOut(domain, step, signal);
      if (outcome.kind !== "done") return outcome;
    }
    return { kind: "done" };
  };

  return {
    grain: options.grain,
    lookAgainMs: LOOK_AGAIN_MS,
    leads: ["A", "AAAA", "CNAME", "ALIAS"],
    read,

    async write(change, signal) {
      const { domain } = change;
      const now = await read({ domain, names: namesOf(change) }, signal);
      if (now.kind !== "read") return now;
      if (setsDigest(now.sets) !== setsDigest(change.before))
        return retry("conflict", `somebody wrote to ${domain} at the same time; it is looked at again`);
      return writeAll(change, timed(signal));
    },

    async answers(sets, domain, signal) {
      const found = await read({ domain, names: namesOf({ before: sets, absent: [] }) }, signal);
      if (found.kind !== "read") return found;
      if (found.isUnfinished === true || setsDigest(found.sets) !== setsDigest(sets))
        return retry("not-applied", `${WHO} does not show ${domain} as it was written`);
      return markersAnswered(sets, { servers: answeredBy, withinMs, signal });
    },
  };
}

function pathOf(zone: string, name: string, type: string): string {
  return `/zones/${encodeURIComponent(zone)}/${encodeURIComponent(name)}/${type}`;
}

/** All but the marker. */
function leadingOf(sets: readonly RecordSet[]): readonly RecordSet[] {
  return sets.filter(({ type }) => type !== "TXT");
}

const ZONE = z.object({ records: z.array(z.object({ domain: z.string(), type: z.string() })).default([]) });

/** The path of `Link: <...>; rel="next"`, on the same server only: a key goes nowhere else. */
function nextPage(link: string | readonly string[] | undefined, endpoint: string): string | null {
  const next = /<([^>]+)>;\s*rel="?next"?/.exec([link ?? ""].flat().join(", "))?.[1];
  if (next === undefined) return null;
  const base = endpoint.replace(/\/$/, "");
  const url = new URL(next, `${base}/`);
  const own = new URL(base);
  if (url.origin !== own.origin || !url.pathname.startsWith(own.pathname)) return null;
  return `${url.pathname.slice(own.pathname.length)}${url.search}`;
}

type Ask = Pick<ApiCall, "method" | "body"> & { readonly path: string };

/**
 * NS1 counts calls in a bucket that fills evenly, and says what is left with each answer: when it is nearly empty calls wait until there is
 * room, and others of the account are not starved.
 */
function caller({ endpoint, key, now }: Ns1Server): (ask: Ask, signal: AbortSignal) => Promise<ApiAnswer | Failed> {
  const dispatcher = new Agent({ connections: CONNECTIONS_MAX });
  let nextAt = 0;
  const heard = (headers: Readonly<Record<string, string | readonly string[] | undefined>>): void => {
    const [limit, period, remaining] = ["limit", "period", "remaining"].map((each) =>
      Number(headers[`x-ratelimit-${each}`] ?? NaN),
    ) as [number, number, number];
    if (!(limit > 0) || !(period > 0) || !(remaining >= 0)) return;
    if (remaining <= limit * KEPT_FOR_OTHERS) nextAt = Math.max(nextAt, now()) + (period / limit) * 1000;
  };
  return async ({ method, path, body }, signal) => {
    const waitMs = Math.min(nextAt - now(), WAIT_MOST_MS);
    try {
      if (waitMs > 0) await sleep(waitMs, undefined, { signal });
    } catch {
      return retry("throttled", `${WHO}: its calls are used up for now`);
    }
    return apiCall(
      {
        who: WHO,
        method,
        url: `${endpoint.replace(/\/$/, "")}${path}`,
        headers: { "x-nsone-key": key, ...(body !== undefined && { "content-type": "application/json" }) },
        ...(body !== undefined && { body }),
        secrets: [key],
        signal,
        dispatcher,
      },
      reasonOf,
      heard,
    );
  };
}

const KEPT_FOR_OTHERS = 0.05;
const WAIT_MOST_MS = 60_000;

/** `{"message": "..."}`. A zone and a record that are not there both come as 404, and one that is there already as 400. */
function reasonOf(status: number, body: unknown): Reason {
  const { message } = (body ?? {}) as { readonly message?: unknown };
  const says = typeof message === "string" ? message : undefined;
  return { code: codeOf(status, says ?? ""), says };
}

function codeOf(status: number, says: string): FailureCode | undefined {
  if (status === 404 && /record/i.test(says)) return "conflict";
  if (status === 400 && /already exists/i.test(says)) return "conflict";
  return undefined;
}
