import { z } from "zod";
import type { ReceivedRequest, ReceiverAnswer } from "../../made-receiver.testing.ts";
import { madeProvider, type MadeProvider } from "../made-provider.testing.ts";

/**
 * Cloudflare's API, version 4, with one account, as its reference says: a bearer token, every answer in the same wrapper, batches
 * of deletes, patches, puts and posts, in that order, as one transaction. A request that is not as the reference wants it is
 * answered as Cloudflare would, and kept in `wrong`.
 */
export type MadeCloudflare = MadeProvider & {
  readonly wrong: readonly string[];
  /** Batches carried out since the start. */
  readonly serial: () => number;
  readonly setByHand: (name: string, type: string, value: string) => void;
  readonly held: (name: string, type: string) => readonly HeldRecord[];
};

export type HeldRecord = z.output<typeof WRITTEN> & { readonly id: string };

const id32 = z.string().regex(/^[0-9a-f]{32}$/);

/** A record as it is written. A record through Cloudflare's own servers has the automatic time to live, which is written as 1. */
const WRITTEN = z
  .strictObject({
    name: z.string().min(1).max(255),
    type: z.enum(["A", "AAAA", "CNAME", "TXT"]),
    content: z.string().min(1),
    ttl: z.union([z.literal(1), z.int().min(60).max(86_400)]),
    proxied: z.boolean(),
    comment: z
      .string()
      .max(100)
      .regex(/^[^\r\n]*$/),
    tags: z.array(z.string().regex(/^[A-Za-z0-9_-]{1,32}:/)).optional(),
  })
  .refine(({ proxied, ttl, type }) => !proxied || (ttl === 1 && type !== "TXT"))
  .refine(({ type, content }) => type !== "A" || z.ipv4().safeParse(content).success)
  .refine(({ type, content }) => type !== "AAAA" || z.ipv6().safeParse(content).success)
  .refine(({ type, content }) => type !== "TXT" || /^"[^"]{0,255}"(?: "[^"]{0,255}")*$/.test(content));

const BATCH = z.strictObject({
  deletes: z.array(z.strictObject({ id: id32 })).optional(),
  patches: z.array(z.looseObject({ id: id32 })).optional(),
  puts: z.array(z.looseObject({ id: id32 })).optional(),
  posts: z.array(WRITTEN).optional(),
});

