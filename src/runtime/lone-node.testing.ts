import { initialJudge, judge, type JudgeEvent, type JudgeState } from "../core/judge/judge.ts";
import type { Clock } from "./clock.ts";
import { madeEstate } from "./made-houston.testing.ts";
import { startNode, type Node } from "./node.ts";

/** The node of `east`, with its real judge: nobody else is heard, all probes are well, and `web` answers `good` of `total`. */
export function startLoneNode(
  clock: Clock,
  web: { readonly good: number; readonly total: number },
  more: Partial<Parameters<typeof startNode<JudgeState>>[0]> = {},
): Node {
  return startNode({
    clock,
    location: "east",
    estate: madeEstate,
    houston: "houston",
    transport: {
      name: "east",
      peers: [],
      send: async () => null,
      look: async () => {},
      receive: () => {},
      setUnreachable: () => {},
      counters: { sent: 0, failed: 0, received: 0, refused: {} },
    },
    probes: { journeys: ["browse", "buy"], probe: async () => ({ ok: true, ms: 40 }), stop: async () => {} },
    roundTripMs: {},
    world: {
      read: async (at) => ({
        readings: [{ at, location: "east", service: "web", signal: "requests", ...web }],
        load: null,
        suspects: [],
        demand: null,
        capacity: null,
        tableVersion: null,
      }),
    },
    steering: [],
    judge: { initial: initialJudge(), step: (state, event) => judge(state, event as JudgeEvent) },
    lossNotices: () => [],
    ...more,
  });
}
