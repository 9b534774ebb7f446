import ipaddr from "ipaddr.js";
import { z } from "zod";
import type { ReceivedRequest, ReceiverAnswer } from "../../made-receiver.testing.ts";
import { type MadeProvider, madeProvider } from "../made-provider.testing.ts";

/**
 * NS1's API (v1) with the DNS zone `example.test`. Requests are held to what NS1's documents say of them, and shown back as NS1 does: with ids,
 * and with truth and numbers as text here and there.
 */
export type MadeNs1 = MadeProvider & {
  readonly records: Map<string, MadeRecord>;
  serial(): number;
  setByHand(name: string, type: "A" | "TXT", value: string): void;
  /** What a client is answered with; absent: all that anybody anywhere may be. */
  readonly answers: (name: string, type: string, client?: string) => readonly string[];
  /** Weight of each address for who asks from there. */
  readonly weights: (name: string, client: string) => Readonly<Record<string, number>>;
  /** From now on so many writes are taken, and then each is a fault; null: all are. */
  readonly setWritesLeft: (writes: number | null) => void;
  /** Requests that the API does not know. */
  readonly wrong: readonly string[];
};

export type MadeRecord = z.output<typeof BODY>;
export const KEY = "a made key of NS1";

export async function madeNs1(limit?: { readonly burst: number; readonly perSecond: number }): Promise<MadeNs1> {
  const records = new Map<string, MadeRecord>();
  const wrong: string[] = [];
  let serial = 0;
  let writesLeft: number | null = null;
  const put = (record: MadeRecord): void => {
    records.set(`${record.domain} ${record.type}`, record);
    serial += 1;
  };
  const plain = (domain: string, type: MadeRecord["type"], value: string): MadeRecord => ({
    zone: "example.test",
    domain,
    type,
    ttl: 3600,
    answers: [{ answer: [value] }],
    filters: [],
  });
  put(plain("example.test", "NS", "dns1.p01.nsone.net"));

  const write = (method: string, key: string, body: string): ReceiverAnswer => {
    if (writesLeft !== null && writesLeft-- <= 0) return errorOf(500, "internal error");
    const there = records.get(key);
    if (method === "DELETE") {
      if (there === undefined) return errorOf(404, "record not found");
      records.delete(key);
      serial += 1;
      return json({});
    }
    const parsed = BODY.safeParse(JSON.parse(body));
    if (!parsed.success || `${parsed.data.domain} ${parsed.data.type}` !== key) {
      wrong.push(`${method} ${key} ${body}: ${parsed.error?.issues[0]?.message}`);
      return errorOf(400, "invalid body");
    }
    if (method === "PUT" && there !== undefined) return errorOf(400, "record already exists");
    if (method === "POST" && there === undefined) return errorOf(404, "record not found");
    put(parsed.data);
    const types = ["A", "AAAA", "CNAME", "TXT"].filter((type) => records.has(`${parsed.data.domain} ${type}`));
    if (types.includes("CNAME") && types.length > 1) wrong.push(`${key} stands beside a CNAME`);
    return json(shown(parsed.data));
  };

  const answer = ({ method, path, headers, body }: ReceivedRequest): ReceiverAnswer => {
    if (headers["x-nsone-key"] !== KEY) return errorOf(401, "Unauthorized");
    const url = new URL(path, "http://made");
    const [, zone, name, type] = /^\/v1\/zones\/([^/]+)(?:\/([^/]+)\/([A-Z]+))?$/.exec(url.pathname) ?? [];
    if (zone !== undefined && zone !== "example.test") return errorOf(404, "zone not found");
    const key = `${decodeURIComponent(name ?? "")} ${type}`;
    if (method === "GET" && zone !== undefined && name === undefined) return listed(url, [...records.values()]);
    if (method === "GET" && name !== undefined) {
      const record = records.get(key);
      return record === undefined ? errorOf(404, "record not found") : json(shown(record));
    }
    const isJson = method === "DELETE" || headers["content-type"] === "application/json";
    if (["PUT", "POST", "DELETE"].includes(method) && name !== undefined && isJson) return write(method, key, body);
    wrong.push(`${method} ${path} ${body}`);
    return errorOf(400, "invalid request");
  };

  const provider = await madeProvider({
    answer,
    isWrite: ({ method }) => method !== "GET",
    ...(limit && { limit }),
    throttled: () => errorOf(429, "rate limit exceeded"),
  });
  const find = (name: string, type: string): MadeRecord | undefined => records.get(`${name} ${type}`);
  const forClient = (record: MadeRecord | undefined, client: string | undefined): MadeRecord["answers"] => {
    const answers = record?.answers ?? [];
    if (client === undefined || !record?.filters.some(({ filter }) => filter === "netfence_prefix")) return answers;
    const own = answers.filter(({ meta }) => meta?.ip_prefixes?.some((prefix) => isIn(client, prefix)));
    return own.length > 0 ? own : answers.filter(({ meta }) => meta?.ip_prefixes === undefined);
  };
  return {
    ...provider,
    records,
    wrong,
    serial: () => serial,
    setByHand: (name, type, value) => put(plain(name, type, value)),
    answers: (name, type, client) =>
      [...new Set(forClient(find(name, type), client).flatMap(({ answer: told }) => told))].toSorted(),
    weights: (name, client) =>
      Object.fromEntries(
        forClient(find(name, "A"), client).map(({ answer: told, meta }) => [told[0]!, meta?.weight ?? 1]),
      ),
    setWritesLeft: (writes) => void (writesLeft = writes),
  };
}

