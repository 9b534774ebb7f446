import { z } from "zod";
import type { Outcome } from "../../../core/control-contract.ts";
import { shortAddress } from "../ask-server.ts";
import type { Grain } from "../grain.ts";
import { setsDigest } from "../marker.ts";
import { markersAnswered } from "../markers-answered.ts";
import { quotedText, unquotedText } from "../quoted-text.ts";
import {
  namesOf,
  type RecordAsk,
  type RecordChange,
  type RecordServer,
  type RecordSet,
  type RecordType,
  refused,
  retry,
} from "../record-server.ts";
import { type CloudflareApi, cloudflareCaller } from "./api.ts";

export type CloudflareServer = CloudflareApi & {
  readonly grain: Grain;
  /** Shown to people at each record. */
  readonly comment: string;
  readonly tags: readonly string[];
  readonly answeredBy: readonly string[];
};

/** With more names than this the whole zone is fewer questions. */
const NAMES_ASKED_MAX = 5;
const PAGE_RECORDS = 5000;
const PAGES_MAX = 40;
/** Of one batch; a zone of the free plan takes 200, and refuses more with its reason. */
const CHANGES_MAX = 3500;
const LOOK_AGAIN_MS = 1000;

/** A record that goes through Cloudflare's own servers says so in its value: `192.0.2.1 proxied`. */
export const PROXIED = " proxied";

type Failed = Exclude<Outcome, { readonly kind: "done" }>;
type Held = z.output<typeof RECORD>;

/** A Cloudflare zone by its API, version 4. A batch is one transaction of its database; it can't compare, so a look goes just before. */
export function cloudflareServer(options: CloudflareServer): RecordServer {
  const call = cloudflareCaller(options);
  const zones = new Map<string, string>();

  const zoneOf = async (
    domain: string,
    signal: AbortSignal,
  ): Promise<{ readonly kind: "zone"; readonly id: string } | Failed> => {
    const known = zones.get(domain);
    if (known !== undefined) return { kind: "zone", id: known };
    const found = await call({ method: "GET", path: `/zones?name=${encodeURIComponent(domain)}`, domain }, signal);
    if (found.kind !== "answer") return found;
    const all = ZONES.safeParse(found.result);
    if (!all.success) return retry("bad-answer", "Cloudflare answers no list of zones");
    const own = all.data.filter(({ name }) => name === domain);
    if (own.length === 0)
      return refused(
        "unknown-zone",
        `the token sees no zone ${domain}: does it exist, and has the token Zone Read for it?`,
      );
    if (own.length > 1)
      return refused("unsupported", `the token sees ${own.length} zones ${domain}: give it one account only`);
    zones.set(domain, own[0]!.id);
    return { kind: "zone", id: own[0]!.id };
  };

  /** All records of one name, or of the whole zone. */
  const listed = async (
    { id, domain, name }: { readonly id: string; readonly domain: string; readonly name: string | null },
    signal: AbortSignal,
  ): Promise<{ readonly kind: "records"; readonly records: readonly Held[] } | Failed> => {
    const records: Held[] = [];
    for (let page = 1; page <= PAGES_MAX; page++) {
      const only = name === null ? "" : `&name.exact=${encodeURIComponent(name)}`;
      const path = `/zones/${id}/dns_records?per_page=${PAGE_RECORDS}&page=${page}${only}`;
      const found = await call({ method: "GET", path, domain }, signal);
      if (found.kind !== "answer") return found;
      const all = RECORDS.safeParse(found.result);
      if (!all.success)
        return retry("bad-answer", `Cloudflare answers no list of records: ${all.error.issues[0]?.message}`);
      records.push(...all.data);
      if (page >= found.pages) return { kind: "records", records };
    }
    return refused("unsupported", `${domain} has more than ${PAGES_MAX * PAGE_RECORDS} records`);
  };

  const look = async ({ domain, names }: RecordAsk, signal: AbortSignal) => {
    const zone = await zoneOf(domain, signal);
    if (zone.kind !== "zone") return zone;
    const asked = names.length > NAMES_ASKED_MAX ? [null] : names.map(({ name }) => name);
    const wanted = new Map(names.map(({ name, types }) => [name, types]));
    const records: Held[] = [];
    for (const name of asked) {
      const found = await listed({ id: zone.id, domain, name }, signal);
      if (found.kind !== "records") return found;
      records.push(...found.records.filter((each) => wanted.get(each.name)?.some((type) => type === each.type)));
    }
    return { kind: "read", zone: zone.id, records, sets: setsOf(records) } as const;
  };

  return {
    grain: options.grain,
    lookAgainMs: LOOK_AGAIN_MS,
    leads: ["A", "AAAA", "CNAME"],
    read: look,

    async write(change, signal) {
      const { domain } = change;
      const now = await look({ domain, names: namesOf(change) }, signal);
      if (now.kind !== "read") return now;
      if (setsDigest(now.sets) !== setsDigest(change.before))
        return retry("conflict", `somebody wrote to ${domain} at the same time; it is looked at again`);
      const batch = batchOf(change, now.records, options);
      const size = batch.deletes.length + batch.puts.length + batch.posts.length;
      if (size > CHANGES_MAX)
        return refused("unsupported", `${domain}: one change would have ${size} records, ${CHANGES_MAX} is the most`);
      const answer = await call(
        { method: "POST", path: `/zones/${now.zone}/dns_records/batch`, domain, body: batch },
        signal,
      );
      return answer.kind === "answer" ? { kind: "done" } : answer;
    },

    answers: async (sets, _domain, signal) =>
      markersAnswered(sets, { servers: options.answeredBy, withinMs: options.withinMs, signal }),
  };
}

