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
 * `GET /get/KEY`, `POST /put/KEY` (the body is the value), `POST /add/KEY` (the body is a number to add), `POST /new/KEY` (409 when it
 * is there). Keys are `kind/name`.
 */
function storeCall(records: Records, request: InnerRequest): InnerAnswer {
  const call = request.path.slice(0, 5);
  const key = request.path.slice(5);
  switch (call) {
    case "/get/": {
      const record = records.get(key);
      return record === undefined
        ? json(404, { code: "no-record" })
        : { status: 200, body: record.value, type: JSON_TYPE };
    }
    case "/put/":
      records.put(key, request.body, Date.now());
      return json(200, { ok: true });
    case "/new/":
      if (records.get(key) !== undefined) return json(409, { code: "there-already" });
      records.put(key, request.body, Date.now());
      return json(201, { ok: true });
    case "/add/": {
      const sum = Number(records.get(key)?.value ?? 0) + Number(request.body);
      if (!Number.isFinite(sum)) return json(400, { code: "not-a-number" });
      records.put(key, String(sum), Date.now());
      return { status: 200, body: String(sum), type: JSON_TYPE };
    }
    default:
      return json(404, { code: "unknown-call" });
  }
}
