import type { Records } from "../data/records.ts";
import { JSON_TYPE, type InnerAnswer, type InnerRequest } from "../inner/message.ts";
import { resourceHosts } from "./graph.ts";
import { json, wait, type Handler, type ServiceHost } from "./service-host.ts";

/** What the provider gives a location: a store, a cache, a queue and a disk, each with a service time of its own. */
export async function startResources(options: {
  readonly host: ServiceHost;
  readonly storeName: string;
  readonly records: Records;
}): Promise<void> {
  const { host, records } = options;
  await host.listen({
    name: options.storeName,
    host: resourceHosts.store,
    handle: timed(2, (request) => storeCall(records, request)),
  });
  await host.listen({ name: "cache", host: resourceHosts.cache, handle: timed(1, () => json(200, { cached: true })) });
  await host.listen({
    name: "queue",
    host: resourceHosts.queue,
    handle: timed(1.5, () => json(202, { queued: true })),
  });
  await host.listen({ name: "disk", host: resourceHosts.disk, handle: timed(3, () => json(200, { ok: true })) });
}

/** Spread of a resource's time: one call in six takes half as long again. */
const SPREAD = 0.35;
const LONGEST_MS = 20_000;

function timed(medianMs: number, handle: (request: InnerRequest) => InnerAnswer): Handler {
  return async (request, { factor }) => {
    const ms = medianMs * Math.exp(SPREAD * normal()) * factor;
    await wait(Math.min(LONGEST_MS, Math.max(1, Math.round(ms))));
    return handle(request);
  };
}

/** Near enough to a normal: three uniforms, mean 0, deviation 1. */
function normal(): number {
  return (Math.random() + Math.random() + Math.random() - 1.5) * 2;
}

/**
 * `GET /get/KEY`, `GET /sums/PREFIX` (what the records below it add up to, by what stands before the last dot of their keys:
 * one for each location that wrote), `POST /put/KEY` (the body is the value) and `POST /transact {key, value, add: [[key, number]]}`: a new record and
 * sums that go with it, all or nothing; a repeat finds the record there and changes nothing. Keys are `kind/name`.
 */
function storeCall(records: Records, request: InnerRequest): InnerAnswer {
  const { method, path, body } = request;
  if (method === "GET" && path.startsWith(GET)) {
    const record = records.get(path.slice(GET.length));
    return record === undefined
      ? json(404, { code: "no-record" })
      : { status: 200, body: record.value, type: JSON_TYPE };
  }
  if (method === "GET" && path.startsWith(SUMS)) {
    const sums: Record<string, number> = {};
    for (const { key, value } of records.startingWith(path.slice(SUMS.length))) {
      const name = key.slice(0, key.lastIndexOf("."));
      sums[name] = (sums[name] ?? 0) + Number(value);
    }
    return json(200, sums);
  }
  if (method === "POST" && path.startsWith(PUT)) {
    records.put(path.slice(PUT.length), body, Date.now());
    return json(200, { ok: true });
  }
  if (method === "POST" && path === "/transact") {
    const { key, value, add } = JSON.parse(body) as { key: string; value: string; add: readonly [string, number][] };
    if (records.get(key) !== undefined) return json(200, { ok: true });
    const now = Date.now();
    records.put(key, value, now);
    for (const [sum, amount] of add) records.put(sum, String(Number(records.get(sum)?.value ?? 0) + amount), now);
    return json(201, { ok: true });
  }
  return json(404, { code: "unknown-call" });
}

const GET = "/get/";
const SUMS = "/sums/";
const PUT = "/put/";
