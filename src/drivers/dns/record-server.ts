import type { Outcome } from "../../core/control-contract.ts";
import type { Grain } from "./grain.ts";

/** The records of one name and type. */
export type RecordSet = {
  /** Lower case, without the last dot. */
  readonly name: string;
  readonly type: RecordType;
  readonly ttlSeconds: number;
  /** As the type is written: addresses in their shortest form, TXT as its text, sorted. Never empty. */
  readonly values: readonly string[];
};

/** `LUA` is PowerDNS's own, `ALIAS` some servers' way to lead a DNS zone's top elsewhere; the others are everybody's. */
export type RecordType = "A" | "AAAA" | "CNAME" | "ALIAS" | "LUA" | "TXT";

/**
 * A DNS server that others own and that lets us write some of its records. It is as simple as can be, so that a driver is little
 * more than its wire: what to write, and whether it may be, is decided once for all of them (record-steering.ts).
 */
export type RecordServer = {
  readonly grain: Grain;
  /** The least wait between two questions whether users are answered by what was written; absent: 10 ms, for servers that may be asked at will. */
  readonly lookAgainMs?: number;
  /** Types that together say where a host leads; all that a host has of them is ours, or a conflict. */
  readonly leads: readonly RecordType[];
  /** All sets of the asked names with those types, as they are there now. */
  read(ask: RecordAsk, signal: AbortSignal): Promise<RecordsRead>;
  /**
   * All or nothing, and only while `before` is what is there; a server that can't promise the last looks once more before it
   * writes, and one that can't promise the first says in `read` what it left half done. A set of `before` that `after` doesn't have is removed.
   */
  write(change: RecordChange, signal: AbortSignal): Promise<Outcome>;
  /** Whether what users are answered with is `sets` by now, at every server that answers them. */
  answers(sets: readonly RecordSet[], domain: string, signal: AbortSignal): Promise<Outcome>;
};

export type RecordAsk = {
  readonly domain: string;
  readonly names: readonly { readonly name: string; readonly types: readonly RecordType[] }[];
};

export type RecordsRead =
  | {
      readonly kind: "read";
      readonly sets: readonly RecordSet[];
      /** A write of ours was left half done; what is there is a mix of before and after, and of nothing else. */
      readonly isUnfinished?: boolean;
    }
  | Exclude<Outcome, { readonly kind: "done" }>;

export type RecordChange = {
  readonly domain: string;
  readonly before: readonly RecordSet[];
  /** What was asked for and was not there: that it still isn't is a part of `before`. */
  readonly absent: readonly Pick<RecordSet, "name" | "type">[];
  readonly after: readonly RecordSet[];
};

/** Codes of `refused`: trying again is of no use. */
export type RecordRefusal =
  /** The table is older than what is there. */
  | "table-not-newer"
  | "table-malformed"
  /** A host would have been left without any address. */
  | "empty-set"
  /** Records that are not as we left them, or that we never wrote; a person must say. */
  | "foreign-records"
  /** The marker is another Houston's, or another table has this one's version. */
  | "another-writer"
  /** Our key is missing, wrong, or lacks the right. */
  | "forbidden"
  /** The server does not have the DNS zone that the config names. */
  | "unknown-zone"
  /** The server can't, as it is set up. */
  | "unsupported"
  | "refused";

/** Codes of `retry`. */
export type RecordRetry =
  | "timeout"
  | "unreachable"
  | "throttled"
  /** Our own limit of writes. */
  | "too-soon"
  /** Somebody wrote between our look and our write. */
  | "conflict"
  | "provider-fault"
  | "bad-answer"
  /** It was accepted, and users aren't answered by it yet. */
  | "not-applied";

/** The same in each record, and kept for as long. */
export function isSameSet(a: RecordSet, b: RecordSet): boolean {
  return (
    a.name === b.name &&
    a.type === b.type &&
    a.ttlSeconds === b.ttlSeconds &&
    a.values.join("\n") === b.values.join("\n")
  );
}

export function refused(code: RecordRefusal, says: string): Extract<Outcome, { readonly kind: "refused" }> {
  return { kind: "refused", code, says };
}

export function retry(code: RecordRetry, says: string): Extract<Outcome, { readonly kind: "retry" }> {
  return { kind: "retry", code, says };
}

/** What a look just before a write must ask for: all that the change thinks it knows. */
export function namesOf({ before, absent }: Pick<RecordChange, "before" | "absent">): RecordAsk["names"] {
  const names = new Map<string, RecordType[]>();
  for (const { name, type } of [...before, ...absent]) names.set(name, [...(names.get(name) ?? []), type]);
  return [...names].map(([name, types]) => ({ name, types }));
}
