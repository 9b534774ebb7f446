import { createHash } from "node:crypto";
import type { LocationName } from "../../core/estate.ts";
import type { RouteTable } from "../../core/route/table.ts";
import type { RecordSet } from "./record-server.ts";

/**
 * What stands beside our records in each DNS zone, as TXT of `_houston.example.com`: by which table they were written, and what
 * they were. By it a restart knows what is there, and a change that somebody else made is seen.
 */
export type Marker = {
  readonly version: number;
  /** Of the whole table: two tables with one version are two Houstons. */
  readonly table: string;
  /** Whose loss is followed beside the table. */
  readonly lost: readonly LocationName[];
  /** Of what else the records come from: hosts, addresses, settings. */
  readonly config: string;
  /** Of the records as they were written. */
  readonly sets: string;
};

/** Two estates in one DNS zone have a marker each. */
export function markerName(domain: string, owner: string | undefined): string {
  return owner === undefined ? `_houston.${domain}` : `_houston-${owner}.${domain}`;
}

/** `v=1 version=17 table=5f3a... lost=eu-west-1 config=... sets=...` */
export function markerText({ version, table, lost, config, sets }: Marker): string {
  return `v=1 version=${version} table=${table} lost=${lost.join(",")} config=${config} sets=${sets}`;
}

/** Null: that is no marker of ours. */
export function readMarker(text: string): Marker | null {
  const found = MARKER.exec(text)?.groups;
  if (found === undefined) return null;
  const { version, table, lost, config, sets } = found as Record<string, string>;
  return {
    version: Number(version),
    table: table!,
    lost: lost === "" ? [] : lost!.split(","),
    config: config!,
    sets: sets!,
  };
}

const MARKER =
  /^v=1 version=(?<version>\d{1,15}) table=(?<table>[0-9a-f]{12}) lost=(?<lost>[^ ]*) config=(?<config>[0-9a-f]{12}) sets=(?<sets>[0-9a-f]{12})$/;

export function tableDigest(table: RouteTable): string {
  return digest(JSON.stringify(table));
}

export function setsDigest(sets: readonly RecordSet[]): string {
  const lines = sets.map(({ name, type, ttlSeconds, values }) =>
    [name, type, ttlSeconds, ...values.toSorted()].join(" "),
  );
  return digest(lines.toSorted().join("\n"));
}

/** Twelve hexadecimal digits: for telling apart what nobody forges, since who may write here may write anything. */
export function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
