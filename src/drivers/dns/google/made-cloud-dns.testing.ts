import { z } from "zod";
import { isSignedBy, type MadeGoogleAccount } from "../../made-google-account.testing.ts";
import type { ReceivedRequest, ReceiverAnswer } from "../../made-receiver.testing.ts";
import { type MadeProvider, madeProvider } from "../made-provider.testing.ts";
import { unquotedText } from "../quoted-text.ts";
import type { GoogleSet } from "./routing-policy.ts";

/**
 * Google Cloud DNS (REST, v1) with the public zone `example.test` and a private one of the same name, in the project `shop-1`. Requests are
 * held to what Google's API description says of them.
 */
export type MadeCloudDns = MadeProvider & {
  readonly sets: Map<string, GoogleSet>;
  serial(): number;
  setByHand(name: string, type: "A" | "TXT", value: string): void;
  /** What users are answered with, all over the world: addresses, and texts. */
  readonly answers: (name: string, type: string) => readonly string[];
  /** A change is pending until it was asked for so many times more; 0 at first. */
  readonly setPendingLooks: (looks: number) => void;
  /** Requests that the API does not know. */
  readonly wrong: readonly string[];
};

const PROJECT = "/dns/v1/projects/shop-1";
const SCOPE = "https://www.googleapis.com/auth/ndev.clouddns.readwrite";
const LISTED_AT_ONCE = 3;

