import { Pool } from "undici";
import { z } from "zod";
import { metricsReader } from "../drivers/metrics/reader.ts";
import type { EntryDemand } from "../core/control-contract.ts";
import type { LocationName } from "../core/estate.ts";
import { capacitySchema, demandSchema } from "../runtime/summary-schema.ts";
import type { OwnWorld } from "../runtime/node.ts";
import type { HostPort } from "./settings.ts";

/** A node reads its own world at the admin port: the metrics page, and what came to the edge. */
const READ_WITHIN_MS = 700;
/** Shares of 256 buckets change slowly and are most of what would be sent. */
const BUCKETS_EVERY_MS = 5000;

const stateShape = z.object({ tableVersion: z.number(), demand: demandSchema, capacity: capacitySchema });

export function ownWorld(options: {
  readonly location: LocationName;
  readonly admin: HostPort;
  readonly token: string;
}): OwnWorld & { stop(): Promise<void> } {
  const { location, admin, token } = options;
  const reader = metricsReader(location);
  const pool = new Pool(`http://${admin.host}:${admin.port}`, { connections: 2, pipelining: 1 });
  let bucketsAt = 0;

  const get = async (path: string): Promise<string> => {
    const { statusCode, body } = await pool.request({
      method: "GET",
      path,
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(READ_WITHIN_MS),
    });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`${path}: HTTP ${statusCode}`);
    return text;
  };

  return {
    async read(at) {
      try {
        const [page, stateText] = await Promise.all([get("/metrics"), get("/state")]);
        const state = stateShape.safeParse(JSON.parse(stateText));
        const demand = state.success ? (state.data.demand as EntryDemand) : null;
        const { readings, load, suspects } = reader.take({
          text: page,
          at,
          ...(demand === null ? {} : { enteredRps: totalRps(demand) }),
        });
        const withBuckets = at - bucketsAt >= BUCKETS_EVERY_MS;
        if (withBuckets) bucketsAt = at;
        return {
          readings,
          load,
          suspects,
          demand: demand === null || withBuckets ? demand : { from: demand.from, rps: demand.rps },
          capacity: state.success ? state.data.capacity : null,
          tableVersion: state.success ? state.data.tableVersion : null,
        };
      } catch {
        // A world that does not answer is news of its own: the node counts it, and others see it by their probes.
        return null;
      }
    },
    stop: () => pool.destroy(),
  };
}

function totalRps(demand: EntryDemand): number {
  return Object.values(demand.rps).reduce(
    (sum, zones) => sum + Object.values(zones).reduce((inner, rps) => inner + rps, 0),
    0,
  );
}