const LISTED_AT_ONCE = 3;

/** Short, and a few at once: the rest is where `Link` says. */
function listed(url: URL, all: readonly MadeRecord[]): ReceiverAnswer {
  const from = Number(url.searchParams.get("after") ?? 0);
  const records = all.slice(from, from + LISTED_AT_ONCE).map(({ domain, type, ttl, answers }) => ({
    domain,
    type,
    ttl,
    short_answers: answers.map(({ answer }) => answer[0]),
  }));
  const next = from + LISTED_AT_ONCE;
  const link = `<http://${url.host === "made" ? "" : url.host}/v1/zones/example.test?after=${next}>; rel="next"`;
  const answer = json({ zone: "example.test", ttl: 3600, nx_ttl: 60, records });
  if (next >= all.length) return answer;
  return { ...answer, headers: { ...answer.headers, link: link.replace("http:///", "/") } };
}

/** As NS1 shows a record. */
function shown({ answers, filters, ...rest }: MadeRecord): object {
  return {
    ...rest,
    id: "5f0000000000000000000001",
    meta: {},
    link: null,
    regions: {},
    networks: [0],
    tier: 3,
    answers: answers.map(({ answer, meta = {} }, index) => ({
      id: `5f00000000000000000001${index}`,
      answer,
      meta: { ...meta, ...(meta.weight !== undefined && { weight: String(meta.weight) }) },
      region: null,
    })),
    filters: filters.map(({ filter, config = {} }) => ({
      filter,
      config: Object.fromEntries(Object.entries(config).map(([key, value]) => [key, value === true ? "1" : value])),
    })),
  };
}

function isIn(client: string, prefix: string): boolean {
  const address = ipaddr.parse(client);
  const [network, bits] = ipaddr.parseCIDR(prefix);
  return address.kind() === network.kind() && address.match(network, bits);
}

const FILTERS = ["up", "netfence_prefix", "weighted_sticky", "select_first_n"] as const;
const META = z.strictObject({
  weight: z.number().min(0).optional(),
  up: z.union([z.boolean(), z.strictObject({ feed: z.string().min(1) })]).optional(),
  ip_prefixes: z
    .array(z.union([z.cidrv4(), z.cidrv6()]))
    .min(1)
    .max(1000)
    .optional(),
});
const BODY = z
  .strictObject({
    zone: z.literal("example.test"),
    domain: z.string().regex(/^(?:[a-z0-9_*-]+\.)*example\.test$/),
    type: z.enum(["A", "AAAA", "CNAME", "TXT", "NS"]),
    ttl: z.int().min(1),
    use_client_subnet: z.boolean().optional(),
    answers: z.array(z.strictObject({ answer: z.array(z.string()).length(1), meta: META.optional() })).min(1),
    filters: z.array(
      z.strictObject({
        filter: z.enum(FILTERS),
        config: z.record(z.string(), z.union([z.boolean(), z.number()])).optional(),
      }),
    ),
  })
  .refine(
    ({ type, answers }) => type !== "TXT" || answers.every(({ answer }) => answer[0]!.length <= 255),
    "a long text",
  )
  .refine(({ answers, filters }) => {
    const has = (filter: (typeof FILTERS)[number]): boolean => filters.some((each) => each.filter === filter);
    const isWeighted = answers.some(({ meta }) => meta?.weight !== undefined);
    return isWeighted === has("weighted_sticky") && (!has("up") || answers.every(({ meta }) => meta?.up !== undefined));
  }, "what a filter reads is there, and what is there is read");

function json(body: unknown): ReceiverAnswer {
  return {
    status: 200,
    headers: {
      "content-type": "application/json",
      "x-ratelimit-limit": "900",
      "x-ratelimit-period": "300",
      "x-ratelimit-remaining": "899",
    },
    body: JSON.stringify(body),
  };
}

function errorOf(status: number, message: string): ReceiverAnswer {
  return { ...json({ message }), status };
}
