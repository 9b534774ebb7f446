import { byName } from "../route/by-name.ts";
import type { ServiceName } from "../estate.ts";
import type { Cause } from "../verdict.ts";
import { gaugeNats } from "./gauge.ts";
import type { JudgeState } from "./state.ts";
import { aloneOf } from "./weigh.ts";

/**
 * "Something is wrong: where?" Given that, even weak evidence ranks: failures and latency first, gauges and logs in
 * support; of a caller what its callees do not explain.
 */
export function whereIsIt(state: JudgeState): Cause[] {
  const nats = new Map<ServiceName, number>();
  for (const stream of state.streams.values()) {
    nats.set(stream.service, Math.max(nats.get(stream.service) ?? 0, aloneOf(stream)));
  }
  for (const [service, gauge] of gaugeNats(state.gauges)) nats.set(service, (nats.get(service) ?? 0) + gauge);
  const ranked: { name: ServiceName; nats: number }[] = [];
  for (const name of [...nats.keys()].sort(byName)) {
    const here = nats.get(name) ?? 0;
    const layer = state.graph.layerOf(name);
    // What a user does is where it is felt, not where it began.
    if (here <= 0 || layer === "journey" || layer === "edge") continue;
    let explained = 0;
    for (const callee of state.graph.calleesOf(name)) explained = Math.max(explained, nats.get(callee) ?? 0);
    ranked.push({ name, nats: Math.max(here / 10, here - EXPLAINS * explained) });
  }
  ranked.sort((a, b) => b.nats - a.nats || byName(a.name, b.name));
  const sum = ranked.reduce((total, each) => total + each.nats, 0);
  return ranked.slice(0, 5).map(({ name, nats: own }) => ({
    layer: state.graph.layerOf(name),
    name,
    share: Math.round((own / sum) * 100) / 100,
  }));
}

const EXPLAINS = 0.7;
