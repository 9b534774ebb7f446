import { Agent } from "undici";
import { z } from "zod";
import type { Outcome } from "../../../core/control-contract.ts";
import { type ApiAnswer, apiCall, type Reason } from "../api-call.ts";
import { type Asked, askServer, connectionFailure } from "../ask-server.ts";
import { setsDigest } from "../marker.ts";
import { quotedText, unquotedText } from "../quoted-text.ts";
import {
  isSameSet,
  namesOf,
  type RecordChange,
  type RecordServer,
  type RecordSet,
  type RecordType,
  retry,
} from "../record-server.ts";
import { readServerAddress } from "../tcp-exchange.ts";

export type PowerdnsServer = {
  readonly url: string;
  readonly serverId: string;
  readonly key: string;
  readonly answeredBy: readonly string[];
  /** All that users may be answered with. */
  readonly addresses: ReadonlySet<string>;
  readonly isWatching: boolean;
  readonly writesPerSecond: number;
  readonly withinMs: number;
};

/** With more names than this the whole DNS zone is one question, and the lesser work. */
const NAMES_ASKED_MAX = 20;
/** A DNS zone with a hundred thousand records. */
const ANSWER_BYTES_MAX = 64 * 1024 * 1024;
/** That Lua runs is seen by a few hosts as well as by all. */
const HOSTS_SEEN_MAX = 10;
const CONNECTIONS_MAX = 4;

/** PowerDNS by its HTTP API (https://doc.powerdns.com/authoritative/http-api/). One PATCH is one transaction of its backend. */
export function powerdnsServer(options: PowerdnsServer): RecordServer {
  const { withinMs, answeredBy } = options;
  const call = caller(options);
  const timed = (signal: AbortSignal): AbortSignal => AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);

  /** The sets of one name, or all of the DNS zone. */
  const rrsets = async (domain: string, name: string | null, signal: AbortSignal) => {
    const only = name === null ? "" : `?rrset_name=${encodeURIComponent(`${name}.`)}`;
    const answer = await call({ method: "GET", path: `${zonePath(domain)}${only}`, domain }, timed(signal));
    if (answer.kind !== "answer") return answer;
    const zone = ZONE.safeParse(answer.body);
    if (zone.success) return { kind: "read", rrsets: zone.data.rrsets } as const;
    return retry("bad-answer", `${options.url} answers no zone: ${zone.error.issues[0]?.message}`);
  };

  const read: RecordServer["read"] = async ({ domain, names }, signal) => {
    const asked = names.length > NAMES_ASKED_MAX ? [null] : names.map(({ name }) => name);
    const found = await Promise.all(asked.map(async (name) => rrsets(domain, name, signal)));
    const sets: RecordSet[] = [];
    const wanted = new Map(names.map(({ name, types }) => [`${name}.`, types]));
    for (const each of found) {
      if (each.kind !== "read") return each;
      sets.push(...each.rrsets.flatMap((set) => setOf(set, wanted.get(set.name.toLowerCase()) ?? [])));
    }
    return { kind: "read", sets };
  };

  return {
    grain: {
      zones: "by-subnet",
      split: { by: "bucket" },
      leastTtlSeconds: 1,
      writesPerSecond: options.writesPerSecond,
      contingency: options.isWatching ? "held" : "notice",
    },
    leads: LEADS,
    read,

    async write(change, signal) {
      const { domain } = change;
      const now = await read({ domain, names: namesOf(change) }, signal);
      if (now.kind !== "read") return now;
      if (setsDigest(now.sets) !== setsDigest(change.before)) {
        return retry("conflict", `somebody wrote to ${domain} at the same time; it is looked at again`);
      }
      const body = JSON.stringify({ rrsets: changesOf(change) });
      const answer = await call({ method: "PATCH", path: zonePath(domain), domain, body }, timed(signal));
      return answer.kind === "answer" ? { kind: "done" } : answer;
    },

    async answers(sets, _domain, signal) {
      const asking = { sets, addresses: options.addresses, signal: timed(signal) };
      const outcomes = await Promise.all(answeredBy.map(async (server) => answersBy(server, asking)));
      return outcomes.find(({ kind }) => kind !== "done") ?? { kind: "done" };
    },
  };

  function zonePath(domain: string): string {
    return `/api/v1/servers/${options.serverId}/zones/${encodeURIComponent(`${domain}.`)}`;
  }
}

const LEADS: readonly RecordType[] = ["A", "AAAA", "CNAME", "ALIAS", "LUA"];

const RRSET = z.object({
  name: z.string(),
  type: z.string(),
  ttl: z.number(),
  records: z.array(z.object({ content: z.string(), disabled: z.boolean().optional() })),
});
const ZONE = z.object({ rrsets: z.array(RRSET) });

