import { z } from "zod";
import { shortAddress } from "../ask-server.ts";
import { quotedText, unquotedText } from "../quoted-text.ts";
import type { RecordSet, RecordType } from "../record-server.ts";
import { readWeighted, weightedText } from "../weighted-sets.ts";

/**
 * Google's record sets and ours. Ours have one line for each item of a routing policy, so that a policy can be compared, digested and
 * shown like plain values: `600 192.0.2.1` (by weight), `us-east4 192.0.2.1,192.0.2.9` (by region), `health-check NAME` for both.
 */
export type GoogleSet = {
  readonly name: string;
  readonly type: string;
  readonly ttl: number;
  readonly rrdatas?: readonly string[] | undefined;
  readonly routingPolicy?: unknown;
};

export const GOOGLE_SET = z.object({
  name: z.string(),
  type: z.string(),
  ttl: z.number(),
  rrdatas: z.array(z.string()).optional(),
  routingPolicy: z.unknown().optional(),
});

/** Null: it is of another type, or empty. A policy that Houston never makes is one line of JSON: nobody's but a stranger's. */
export function ourSet(set: GoogleSet, types: readonly RecordType[]): RecordSet | null {
  const type = types.find((each) => each === set.type);
  if (type === undefined) return null;
  const values =
    set.routingPolicy === undefined
      ? (set.rrdatas ?? []).map((data) => valueOf(type, data))
      : policyLines(set.routingPolicy);
  if (values.length === 0) return null;
  return { name: set.name.toLowerCase().replace(/\.$/, ""), type, ttlSeconds: set.ttl, values: values.toSorted() };
}

/** As Google wants it; `healthCheck` is the full name of the one that a line names. */
export function googleSet(
  { name, type, ttlSeconds, values }: RecordSet,
  healthCheckUrl: (name: string) => string,
): GoogleSet {
  const set = { name: `${name}.`, type, ttl: ttlSeconds };
  if (type !== "A" && type !== "AAAA") return { ...set, rrdatas: values.map((value) => dataOf(type, value)) };
  const checked = values.find((value) => value.startsWith(HEALTH_CHECK))?.slice(HEALTH_CHECK.length);
  const lines = values.filter((value) => !value.startsWith(HEALTH_CHECK));
  const weighted = lines.map(readWeighted);
  const targets = (addresses: readonly string[]) =>
    checked === undefined ? { rrdatas: addresses } : { healthCheckedTargets: { externalEndpoints: addresses } };
  const check = checked === undefined ? {} : { healthCheck: healthCheckUrl(checked) };
  if (weighted.every((each) => each !== null)) {
    const items = weighted.map(({ weight, addresses }) => ({ weight, ...targets(addresses) }));
    return { ...set, routingPolicy: { wrr: { items }, ...check } };
  }
  const items = lines.map((line) => {
    const [location, addresses = ""] = line.split(" ");
    return { location, ...targets(addresses.split(",")) };
  });
  return { ...set, routingPolicy: { geo: { items }, ...check } };
}

const HEALTH_CHECK = "health-check ";

export function healthCheckLine(name: string): string {
  return `${HEALTH_CHECK}${name}`;
}

export function regionLine(region: string, addresses: readonly string[]): string {
  return `${region} ${addresses.join(",")}`;
}

/** Those of one line of ours; a health check has none. */
export function addressesInLine(line: string): readonly string[] {
  return line.startsWith(HEALTH_CHECK) ? [] : line.slice(line.indexOf(" ") + 1).split(",");
}

function valueOf(type: RecordType, data: string): string {
  if (type === "A" || type === "AAAA") return shortAddress(data);
  return type === "TXT" ? unquotedText(data) : data.toLowerCase().replace(/\.$/, "");
}

function dataOf(type: RecordType, value: string): string {
  return type === "TXT" ? quotedText(value) : `${value}.`;
}

const TARGETS = {
  rrdatas: z.array(z.string()).optional(),
  healthCheckedTargets: z.strictObject({ externalEndpoints: z.array(z.string()) }).optional(),
  // What Google adds to all it shows.
  kind: z.string().optional(),
  signatureRrdatas: z.array(z.string()).optional(),
} as const;
const POLICY = { healthCheck: z.string().optional(), kind: z.string().optional() } as const;
const WRR = z.strictObject({
  wrr: z.strictObject({
    items: z.array(z.strictObject({ weight: z.int().min(0), ...TARGETS })).min(1),
    kind: z.string().optional(),
  }),
  ...POLICY,
});
const GEO = z.strictObject({
  geo: z.strictObject({
    items: z.array(z.strictObject({ location: z.string(), ...TARGETS })).min(1),
    enableFencing: z.literal(false).optional(),
    kind: z.string().optional(),
  }),
  ...POLICY,
});

function policyLines(policy: unknown): readonly string[] {
  const wrr = WRR.safeParse(policy).data;
  const geo = GEO.safeParse(policy).data;
  const check = (wrr ?? geo)?.healthCheck?.split("/").at(-1);
  const lines =
    wrr?.wrr.items.map((item) => weightedText({ weight: item.weight, addresses: addressesOf(item) })) ??
    geo?.geo.items.map((item) => regionLine(item.location, addressesOf(item)));
  if (lines === undefined) return [`policy ${JSON.stringify(policy)}`];
  return check === undefined ? lines : [...lines, healthCheckLine(check)];
}

function addressesOf({
  rrdatas,
  healthCheckedTargets,
}: {
  readonly rrdatas?: readonly string[] | undefined;
  readonly healthCheckedTargets?: { readonly externalEndpoints: readonly string[] } | undefined;
}): readonly string[] {
  return [...(rrdatas ?? []), ...(healthCheckedTargets?.externalEndpoints ?? [])].map(shortAddress).toSorted();
}
