import type dnsPacket from "dns-packet";
import type { LocationName } from "../../core/estate.ts";
import type { LocationAddresses, SteeredHost } from "../steering-context.ts";
import { shortAddress } from "./ask-server.ts";

/**
 * What becomes of a name's users when they are moved: whoever comes by a name of ours, or by one that points to it, is moved; whoever comes
 * by a record that was written by hand stays where it points, and no DNS of ours can help it.
 */
export type NameKind =
  /** One of ours: it is answered by the table. */
  | { readonly kind: "steered"; readonly at: readonly LocationName[] }
  /** It points to one of ours. */
  | { readonly kind: "follows"; readonly to: string }
  /** A person says that its DNS copies the addresses of one of ours (ALIAS, ANAME, flattening); or browsers are told by AliasMode. */
  | { readonly kind: "alias"; readonly to: string; readonly at: readonly LocationName[] }
  /** Addresses of ours, written by hand: its users can't be moved by DNS. */
  | { readonly kind: "fixed"; readonly at: readonly LocationName[] }
  /** It leads to nobody of ours. */
  | { readonly kind: "elsewhere"; readonly to: string }
  | { readonly kind: "unknown"; readonly says: string };

/** What a resolver said of a name: everything in its answers, whoever's. */
export type NameAnswers = {
  readonly name: string;
  readonly a: NameAnswer;
  readonly aaaa: NameAnswer;
  readonly https: NameAnswer;
};

export type NameAnswer = { readonly rcode: string; readonly answers: readonly dnsPacket.Answer[] };

export function kindOfName(
  { name, a, aaaa, https }: NameAnswers,
  known: {
    readonly hosts: readonly SteeredHost[];
    readonly addresses: Readonly<Record<LocationName, LocationAddresses>>;
    /** Whose addresses its DNS copies, as a person says; null: nobody said so. */
    readonly flattens: string | null;
  },
): NameKind {
  const failed = [a, aaaa].find(({ rcode }) => rcode !== "NOERROR");
  if (failed !== undefined)
    return { kind: "unknown", says: failed.rcode === "NXDOMAIN" ? "there is no such name" : failed.rcode };
  const told = [...addressesIn(a.answers), ...addressesIn(aaaa.answers)];
  const at = placesOf(told, known.addresses);
  if (isSteered(name, known.hosts)) {
    if (told.length === 0) return { kind: "unknown", says: "it has no address" };
    return at === null ? { kind: "elsewhere", to: told.join(", ") } : { kind: "steered", at };
  }
  const target = chainOf(name, [...a.answers, ...aaaa.answers]).find((each) => isSteered(each, known.hosts));
  if (target !== undefined) return { kind: "follows", to: target };
  if (told.length === 0) return { kind: "unknown", says: "it has no address" };
  if (at === null) return { kind: "elsewhere", to: told.join(", ") };
  const alias = known.flattens ?? aliasIn(https.answers);
  return alias !== null && isSteered(alias, known.hosts) ? { kind: "alias", to: alias, at } : { kind: "fixed", at };
}

/** Null: all families lead to the same places; else what differs. Families that the places don't have need not be there. */
export function familiesDiffer(
  { name, a, aaaa, https }: NameAnswers,
  addresses: Readonly<Record<LocationName, LocationAddresses>>,
): string | null {
  const hints = hintsIn(https.answers);
  const families = [
    ["A", addressesIn(a.answers)],
    ["AAAA", addressesIn(aaaa.answers)],
    ["HTTPS", hints],
  ] as const;
  const led = families.flatMap(([type, told]) => {
    if (told.length === 0) return [];
    return [{ type, places: (placesOf(told, addresses) ?? ["elsewhere"]).join(", ") }];
  });
  const hasV6 = Object.values(addresses).some(({ v6 }) => v6.length > 0);
  const hasV4 = Object.values(addresses).some(({ v4 }) => v4.length > 0);
  const missing = [
    ...(hasV4 && families[0][1].length === 0 ? ["A"] : []),
    ...(hasV6 && families[1][1].length === 0 ? ["AAAA"] : []),
  ];
  if (missing.length > 0) return `${name} has no ${missing.join(" and no ")}, and its locations have such addresses`;
  if (led.every(({ places }) => places === led[0]?.places)) return null;
  return `${name} leads to different places: ${led.map(({ type, places }) => `${type} to ${places}`).join(", ")}`;
}

