import type { SecureContext } from "node:tls";
import { Pool } from "undici";
import type { LocationName } from "../../core/estate.ts";
import { boundedText } from "../bounded-text.ts";
import { PROBE_WITHIN_MS, type ProbeDriver } from "./contract.ts";
import { againOnReset, endless, failure, ProbeError, whyOfStatus } from "./failure.ts";
import { awakeFor } from "./awake.ts";
import { trusting } from "./trusting.ts";

/**
 * Asks each location for one page as a user's browser would: at the location's own address, by the page's own name (`Host`, and in the TLS
 * handshake), whatever DNS says of the name.
 */
export type UrlProbeOptions = {
  /** Who looks: goes along as `x-probe`, so that an edge can keep the probe in the location that it asks. */
  readonly vantage: LocationName;
  /** `https://www.example.com/health` */
  readonly url: string;
  /** Answers that are good; none: any from 200 to 399. */
  readonly statuses: readonly number[];
  /** Where each location is reached: `203.0.113.7`, `2001:db8::7`. */
  readonly addresses: Readonly<Record<LocationName, string>>;
  /** Certificates that are trusted beside the usual ones, in PEM. */
  readonly authorities?: string;
};

export function urlProbes(options: UrlProbeOptions): ProbeDriver {
  const page = new URL(options.url);
  const { authorities } = options;
  const secureContext = authorities === undefined ? undefined : trusting(authorities);
  const pools = new Map(
    Object.entries(options.addresses).map(([location, address]) => [location, poolTo(address, page, secureContext)]),
  );
  const isGood = (status: number): boolean =>
    options.statuses.length === 0 ? status >= 200 && status < 400 : options.statuses.includes(status);
  const ask = async (pool: Pool, signal: AbortSignal): Promise<void> => {
    const { statusCode, headers, body } = await pool.request({
      method: "GET",
      path: `${page.pathname}${page.search}`,
      signal,
      headers: { host: page.host, "user-agent": "houston-probe", "x-probe": options.vantage },
    });
    await boundedText(body, { bytes: BODY_BYTES_MAX, tooLong: endless });
    const retryAfter = headers["retry-after"] === undefined ? "absent" : "given";
    if (!isGood(statusCode)) throw new ProbeError(whyOfStatus(statusCode, retryAfter), `HTTP ${statusCode}`);
  };
  return {
    journeys: ["browse"],
    async probe({ location, withinMs = PROBE_WITHIN_MS }) {
      const began = performance.now();
      const pool = pools.get(location);
      if (pool === undefined) return { ok: false, ms: 0, why: "wrong", says: "no such location" };
      const patience = awakeFor(withinMs);
      try {
        await againOnReset(() => ask(pool, patience.signal));
        return { ok: true, ms: performance.now() - began };
      } catch (error) {
        return failure(error, performance.now() - began);
      } finally {
        patience.end();
      }
    },
    async stop() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
    },
  };
}

function poolTo(address: string, page: URL, secureContext: SecureContext | undefined): Pool {
  const host = address.includes(":") ? `[${address}]` : address;
  return new Pool(`${page.protocol}//${host}:${page.port || (page.protocol === "https:" ? 443 : 80)}`, {
    connections: CONNECTIONS,
    pipelining: 1,
    keepAliveTimeout: 10_000,
    connect: {
      servername: page.hostname,
      timeout: PROBE_WITHIN_MS,
      ...(secureContext !== undefined && { secureContext }),
    },
  });
}

const CONNECTIONS = 2;
/** A health page is far smaller; more than this is not an answer. */
const BODY_BYTES_MAX = 256 * 1024;