function setOf(set: z.output<typeof RRSET>, types: readonly RecordType[]): readonly RecordSet[] {
  const type = types.find((each) => each === set.type);
  if (type === undefined) return [];
  const values = set.records.filter(({ disabled }) => disabled !== true).map(({ content }) => valueOf(type, content));
  const name = set.name.toLowerCase().replace(/\.$/, "");
  return values.length === 0 ? [] : [{ name, type, ttlSeconds: set.ttl, values: values.toSorted() }];
}

function valueOf(type: RecordType, content: string): string {
  if (type === "TXT") return unquotedText(content);
  return type === "CNAME" || type === "ALIAS" ? content.replace(/\.$/, "").toLowerCase() : content;
}

function contentOf(type: RecordType, value: string): string {
  if (type === "CNAME" || type === "ALIAS") return `${value}.`;
  return type === "TXT" ? quotedText(value) : value;
}

function changesOf({ before, after }: RecordChange): readonly object[] {
  const removed = before
    .filter(({ name, type }) => !after.some((other) => other.name === name && other.type === type))
    .map((set) => ({ name: `${set.name}.`, type: set.type, changetype: "DELETE" }));
  const written = after
    .filter((set) => !before.some((other) => isSameSet(set, other)))
    .map((set) => ({
      name: `${set.name}.`,
      type: set.type,
      ttl: set.ttlSeconds,
      changetype: "REPLACE",
      records: set.values.map((value) => ({ content: contentOf(set.type, value), disabled: false })),
    }));
  return [...removed, ...written];
}

type Call = {
  readonly method: "GET" | "PATCH";
  readonly path: string;
  readonly domain: string;
  readonly body?: string;
};

function caller({ url, key }: PowerdnsServer): (call: Call, signal: AbortSignal) => Promise<ApiAnswer> {
  const dispatcher = new Agent({ connections: CONNECTIONS_MAX });
  return async ({ method, path, domain, body }, signal) =>
    apiCall(
      {
        who: url,
        method,
        url: `${url.replace(/\/$/, "")}${path}`,
        headers: { "x-api-key": key, "content-type": "application/json" },
        ...(body !== undefined && { body }),
        secrets: [key],
        signal,
        dispatcher,
        bytesMax: ANSWER_BYTES_MAX,
      },
      (status, answer, text) => {
        const own = (answer as { readonly error?: unknown } | undefined)?.error;
        return { ...meaningOf(status, domain), says: typeof own === "string" ? own : text };
      },
    );
}

function meaningOf(status: number, domain: string): Reason {
  if (status === 401 || status === 403) return { code: "forbidden", hint: ": is it the api-key of its pdns.conf?" };
  if (status === 404) return { code: "unknown-zone", hint: `: does it have the DNS zone ${domain}?` };
  if (status === 429) return { code: "throttled" };
  if (status === 409) return { code: "conflict" };
  return { code: status >= 500 ? "provider-fault" : "refused" };
}

type Asking = {
  readonly sets: readonly RecordSet[];
  readonly addresses: ReadonlySet<string>;
  readonly signal: AbortSignal;
};

/** The marker says by which table it answers, and an address of ours for each host that its Lua does work. */
async function answersBy(server: string, { sets, addresses, signal }: Asking): Promise<Outcome> {
  const hosts = sets.filter(({ values }) => values.some((value) => value.startsWith("A"))).slice(0, HOSTS_SEEN_MAX);
  const marks = sets.filter(({ type }) => type === "TXT");
  const asked: readonly Asked[] = [
    ...marks.map(({ name }) => ({ name, type: "TXT" }) as const),
    ...hosts.flatMap(({ name, values }) =>
      values.map((value) => ({ name, type: value.split(" ")[0] as "A" | "AAAA" })),
    ),
  ];
  try {
    const answers = await askServer(readServerAddress(server), asked, signal);
    for (const [index, { name, type }] of asked.entries()) {
      const answer = answers[index]!;
      const values = answer.kind === "sets" ? (answer.sets[0]?.values ?? []) : [];
      const marker = marks.find((set) => set.name === name && type === set.type);
      if (marker !== undefined) {
        if (values.join() === marker.values.join()) continue;
        return retry("not-applied", `${server} does not answer by what was written yet`);
      }
      if (values.length > 0 && values.every((value) => addresses.has(value))) continue;
      const why = answer.kind === "sets" ? "no address of ours" : answer.rcode;
      return retry(
        "not-applied",
        `${server} answers ${name} ${type} with ${why}: has it \`enable-lua-records=shared\`, and LuaJIT?`,
      );
    }
    return { kind: "done" };
  } catch (error) {
    return connectionFailure(error, server);
  }
}