export async function madeCloudDns(account: MadeGoogleAccount): Promise<MadeCloudDns> {
  const sets = new Map<string, GoogleSet>();
  const changes = new Map<string, { looks: number; readonly body: object }>();
  const wrong: string[] = [];
  let serial = 0;
  let pendingLooks = 0;
  const put = (set: GoogleSet): void => {
    sets.set(keyOf(set), set);
    serial += 1;
  };
  put({
    name: "example.test.",
    type: "SOA",
    ttl: 21600,
    rrdatas: ["ns-cloud-a1.googledomains.com. hostmaster. 1 2 3 4 5"],
  });
  put({ name: "example.test.", type: "NS", ttl: 21600, rrdatas: ["ns-cloud-a1.googledomains.com."] });

  const createChange = (body: string): ReceiverAnswer => {
    const parsed = CHANGE.safeParse(JSON.parse(body));
    if (!parsed.success) {
      wrong.push(`${body}: ${parsed.error.issues[0]?.path.join(".")} ${parsed.error.issues[0]?.message}`);
      return errorOf(400, "invalid", "Invalid value");
    }
    const { additions, deletions } = parsed.data;
    const left = new Map(sets);
    for (const [index, set] of deletions.entries()) {
      const there = left.get(keyOf(set));
      const at = `entity.change.deletions[${index}]`;
      if (there === undefined)
        return errorOf(404, "notFound", `The '${at}' resource named '${set.name}' does not exist.`);
      if (bare(there) !== bare(set)) return errorOf(412, "conditionNotMet", `Precondition not met for '${at}'`);
      left.delete(keyOf(set));
    }
    for (const [index, set] of additions.entries()) {
      const at = `entity.change.additions[${index}]`;
      if (left.has(keyOf(set)))
        return errorOf(409, "alreadyExists", `The resource '${at}' named '${set.name}' already exists`);
      left.set(keyOf(set), set);
      const types = ["A", "AAAA", "CNAME", "TXT"].filter((type) => left.has(`${set.name} ${type}`));
      if (types.includes("CNAME") && types.length > 1) return errorOf(400, "cnameResourceRecordSetConflict", at);
    }
    for (const set of deletions) sets.delete(keyOf(set));
    additions.forEach(put);
    const id = String(changes.size + 1);
    const change = { kind: "dns#change", id, startTime: new Date().toISOString(), additions, deletions };
    changes.set(id, { looks: 0, body: change });
    return json({ ...change, status: "pending" });
  };

  const answer = ({ method, path, headers, body }: ReceivedRequest): ReceiverAnswer => {
    const token = /^Bearer (\S+)$/.exec(headers.authorization ?? "")?.[1] ?? "";
    if (!isSignedBy(account, { token, scope: SCOPE })) return errorOf(401, "authError", "Invalid Credentials");
    const url = new URL(path, "http://made");
    const query = url.searchParams;
    const [, zone, kind, id] =
      /^\/managedZones(?:\/([a-z-]+)\/(rrsets|changes)(?:\/(\d+))?)?$/.exec(
        url.pathname.startsWith(PROJECT) ? url.pathname.slice(PROJECT.length) : "",
      ) ?? [];
    if (zone !== undefined && zone !== "example-public")
      return errorOf(404, "notFound", `The 'parameters.managedZone' resource named '${zone}' does not exist.`);
    switch (`${method} ${kind ?? "zones"}`) {
      case "GET zones":
        return json({ kind: "dns#managedZonesListResponse", managedZones: zonesOf(query.get("dnsName")) });
      case "GET rrsets":
        return json(listed(query));
      case "GET changes": {
        const change = changes.get(id ?? "");
        if (change === undefined) return errorOf(404, "notFound", `no change ${id}`);
        change.looks += 1;
        return json({ ...change.body, status: change.looks > pendingLooks ? "done" : "pending" });
      }
      case "POST changes":
        if (headers["content-type"] === "application/json" && id === undefined) return createChange(body);
        break;
    }
    wrong.push(`${method} ${path} ${body}`);
    return errorOf(400, "invalid", "Invalid value");
  };

  const listed = (query: URLSearchParams): object => {
    const name = query.get("name");
    const all = [...sets.values()].filter((set) => name === null || set.name === name);
    const from = Number(query.get("pageToken") ?? 0);
    const page = all.slice(from, from + LISTED_AT_ONCE).map(shown);
    const next = from + LISTED_AT_ONCE;
    return {
      kind: "dns#resourceRecordSetsListResponse",
      rrsets: page,
      ...(next < all.length && { nextPageToken: String(next) }),
    };
  };

  const provider = await madeProvider({
    answer,
    isWrite: ({ method }) => method === "POST",
    throttled: () => errorOf(403, "rateLimitExceeded", "Rate Limit Exceeded"),
  });
  return {
    ...provider,
    sets,
    wrong,
    serial: () => serial,
    setPendingLooks: (looks) => void (pendingLooks = looks),
    setByHand(name, type, value) {
      const data = type === "TXT" ? `"${value}"` : value;
      put({ name: `${name}.`, type, ttl: 60, rrdatas: [data] });
    },
    answers(name, type) {
      const set = sets.get(`${name}. ${type}`);
      const items = POLICY.safeParse(set?.routingPolicy).data;
      const told =
        set?.rrdatas ??
        [...(items?.wrr?.items ?? []), ...(items?.geo?.items ?? [])].flatMap(
          ({ rrdatas, healthCheckedTargets }) => rrdatas ?? healthCheckedTargets?.externalEndpoints ?? [],
        );
      return [...new Set(told.map((each) => (type === "TXT" ? unquotedText(each) : each)))].toSorted();
    },
  };
}

function zonesOf(dnsName: string | null): readonly object[] {
  const zones = [
    { name: "example-public", dnsName: "example.test.", visibility: "public" },
    { name: "example-private", dnsName: "example.test.", visibility: "private" },
    { name: "twice-1", dnsName: "twice.test.", visibility: "public" },
    { name: "twice-2", dnsName: "twice.test.", visibility: "public" },
  ];
  return zones
    .filter((zone) => dnsName === null || zone.dnsName === dnsName)
    .map((zone) => ({ kind: "dns#managedZone", ...zone }));
}

function keyOf({ name, type }: Pick<GoogleSet, "name" | "type">): string {
  return `${name} ${type}`;
}

/** As Google shows it: with the kinds of all things, and fields that nobody set. */
function shown(set: GoogleSet): object {
  const policy = set.routingPolicy as { wrr?: { items: object[] }; geo?: { items: object[] } } | undefined;
  const kind = "dns#rRSetRoutingPolicy";
  return {
    kind: "dns#resourceRecordSet",
    signatureRrdatas: [],
    ...set,
    ...(policy?.wrr && {
      routingPolicy: { ...policy, kind, wrr: { kind: `${kind}Wrr`, items: policy.wrr.items.map(shownItem) } },
    }),
    ...(policy?.geo && {
      routingPolicy: {
        ...policy,
        kind,
        geo: { kind: `${kind}Geo`, enableFencing: false, ...policy.geo, items: policy.geo.items.map(shownItem) },
      },
    }),
  };
}