export function isSteered(name: string, hosts: readonly SteeredHost[]): boolean {
  const above = `*.${name.slice(name.indexOf(".") + 1)}`;
  return hosts.some((host) => host.name === name || host.name === above);
}

/** The names that its CNAMEs lead over, in order; loops end. */
function chainOf(name: string, answers: readonly dnsPacket.Answer[]): readonly string[] {
  const to = new Map(
    answers.flatMap((each) =>
      each.type === "CNAME" ? [[each.name.toLowerCase(), each.data.toLowerCase()] as const] : [],
    ),
  );
  const chain: string[] = [];
  for (let next = to.get(name); next !== undefined && !chain.includes(next); next = to.get(next)) chain.push(next);
  return chain;
}

function addressesIn(answers: readonly dnsPacket.Answer[]): readonly string[] {
  return answers.flatMap((each) => (each.type === "A" || each.type === "AAAA" ? [shortAddress(each.data)] : []));
}

/** Sorted; null: some address is none of ours. */
function placesOf(
  told: readonly string[],
  addresses: Readonly<Record<LocationName, LocationAddresses>>,
): readonly LocationName[] | null {
  const of = new Map(
    Object.entries(addresses).flatMap(([place, { v4, v6 }]) =>
      [...v4, ...v6].map((each) => [shortAddress(each), place]),
    ),
  );
  const places = told.map((each) => of.get(each));
  if (places.includes(undefined)) return null;
  return [...new Set(places as LocationName[])].toSorted();
}

/** The number of HTTPS records, which dns-packet does not know by name. */
const HTTPS = "UNKNOWN_65";
const V4_HINT = 4;
const V6_HINT = 6;

const httpsIn = (answers: readonly dnsPacket.Answer[]): readonly Buffer[] =>
  (answers as readonly { readonly type: string; readonly data?: unknown }[]).flatMap(({ type, data }) =>
    type === HTTPS && Buffer.isBuffer(data) && data.length >= 3 ? [data] : [],
  );

/** Where a record of AliasMode (priority 0) points; null: there is none. */
function aliasIn(answers: readonly dnsPacket.Answer[]): string | null {
  for (const data of httpsIn(answers)) if (data.readUInt16BE(0) === 0) return targetOf(data).name;
  return null;
}

function hintsIn(answers: readonly dnsPacket.Answer[]): readonly string[] {
  return httpsIn(answers).flatMap((data) => {
    const hints: string[] = [];
    for (let at = targetOf(data).end; at + 4 <= data.length;) {
      const key = data.readUInt16BE(at);
      const value = data.subarray(at + 4, at + 4 + data.readUInt16BE(at + 2));
      at += 4 + data.readUInt16BE(at + 2);
      if (key === V4_HINT || key === V6_HINT) hints.push(...addressesOfHint(value, key === V4_HINT ? 4 : 16));
    }
    return hints;
  });
}

/** What is cut off is none. */
function addressesOfHint(value: Buffer, bytes: 4 | 16): readonly string[] {
  return Array.from({ length: Math.floor(value.length / bytes) }, (_, index) =>
    addressText(value.subarray(index * bytes, (index + 1) * bytes)),
  );
}

const addressText = (bytes: Buffer): string =>
  bytes.length === 4
    ? bytes.join(".")
    : shortAddress(Array.from({ length: 8 }, (_, word) => bytes.readUInt16BE(2 * word).toString(16)).join(":"));

/** A name without compression (RFC 9460, section 2.2), and where it ends; what is cut off ends with the bytes. */
function targetOf(data: Buffer): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let at = 2;
  for (let length = data[at] ?? 0; length > 0 && at + length < data.length; length = data[at] ?? 0) {
    labels.push(data.subarray(at + 1, at + 1 + length).toString("latin1"));
    at += 1 + length;
  }
  return { name: labels.join(".").toLowerCase(), end: at + 1 };
}
