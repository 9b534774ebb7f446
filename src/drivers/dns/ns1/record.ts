import { z } from "zod";
import { shortAddress } from "../ask-server.ts";
import type { RecordSet, RecordType } from "../record-server.ts";

/**
 * NS1's records and ours. A record with a filter chain has one line for each answer and one for the chain, each the JSON that NS1 takes,
 * without what it only shows, so that a record can be compared and digested like plain values.
 */
export type Ns1Answer = {
  readonly address: string;
  readonly weight: number;
  /** Absent: it is not watched, and up. */
  readonly feed?: string | undefined;
  /** Whose users it is for; empty: for all who are in nobody's. */
  readonly prefixes: readonly string[];
};

/** The filters that our answers need, in their order. */
export function chainLine({
  isWatched,
  isFenced,
}: {
  readonly isWatched: boolean;
  readonly isFenced: boolean;
}): string {
  const filters = [
    ...(isWatched ? [{ filter: "up", config: {} }] : []),
    ...(isFenced ? [{ filter: "netfence_prefix", config: { remove_no_ip_prefixes: true } }] : []),
    // By network, so that whoever asks twice is answered alike until the weights change.
    { filter: "weighted_sticky", config: { sticky_by_network: true } },
    { filter: "select_first_n", config: { N: 1 } },
  ];
  return JSON.stringify({ filters });
}

export function answerLine({ address, weight, feed, prefixes }: Ns1Answer, isWatched: boolean): string {
  const up = !isWatched ? {} : { up: feed === undefined ? true : { feed } };
  const meta = { ...(prefixes.length > 0 && { ip_prefixes: prefixes.toSorted() }), ...up, weight };
  return JSON.stringify({ answer: [address], meta });
}

/** The addresses of one line that who comes from a zone with these prefixes may be told; null: who may be anywhere. */
export function addressesInLine(line: string, prefixes: readonly string[] | null): readonly string[] {
  const { answer, meta } = JSON.parse(line) as {
    readonly answer?: readonly string[];
    readonly meta?: { readonly ip_prefixes?: readonly string[] };
  };
  const isFor = prefixes === null || (meta?.ip_prefixes ?? []).join() === prefixes.toSorted().join();
  return isFor ? (answer ?? []) : [];
}

const JSON_LINE = /^\{/;

/** The body of a call that writes the record. */
export function ns1Body({ name, type, ttlSeconds, values }: RecordSet, zone: string): object {
  const head = { zone, domain: name, type, ttl: ttlSeconds };
  if (type === "TXT" || !values.some((value) => JSON_LINE.test(value)))
    return { ...head, answers: values.map((value) => ({ answer: [value] })), filters: [] };
  const lines = values.map((value) => JSON.parse(value) as { readonly filters?: unknown });
  const filters = lines.find((line) => line.filters !== undefined)?.filters ?? [];
  // Whose resolver says where they are is told apart by that.
  return { ...head, use_client_subnet: true, filters, answers: lines.filter((line) => line.filters === undefined) };
}

export const NS1_RECORD = z.object({
  domain: z.string(),
  type: z.string(),
  ttl: z.number().nullish(),
  answers: z.array(
    z.object({
      answer: z.array(z.union([z.string(), z.number()])),
      meta: z.record(z.string(), z.unknown()).nullish(),
      region: z.string().nullish(),
    }),
  ),
  filters: z
    .array(
      z.object({
        filter: z.string(),
        config: z.record(z.string(), z.unknown()).nullish(),
        disabled: z.boolean().nullish(),
      }),
    )
    .default([]),
  link: z.string().nullish(),
});

/** Of a type that was asked for. An answer that Houston would not have made so has a line that Houston does not write. */
export function ourSet(record: z.output<typeof NS1_RECORD>, type: RecordType): RecordSet | null {
  const { answers, filters, link } = record;
  const isPlain = filters.length === 0 && answers.every(({ meta, region }) => isEmpty(meta) && !region);
  const values = isPlain
    ? answers.map(({ answer }) => valueOf(type, answer.join(" ")))
    : [...answers.map((each) => shownAnswer(type, each)), JSON.stringify({ filters: filters.map(shownFilter) })];
  if (typeof link === "string" && link !== "") values.push(`link ${link}`);
  if (values.length === 0) return null;
  return { name: record.domain.toLowerCase(), type, ttlSeconds: record.ttl ?? 0, values: values.toSorted() };
}

function valueOf(type: RecordType, text: string): string {
  if (type === "A" || type === "AAAA") return shortAddress(text);
  return type === "TXT" ? text : text.toLowerCase().replace(/\.$/, "");
}

type Shown = z.output<typeof NS1_RECORD>["answers"][number];

function shownAnswer(type: RecordType, { answer, meta, region }: Shown): string {
  const known = Object.entries(meta ?? {})
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => [key, metaValue(key, value)]);
  return JSON.stringify({
    answer: answer.map((each) => valueOf(type, String(each))),
    meta: Object.fromEntries(known) as object,
    ...(region && { region }),
  });
}

/** NS1 takes numbers and truth as text too, and may show them so. */
function metaValue(key: string, value: unknown): unknown {
  if (key === "weight") return Number(value);
  if (key === "up" && typeof value !== "object") return isTrue(value);
  if (key === "ip_prefixes" && Array.isArray(value)) return value.map(String).toSorted();
  return value;
}

function shownFilter({ filter, config, disabled }: z.output<typeof NS1_RECORD>["filters"][number]): object {
  const known = Object.entries(config ?? {})
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => [key, key === "N" ? Number(value) : isTrue(value)]);
  return { filter, config: Object.fromEntries(known) as object, ...(disabled && { disabled }) };
}

function isTrue(value: unknown): boolean {
  return value === true || value === 1 || value === "1" || value === "true";
}

function isEmpty(meta: Shown["meta"]): boolean {
  return Object.keys(meta ?? {}).length === 0;
}