function shownItem(item: object): object {
  return { kind: "dns#rRSetRoutingPolicyItem", signatureRrdatas: [], ...item };
}

/** What a deletion must repeat: all but what Google itself adds, data in any order. */
function bare(set: GoogleSet): string {
  const { name, type, ttl, rrdatas, routingPolicy } = set;
  const policy = JSON.stringify(routingPolicy ?? null, (key, value: unknown) =>
    key === "kind" || key === "signatureRrdatas" || (key === "enableFencing" && value === false) ? undefined : value,
  );
  return JSON.stringify([name, type, ttl, [...(rrdatas ?? [])].toSorted(), sortedKeys(JSON.parse(policy))]);
}

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sortedKeys(each)]),
  );
}

const OUTPUT = { kind: z.string().optional(), signatureRrdatas: z.array(z.string()).optional() } as const;
const TARGETS = {
  rrdatas: z.array(z.string()).min(1).optional(),
  healthCheckedTargets: z.strictObject({ externalEndpoints: z.array(z.union([z.ipv4(), z.ipv6()])).min(1) }).optional(),
  ...OUTPUT,
} as const;
const HEALTH_CHECK =
  /^https:\/\/www\.googleapis\.com\/compute\/v1\/projects\/[a-z0-9-]+\/global\/healthChecks\/[a-z0-9-]+$/;
const POLICY = z
  .strictObject({
    wrr: z
      .strictObject({ items: z.array(z.strictObject({ weight: z.number().min(0), ...TARGETS })).min(1), ...OUTPUT })
      .optional(),
    geo: z
      .strictObject({
        items: z.array(z.strictObject({ location: z.string().regex(/^[a-z]+-[a-z]+\d+$/), ...TARGETS })).min(1),
        enableFencing: z.boolean().optional(),
        ...OUTPUT,
      })
      .optional(),
    healthCheck: z.string().regex(HEALTH_CHECK).optional(),
    ...OUTPUT,
  })
  .refine(({ wrr, geo }) => (wrr === undefined) !== (geo === undefined), "one policy, and no more")
  .refine(({ wrr, geo, healthCheck }) => {
    const items = [...(wrr?.items ?? []), ...(geo?.items ?? [])];
    const isChecked = items.every((each) => each.healthCheckedTargets !== undefined && each.rrdatas === undefined);
    const isPlain = items.every((each) => each.rrdatas !== undefined && each.healthCheckedTargets === undefined);
    return healthCheck === undefined ? isPlain : isChecked;
  }, "targets are health-checked, all of them, or none is");
const SET = z
  .strictObject({
    name: z.string().regex(/^(?:[a-z0-9_*-]+\.)*example\.test\.$/),
    type: z.enum(["A", "AAAA", "CNAME", "TXT"]),
    ttl: z.int().min(0),
    rrdatas: z.array(z.string()).min(1).optional(),
    routingPolicy: POLICY.optional(),
    ...OUTPUT,
  })
  .refine(({ rrdatas, routingPolicy }) => (rrdatas === undefined) !== (routingPolicy === undefined), "data or a policy")
  .refine(
    ({ type, rrdatas }) => type !== "TXT" || rrdatas!.every((data) => /^"[^"]{0,255}"(?: "[^"]{0,255}")*$/.test(data)),
    "text stands in quotes",
  );
const CHANGE = z.strictObject({ additions: z.array(SET).max(1000), deletions: z.array(SET).max(1000) });

function json(body: unknown): ReceiverAnswer {
  return { status: 200, headers: { "content-type": "application/json; charset=UTF-8" }, body: JSON.stringify(body) };
}

function errorOf(code: number, reason: string, message: string): ReceiverAnswer {
  const error = { code, message, errors: [{ message, domain: "global", reason }] };
  return { ...json({ error }), status: code };
}
