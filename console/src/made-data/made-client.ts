import type { HoustonClient } from "../../../src/api/client.ts";
import type { OrderPreview, StreamEvent } from "../../../src/api/contract.ts";
import { CallerError } from "../../../src/core/errors.ts";
import type { Order } from "../../../src/core/order.ts";
import type { TimelineEntry } from "../../../src/drivers/chat/timeline.ts";
import { frameOf } from "../../../src/runtime/frame.ts";
import { madeAnswers } from "./made-answers.ts";
import { madeEstate } from "./made-estate.ts";
import { sceneView, type Scene } from "./scenes.ts";

/** A Houston that is not there, for looking at the console: the scene began `ageSeconds` ago and goes on. */
export function madeClient(options: {
  readonly scene: Scene;
  readonly locations: number;
  readonly zones: number;
  readonly services: number;
  readonly ageSeconds: number;
}): HoustonClient {
  const { scene, ageSeconds, ...sizes } = options;
  const estate = madeEstate(sizes);
  const began = Date.now() - ageSeconds * 1000;
  const viewAt = (at: number) => sceneView(scene, { estate, at, began });
  const words = wordsOf(viewAt, began);
  return {
    api: "",
    ...madeAnswers(estate, () => viewAt(Date.now())),
    status: notMade,
    view: async () => viewAt(Date.now()),
    world: async () => ({
      version: "made",
      estate,
      addresses: Object.fromEntries(estate.locations.map(({ name }, index) => [name, `127.20.${index + 1}.1`])),
    }),
    timeline: async ({ since = 0, until = Infinity, limit = 200 } = {}) =>
      words()
        .filter(({ at }) => at >= since && at <= until)
        .slice(-limit),
    decisions: notMade,
    async frames({ since = 0, until = Date.now(), limit = 400 }) {
      const step = Math.max(5000, (until - since) / limit);
      const frames = [];
      for (let at = Math.ceil(since / 5000) * 5000; at <= Math.min(until, Date.now()); at += step)
        frames.push(frameOf(viewAt(at)));
      return frames;
    },
    incidents: async () => viewAt(Date.now()).incidents,
    keepDrill: notMade,
    demand: notMade,
    weekDemand: notMade,
    report: notMade,
    preview: async (order) => previewOf(order),
    order: async (by, order) => ({
      accepted: true,
      words: [{ at: Date.now(), level: "change", what: `${by}: ${order.kind}, as you say` }],
      reasons: [],
    }),
    recording: notMade,
    doubts: notMade,
    doubt: notMade,
    settleDoubt: notMade,
    scorecard: notMade,
    mark: notMade,
    gate: notMade,
    async *stream(signal) {
      while (!signal.aborted) {
        yield { event: "view", data: viewAt(Date.now()) } satisfies StreamEvent;
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    },
  };
}

async function notMade(): Promise<never> {
  throw new CallerError({ code: "not-made", message: "this is a made Houston", hint: "ask a true one" });
}

function wordsOf(viewAt: (at: number) => ReturnType<typeof sceneView>, began: number): () => readonly TimelineEntry[] {
  return () => {
    const said: TimelineEntry[] = [];
    const now = Date.now();
    for (let at = began - 20 * 60_000; at <= now; at += 60_000) {
      said.push({ id: `minute ${at}`, at, level: "info", what: "15 locations serve 203 rps; nothing moves" });
    }
    for (let at = began; at <= now && at < began + 120_000; at += 15_000) {
      const incident = viewAt(at).incidents[0];
      if (incident === undefined) continue;
      said.push({
        id: `step ${at}`,
        at,
        level: at === began || incident.level === "urgent" ? incident.level : "info",
        incident: incident.number,
        ...(incident.location === null ? {} : { location: incident.location }),
        what: at === began ? incident.what : incident.doing,
        ...(at === began ? { users: incident.users, why: incident.why } : {}),
      });
    }
    return said.sort((a, b) => a.at - b.at);
  };
}

function previewOf(order: Order): OrderPreview {
  const isBig = order.kind === "evacuate" && order.share === undefined;
  return {
    order,
    says: [
      "moves 1,240 rps of PUBLIC to 3 places, highest 71 % full, +9 ms median",
      "us-east-2 grows to 1,648 rps first",
      "5 % first, a look at each step, then double",
    ],
    movesRps: 1240,
    receivers: [
      { name: "us-east-2", takesRps: 720, utilisation: 0.71 },
      { name: "ca-central-1", takesRps: 400, utilisation: 0.62 },
      { name: "us-central1", takesRps: 120, utilisation: 0.4 },
    ],
    addedMs: { median: 9, p95: 31 },
    typed: isBig ? order.location : null,
    undo: order.kind === "evacuate" ? { kind: "restore", location: order.location } : null,
  };
}
