import { buildConnector, Pool } from "undici";
import { z } from "zod";
import type { LocationName } from "../../core/estate.ts";
import { boundedText } from "../bounded-text.ts";
import { BUY_WITHIN_MS, PROBE_WITHIN_MS, type Journey, type ProbeDriver, type ProbeOrder } from "./contract.ts";
import { againOnReset, endless, failure, ProbeError } from "./failure.ts";

/**
 * Probes over HTTP, as a user's browser would ask. They leave from this node's own address, so that the edge at the
 * other end knows how far we are and holds the answer for as long; our end waits the handshake's round trip.
 */
export type HttpProbeOptions = {
  /** Who looks: goes along as `x-probe`, which keeps the probe in the location that it asks. */
  readonly vantage: LocationName;
  readonly sourceAddress: string;
  readonly edges: Readonly<Record<LocationName, { readonly host: string; readonly port: number }>>;
  readonly roundTripMs: Readonly<Record<LocationName, number>>;
  /** Which host name to ask for. */
  readonly host: string;
  readonly now?: () => number;
};

const CONNECTIONS = 4;
/** A page of products is far smaller; more than this is not an answer. */
const BODY_BYTES_MAX = 256 * 1024;

const products = z.object({ products: z.array(z.object({ id: z.string() })).min(1) });
const cart = z.object({ cart: z.string() });
const order = z.object({ order: z.string() });

export function httpProbes(options: HttpProbeOptions): ProbeDriver {
  const now = options.now ?? (() => performance.now());
  const pools = new Map<LocationName, Pool>();
  const poolTo = (location: LocationName): Pool => {
    const known = pools.get(location);
    if (known) return known;
    const pool = openPool(location, options);
    pools.set(location, pool);
    return pool;
  };

  return {
    journeys: ["browse", "buy"],
    async probe(asked) {
      const startedAt = now();
      // The driver's promise is to answer always: a location that it was not told of is a wrong answer, too.
      if (!options.edges[asked.location]) return { ok: false, ms: 0, why: "wrong", says: "no such location" };
      const withinMs = asked.journey === "buy" ? BUY_WITHIN_MS : PROBE_WITHIN_MS;
      const call = caller(poolTo(asked.location), options, AbortSignal.timeout(withinMs));
      try {
        await walk(asked, call);
        return { ok: true, ms: now() - startedAt };
      } catch (error) {
        return failure(error, now() - startedAt);
      }
    },
    async stop() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
    },
  };
}

type Call = (method: "GET" | "POST", path: string, options?: { body?: unknown; key?: string }) => Promise<Answer>;
type Answer = { readonly status: number; readonly location: string; readonly body: unknown };

/** What a user does; throws at the first thing that a user would not accept. */
async function walk(asked: ProbeOrder, call: Call): Promise<void> {
  const steps: Readonly<Record<Journey, () => Promise<void>>> = {
    async browse() {
      const shown = expectShape(await call("GET", "/api/products"), 200, products, asked.location);
      if (shown.products.length === 0) throw new ProbeError("wrong", "no products");
    },
    async buy() {
      const shown = expectShape(await call("GET", "/api/products"), 200, products, asked.location);
      const product = shown.products[0]?.id ?? "";
      const empty = expectShape(await call("POST", "/api/carts", { body: {} }), null, cart, asked.location);
      const items = `/api/carts/${encodeURIComponent(empty.cart)}/items`;
      const filled = await call("POST", items, { body: { product, quantity: 1 } });
      const full = expectShape(filled, null, cart, asked.location);
      const checkout = `/api/carts/${encodeURIComponent(full.cart)}/checkout`;
      expectShape(await call("POST", checkout, { body: {}, key: asked.key }), 201, order, asked.location);
    },
  };
  await steps[asked.journey]();
}

function caller(pool: Pool, options: HttpProbeOptions, signal: AbortSignal): Call {
  const once: Call = async (method, path, { body, key } = {}) => {
    const answer = await pool.request({
      method,
      path,
      signal,
      headers: {
        host: options.host,
        "x-probe": options.vantage,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(key === undefined ? {} : { "idempotency-key": key }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await boundedText(answer.body, { bytes: BODY_BYTES_MAX, tooLong: endless });
    const location = answer.headers["x-location"];
    return {
      status: answer.statusCode,
      location: typeof location === "string" ? location : "",
      body: parse(text),
    };
  };
  return (method, path, rest) => {
    const ask = (): Promise<Answer> => once(method, path, rest);
    return method === "GET" || rest?.key !== undefined ? againOnReset(ask) : ask();
  };
}

function expectShape<Shape>(answer: Answer, status: number | null, schema: z.ZodType<Shape>, location: string): Shape {
  const right = status === null ? answer.status >= 200 && answer.status < 300 : answer.status === status;
  if (!right) throw new ProbeError("status", `HTTP ${answer.status}`);
  if (answer.location !== location) throw new ProbeError("wrong", `answered by ${answer.location || "nobody we know"}`);
  const shape = schema.safeParse(answer.body);
  if (!shape.success) throw new ProbeError("wrong", "not the answer that a user needs");
  return shape.data;
}

function openPool(location: LocationName, options: HttpProbeOptions): Pool {
  const edge = options.edges[location];
  const roundTripMs = options.roundTripMs[location] ?? 0;
  const connect = buildConnector({ timeout: PROBE_WITHIN_MS });
  // The connector takes a local address with each target only: among its own options it is overwritten.
  const { sourceAddress: localAddress } = options;
  return new Pool(`http://${edge?.host}:${edge?.port}`, {
    connections: CONNECTIONS,
    pipelining: 1,
    keepAliveTimeout: 10_000,
    connect: (target, done) => {
      connect({ ...target, localAddress }, (...result) => {
        // A refusal travels as far as an acceptance does.
        if (roundTripMs === 0) done(...result);
        else setTimeout(() => done(...result), roundTripMs).unref();
      });
    },
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
