import { initialJudge, judge, type JudgeEvent, type JudgeState } from "../core/judge/judge.ts";
import { lossNotices } from "../core/judge/loss.ts";
import type { Outcome } from "../core/control-contract.ts";
import type { LocationName } from "../core/estate.ts";
import type { LossNotice } from "../core/route/table.ts";
import type { Clock } from "../runtime/clock.ts";
import { startNode, type Node, type NodeEvent } from "../runtime/node.ts";
import type { ProbeAnswer, ProbeDriver } from "../drivers/probe/contract.ts";
import { chance } from "./chance.ts";
import { life, type Life } from "./life.ts";
import type { MadePlanet } from "./made-planet.ts";
import type { Network } from "./network.ts";
import { journeyOf, MADE_BASELINE } from "./shop.ts";
import { NAME_SERVER, type World } from "./world.ts";

/** One location's processes, world and node alike: started, frozen, killed and started again by the faults. */
export type Site = { readonly life: Life; readonly node: Node };

export const HOUSTON = "houston";
/** As the real probes wait. */
const PROBE_WITHIN_MS = 1_500;
const BUY_WITHIN_MS = 4_000;
/** Browsing makes two round trips: one to connect, one to ask. */
const ROUND_TRIPS = 2;

export type SiteOptions = {
  readonly clock: Clock;
  readonly seed: number;
  readonly planet: MadePlanet;
  readonly world: World;
  readonly network: Network;
  readonly lifeOf: (name: LocationName) => Life | null;
  /** A node has made a notice: those who check want to know. */
  readonly noticed: (from: LocationName, notice: LossNotice) => void;
};

export function startSite(location: LocationName, options: SiteOptions): Site {
  const { planet, world, network } = options;
  const own = life(options.clock);
  const sink = (server: string, outside: boolean) => ({
    name: server,
    outside,
    notice(notice: LossNotice): Promise<Outcome> {
      options.noticed(location, notice);
      // The name server's anycast address is near everybody; one's own world is nearer.
      return Promise.resolve(world.notice(server, notice, options.clock.now()));
    },
  });
  const node = startNode<JudgeState>({
    clock: own.clock,
    location,
    estate: planet.estate,
    houston: HOUSTON,
    transport: network.transport(location, own),
    probes: probesOf(location, own, options),
    roundTripMs: Object.fromEntries(planet.names.map((name) => [name, planet.roundTripMs(location, name)])),
    world: { read: (at) => Promise.resolve(world.read(location, at)) },
    steering: [sink(location, false), sink(NAME_SERVER, true)],
    judge: { initial: initialJudge(), step: (state, event: NodeEvent) => judge(state, event as JudgeEvent) },
    lossNotices,
    baseline: MADE_BASELINE,
  });
  return { life: own, node };
}

function probesOf(vantage: LocationName, own: Life, options: SiteOptions): ProbeDriver {
  const { planet, world, network, clock } = options;
  const random = chance(options.seed, `probes ${vantage} ${clock.now()}`);
  return {
    journeys: ["browse", "buy"],
    probe({ location, journey }) {
      const withinMs = journey === "buy" ? BUY_WITHIN_MS : PROBE_WITHIN_MS;
      const wayMs = planet.roundTripMs(vantage, location);
      return new Promise<ProbeAnswer>((resolve) => {
        const overdue = { ok: false, ms: withinMs, why: "timeout", says: "no answer" } as const;
        own.clock.after(withinMs, () => resolve(overdue));
        if (!network.looksAt(vantage, location)) return;
        clock.after(wayMs / 2, () => {
          const there = options.lifeOf(location);
          if (there === null) {
            const refused = { ok: false, ms: wayMs, why: "refused", says: "nobody listens" } as const;
            clock.after(wayMs / 2, () => own.run(() => resolve(refused)));
            return;
          }
          there.run(() => {
            const { failing, ms } = journeyOf(world.health(location), journey);
            const tookMs = ms * Math.exp(0.3 * random.normal()) + wayMs * (ROUND_TRIPS - 0.5);
            const answer: ProbeAnswer = random.is(failing)
              ? { ok: false, ms: tookMs, why: "status", says: "HTTP 500" }
              : { ok: true, ms: tookMs + wayMs / 2 };
            clock.after(tookMs, () => own.run(() => resolve(answer)));
          });
        });
      });
    },
    stop: () => Promise.resolve(),
  };
}