const ZONES = z.array(z.object({ id: z.string(), name: z.string() }));
const RECORD = z.object({
  id: z.string(),
  name: z.string().toLowerCase(),
  type: z.string(),
  content: z.string(),
  ttl: z.number(),
  proxied: z.boolean().optional(),
});
const RECORDS = z.array(RECORD);

function setsOf(records: readonly Held[]): readonly RecordSet[] {
  const sets = new Map<string, { readonly set: RecordSet; readonly values: string[] }>();
  for (const record of records) {
    const type = record.type as RecordType;
    const key = `${record.name} ${type}`;
    if (!sets.has(key))
      sets.set(key, { set: { name: record.name, type, ttlSeconds: record.ttl, values: [] }, values: [] });
    sets.get(key)!.values.push(valueOf(record));
  }
  return [...sets.values()].map(({ set, values }) => ({ ...set, values: values.toSorted() }));
}

function valueOf({ type, content, proxied }: Held): string {
  if (type === "TXT") return unquotedText(content);
  const own = type === "CNAME" ? content.toLowerCase() : shortAddress(content);
  return proxied === true ? `${own}${PROXIED}` : own;
}

type Batch = {
  readonly deletes: { readonly id: string }[];
  readonly puts: object[];
  readonly posts: object[];
};

/**
 * Records that change are overwritten in place, what is left over is taken away or added. A batch is one transaction, but its
 * records reach Cloudflare's servers one by one: a name never has none in between.
 */
function batchOf(
  { before, after }: RecordChange,
  held: readonly Held[],
  as: Pick<CloudflareServer, "comment" | "tags">,
): Batch {
  const batch: Batch = { deletes: [], puts: [], posts: [] };
  const wantedOf = new Map(after.map((set) => [`${set.name} ${set.type}`, set]));
  const keys = new Set([...before, ...after].map(({ name, type }) => `${name} ${type}`));
  for (const key of keys) {
    const wanted = wantedOf.get(key);
    const own = held.filter(({ name, type }) => `${name} ${type}` === key);
    const isKept = (record: Held): boolean =>
      wanted?.ttlSeconds === record.ttl && wanted.values.includes(valueOf(record));
    const kept = new Set(own.filter(isKept).map(valueOf));
    const free = own.filter((record) => !isKept(record));
    const missing = (wanted?.values ?? []).filter((value) => !kept.has(value));
    const { placed, over } = placedOver(missing, free);
    for (const { value, id } of placed) {
      const record = recordOf(wanted!, value, as);
      if (id === undefined) batch.posts.push(record);
      else batch.puts.push({ id, ...record });
    }
    batch.deletes.push(...over.map((id) => ({ id })));
  }
  return batch;
}

/** Which record each value is written over: that of its own content first, for Cloudflare refuses two alike, even halfway through a batch. */
function placedOver(missing: readonly string[], free: readonly Held[]) {
  const own = new Map(free.map((record) => [contentOf(valueOf(record)), record.id]));
  const staying = new Set(missing.map(contentOf));
  const over = free.filter((record) => !staying.has(contentOf(valueOf(record)))).map(({ id }) => id);
  const placed = missing.map((value) => ({ value, id: own.get(contentOf(value)) ?? over.shift() }));
  return { placed, over } as const;
}

const contentOf = (value: string): string => value.replace(PROXIED, "");

function recordOf(
  { name, type, ttlSeconds }: RecordSet,
  value: string,
  { comment, tags }: Pick<CloudflareServer, "comment" | "tags">,
): object {
  return {
    name,
    type,
    content: type === "TXT" ? quotedText(value) : contentOf(value),
    ttl: ttlSeconds,
    proxied: type !== "TXT" && value.endsWith(PROXIED),
    comment,
    ...(tags.length > 0 && { tags }),
  };
}
