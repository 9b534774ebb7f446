import type { Frame, OrderAnswer, OrderPreview } from "../../api/contract.ts";
import type { HoustonClient } from "../../api/client.ts";
import type { Why } from "../../api/why.ts";
import { CallerError } from "../../core/errors.ts";
import type { ControlView } from "../../core/control-contract.ts";
import type { Order } from "../../core/order.ts";
import type { WhatIf } from "../../core/plan/what-if.ts";
import { madeClock, type MadeClock } from "../../runtime/made-clock.testing.ts";
import { madeLocation, madeView, OPENED_AT } from "../made-incident.testing.ts";
import { chatMemory, type ChatMemory } from "../memory.ts";
import { MADE, type MadeSlack, madeSlack } from "./made-slack.testing.ts";
import { networkAtRest, patienceMs } from "./network.testing.ts";
import { type SlackFace, slackFace } from "./slack-face.ts";
import type { SlackSettings } from "./settings.ts";

/** A made Slack, a made Houston and the real face between them, on a clock that goes as told. */
export type SlackWorld = {
  readonly slack: MadeSlack;
  readonly clock: MadeClock;
  readonly memory: ChatMemory;
  readonly log: string[];
  readonly houston: MadeChatHouston;
  readonly face: SlackFace;
  /** Lets time pass, a quarter of a second at a time, until it holds. */
  readonly wait: (holds: () => boolean, what: string) => Promise<void>;
  readonly pass: (ms: number, stepMs?: number) => Promise<void>;
  /** The face ends and another begins with the same memory. */
  readonly restart: () => Promise<SlackFace>;
  stop(): Promise<void>;
};

export type MadeChatHouston = {
  readonly client: Pick<HoustonClient, "frames" | "report" | "order" | "preview" | "why" | "plan" | "view">;
  readonly orders: { readonly by: string; readonly order: Order }[];
  view: ControlView;
  /** Refuses the next order with this. */
  refuses: CallerError | null;
  typed: string | null;
  report: string | null;
};

export async function slackWorld(given: Partial<SlackSettings> = {}): Promise<SlackWorld> {
  const clock = madeClock(OPENED_AT);
  const slack = await madeSlack({ nowSeconds: () => Math.floor(clock.now() / 1000) });
  const memory = chatMemory(":memory:");
  const log: string[] = [];
  const houston = madeChatHouston();
  const settings: SlackSettings = {
    botToken: MADE.botToken,
    door: { kind: "socket", appToken: MADE.appToken },
    channel: MADE.channel,
    people: new Map([
      [MADE.alice, "alice"],
      [MADE.bob, "bob"],
    ]),
    mention: { kind: "here" },
    apiUrl: slack.apiUrl,
    ...given,
  };
  const begin = async (): Promise<SlackFace> => {
    const face = await slackFace({
      settings,
      houston: houston.client,
      clock,
      memory,
      log: (_level, says) => log.push(says),
    });
    if (settings.door?.kind === "http") slack.deliverTo(`http://127.0.0.1:${face.port()}/slack/events`);
    return face;
  };
  let face = await begin();
  // Between two steps of the made clock every call is answered: else a busy machine's made minutes would pass within a call.
  const breathe = (looks: number): Promise<void> =>
    networkAtRest({ hanging: slack.hanging(), leastMs: patienceMs(looks), mostMs: CALL_WITHIN_MS });
  const wait: SlackWorld["wait"] = async (holds, what) => {
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      if (holds()) return;
      await clock.pass(250);
      await breathe(tries);
    }
    throw new Error(`never: ${what}; Slack found ${JSON.stringify(slack.violations)}; log ${JSON.stringify(log)}`);
  };
  return {
    slack,
    clock,
    memory,
    log,
    houston,
    get face() {
      return face;
    },
    wait,
    async pass(ms, stepMs = 250) {
      for (let passed = 0; passed < ms; passed += stepMs) {
        await clock.pass(stepMs);
        await breathe(0);
      }
    },
    async restart() {
      await face.stop();
      face = await begin();
      return face;
    },
    async stop() {
      await face.stop();
      await slack.stop();
      memory.close();
    },
  };
}

const TRIES_MAX = 3000;

/** Longer than any call of ours may take. */
const CALL_WITHIN_MS = 12_000;

function madeChatHouston(): MadeChatHouston {
  const orders: MadeChatHouston["orders"] = [];
  const houston: MadeChatHouston = {
    orders,
    view: madeView(),
    refuses: null,
    typed: null,
    report: null,
    client: {
      view: async () => houston.view,
      async order(by, order): Promise<OrderAnswer> {
        const { refuses } = houston;
        houston.refuses = null;
        if (refuses !== null) throw refuses;
        orders.push({ by, order });
        return {
          accepted: true,
          words: [{ at: OPENED_AT, level: "change", what: `${by}: ${order.kind}` }],
          reasons: [],
        };
      },
      async preview(order): Promise<OrderPreview> {
        if ("location" in order && order.location === "us-esat-1")
          throw new CallerError({
            code: "unknown-location",
            message: "there is no location us-esat-1",
            hint: "did you mean us-east-1?",
          });
        return {
          order,
          says: ["moves 1,240 rps of PUBLIC to 3 places, highest 71 % full, +9 ms median"],
          movesRps: 1240,
          receivers: [{ name: "us-east-2", takesRps: 768, utilisation: 0.71 }],
          addedMs: { median: 9, p95: 22 },
          typed: houston.typed,
          undo: null,
        };
      },
      async why(location): Promise<Why> {
        return {
          location,
          at: null,
          state: "draining",
          verdict: madeLocation().verdict,
          bars: [],
          tail: null,
          byHand: null,
          decisions: [],
          words: [],
        };
      },
      async plan(without): Promise<WhatIf> {
        return {
          without: without ?? null,
          lost: without === undefined ? [] : [without],
          suspects: [],
          badPaths: [],
          reason: null,
          moves: [{ class: "public", zone: "us", from: "us-east-1", to: "us-east-2", rps: 1240 }],
          utilisationBefore: { "us-east-2": 0.4 },
          utilisationAfter: { "us-east-2": 0.71 },
          addedMs: { p50: 9, p95: 22, worstZone: null },
          unserved: [],
          prices: {},
          grow: [{ location: "us-east-2", toRps: 2000 }],
        };
      },
      frames: async ({ since = 0 }) => madeFrames(since),
      async report(incident) {
        if (houston.report === null) {
          throw new CallerError({ code: "not-found", message: `there is no report of ${incident}`, hint: "wait" });
        }
        return houston.report;
      },
    },
  };
  return houston;
}

/** A location that falls from 1,240 to nothing within three minutes, and two that rise. */
export function madeFrames(since: number): Frame[] {
  return Array.from({ length: 120 }, (_, index): Frame => {
    const out = Math.max(0, Math.min(1, (index - 60) / 40));
    return {
      at: since + index * 2000,
      routeTableVersion: 1,
      held: false,
      locations: [
        place("us-east-1", 1240 * (1 - out)),
        place("us-east-2", 700 + 768 * out),
        place("ca-central-1", 310 + 472 * out),
      ],
      flows: [],
      servedBy: [],
      incidents: [],
    };
  });
}

const place = (name: string, rps: number) => ({
  name,
  state: "serving" as const,
  held: false,
  verdict: "healthy" as const,
  cause: null,
  demandRps: rps,
  servedRps: rps,
  readyRps: 2000,
  failedRatio: 0,
  usersHurt: 0,
  movedShare: 0,
});