export async function madeCloudflare(options: {
  readonly token: string;
  /** Names of zones by ID. */
  readonly zones: Readonly<Record<string, string>>;
}): Promise<MadeCloudflare> {
  const wrong: string[] = [];
  const held = new Map<string, HeldRecord[]>(Object.keys(options.zones).map((id) => [id, []]));
  let batches = 0;
  let ids = 0;
  const nextId = (): string => (++ids).toString(16).padStart(32, "0");

  const answer = (request: ReceivedRequest): ReceiverAnswer => {
    if (!/^Bearer \S+$/.test(request.headers.authorization ?? "")) wrong.push("no bearer token");
    if (request.headers.authorization !== `Bearer ${options.token}`) return failed(403, 10000, "Authentication error");
    const { pathname, searchParams } = new URL(request.path, "http://cloudflare");
    if (request.method === "GET" && pathname === "/zones") return zonesNamed(searchParams.get("name"));
    const [, zone = "", rest] = /^\/zones\/([0-9a-f]{32})\/(dns_records(?:\/batch)?)$/.exec(pathname) ?? [];
    if (!held.has(zone))
      return failed(404, 7003, `Could not route to ${pathname}, perhaps your object identifier is invalid?`);
    if (request.method === "GET" && rest === "dns_records") return list(zone, searchParams);
    if (request.method === "POST" && rest === "dns_records/batch") return batch(zone, request);
    wrong.push(`${request.method} ${request.path}`);
    return failed(405, 7001, "Method not available for that URI.");
  };

  const zonesNamed = (name: string | null): ReceiverAnswer =>
    succeeded(
      Object.entries(options.zones)
        .filter(([, each]) => name === null || each === name)
        .map(([id, each]) => ({ id, name: each, status: "active" })),
      1,
    );

  const list = (zone: string, asked: URLSearchParams): ReceiverAnswer => {
    const known = new Set(["per_page", "page", "name.exact"]);
    const perPage = Number(asked.get("per_page"));
    if ([...asked.keys()].some((key) => !known.has(key)) || !(perPage >= 1 && perPage <= 5000))
      wrong.push(asked.toString());
    const name = asked.get("name.exact");
    const found = held.get(zone)!.filter((each) => name === null || each.name === name);
    const from = (Number(asked.get("page") ?? 1) - 1) * perPage;
    return succeeded(found.slice(from, from + perPage), Math.max(1, Math.ceil(found.length / perPage)));
  };

  const batch = (zone: string, request: ReceivedRequest): ReceiverAnswer => {
    const read = BATCH.safeParse(JSON.parse(request.body));
    if (!read.success || request.headers["content-type"] !== "application/json") {
      wrong.push(`${request.body.slice(0, 300)} ${read.error?.message}`);
      return failed(400, 9005, "Content for a record is invalid.");
    }
    const { deletes = [], patches = [], puts = [], posts = [] } = read.data;
    if (patches.length > 0) wrong.push("patches are not used");
    let working = [...held.get(zone)!];
    for (const { id } of deletes) {
      if (!working.some((each) => each.id === id)) return failed(404, 81044, "Record does not exist.");
      working = working.filter((each) => each.id !== id);
    }
    for (const { id, ...record } of puts) {
      const written = WRITTEN.safeParse(record);
      if (!written.success) {
        wrong.push(JSON.stringify(record));
        return failed(400, 9005, "Content for a record is invalid.");
      }
      if (!working.some((each) => each.id === id)) return failed(404, 81044, "Record does not exist.");
      working = working.map((each) => (each.id === id ? { id, ...written.data } : each));
      // One by one, within the transaction: two may not be alike on the way either.
      const problem = clash(working);
      if (problem !== null) return problem;
    }
    working.push(...posts.map((record) => ({ id: nextId(), ...record })));
    const problem = clash(working);
    if (problem !== null) return problem;
    held.set(zone, working);
    batches += 1;
    return succeeded({ deletes, patches, puts, posts }, 1);
  };

  const zoneOf = (name: string): string =>
    Object.keys(options.zones).find((id) => name === options.zones[id] || name.endsWith(`.${options.zones[id]}`))!;
  const provider = await madeProvider({
    answer,
    isWrite: ({ method }) => method === "POST",
    throttled: () => failed(429, 971, "Please wait and consider throttling your request speed"),
  });
  return {
    ...provider,
    wrong,
    serial: () => batches,
    held: (name, type) => held.get(zoneOf(name))!.filter((each) => each.name === name && each.type === type),
    setByHand(name, type, value) {
      const zone = zoneOf(name);
      const others = held.get(zone)!.filter((each) => each.name !== name || each.type !== type);
      const content = type === "TXT" ? `"${value}"` : value;
      const record = { id: nextId(), name, type: type as "A", content, ttl: 300, proxied: false, comment: "" } as const;
      held.set(zone, [...others, record]);
      batches += 1;
    },
  };
}

function clash(records: readonly HeldRecord[]): ReceiverAnswer | null {
  const seen = new Set<string>();
  for (const { name, type, content } of records) {
    const key = `${name} ${type} ${content}`;
    if (seen.has(key)) return failed(400, 81058, "An identical record already exists.");
    seen.add(key);
    if (type === "CNAME" && records.some((other) => other.name === name && other.content !== content))
      return failed(400, 81053, "An A, AAAA, or CNAME record with that host already exists.");
  }
  return null;
}

function succeeded(result: unknown, pages: number): ReceiverAnswer {
  const body = { success: true, errors: [], messages: [], result, result_info: { page: 1, total_pages: pages } };
  return { status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

function failed(status: number, code: number, message: string): ReceiverAnswer {
  const body = { success: false, errors: [{ code, message }], messages: [], result: null };
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}
