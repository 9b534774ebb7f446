import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import { CallerError } from "../core/errors.ts";
import { timeline, type Timeline } from "../drivers/chat/timeline.ts";
import type { LogStore } from "../drivers/store/contract.ts";
import { memoryStore } from "../drivers/store/memory.ts";
import { singleLeader } from "../runtime/leadership.ts";
import { sumOfRequests } from "../core/requests.ts";
import { madeClock, type MadeClock } from "../runtime/made-clock.testing.ts";
import { madeEstate, madeHouston, madeServers, type MadeHouston } from "../runtime/made-houston.testing.ts";
import type { ApiOptions, JournalDesk } from "./api-options.ts";
import type { Doubt } from "./contract.ts";
import type { Effect } from "./effect.ts";
import { startApi } from "./server.ts";
import type { Tail } from "./tail.ts";

/** The real API on a free port of 127.0.0.1, before a made Houston and a made clock: for tests of all that asks it. */
export type MadeApi = {
  readonly app: FastifyInstance;
  readonly url: string;
  readonly token: string;
  readonly clock: MadeClock;
  readonly houston: MadeHouston;
  readonly store: LogStore;
  readonly timeline: Timeline;
  /** Orders are answered when the made clock goes on: lets it go until this is. */
  meanwhile<Answer>(answer: Promise<Answer>, goOn?: () => Promise<void>): Promise<Answer>;
  stop(): Promise<void>;
};

export const MADE_TOKEN = "a-token-of-some-length";
export const MADE_START = 1_795_000_000_000;

/** One request waits; whoever settles it is believed. */
export function madeJournal(): JournalDesk {
  const waiting = new Map<string, Doubt>([[MADE_DOUBT.id, MADE_DOUBT]]);
  const known = (id: string): Doubt => {
    const found = waiting.get(id);
    if (found) return found;
    throw new CallerError({ code: "unknown-doubt", message: `request ${id} does not wait`, hint: "list the doubts" });
  };
  return {
    requests: () => {
      const inDoubt = waiting.size;
      const east = { inFlight: 3, resumedElsewhere: 0, parked: inDoubt, inDoubt };
      const west = { inFlight: 1, resumedElsewhere: 2, parked: 0, inDoubt: 0 };
      return { all: { ...sumOfRequests([east, west]), silent: [] }, at: { east, west } };
    },
    doubts: async () => [...waiting.values()],
    doubt: async (id) => known(id),
    settle: async (id) => void waiting.delete(known(id).id),
  };
}

const MADE_DOUBT: Doubt = {
  id: "checkout:key-1",
  workflow: "checkout",
  tenant: null,
  location: "us-east-1",
  reason: {
    code: "in-doubt",
    says: 'step "charge" was begun in us-east-1 and nobody knows whether it happened',
    step: "charge",
    attempt: 1,
  },
  receiverKey: "key-1.checkout.charge.1",
  quietMs: 61_000,
};

const MADE_DECIDED = MADE_START + 8250;

/** The name server answers by the table, a resolver should and does not. */
export const madeEffects: readonly Effect[] = [
  {
    version: 3,
    decidedAt: MADE_DECIDED,
    state: "late",
    servers: [
      {
        at: "203.0.113.53:53",
        asked: 4,
        seenAt: MADE_DECIDED + 100,
        dueAt: MADE_DECIDED + 3000,
        isLate: false,
        says: null,
      },
    ],
    resolvers: [
      {
        at: "192.0.2.1",
        asked: 2,
        seenAt: null,
        dueAt: MADE_DECIDED + 3500,
        isLate: true,
        says: "www.example.com A is answered with 203.0.113.7 (east); right is 203.0.113.8 (west)",
      },
    ],
  },
];

export const madeTails: readonly Tail[] = [
  {
    location: "east",
    since: MADE_DECIDED,
    outShare: 0.982,
    isMeasured: true,
    until: MADE_DECIDED + 60_000,
    holdsLongerShare: 0.005,
    resolvers: [{ address: "198.51.100.53", until: MADE_DECIDED + 41_000, share: 0.61 }],
  },
];

export async function startMadeApi(
  options: {
    readonly calmSeconds?: number;
    /** After the calm: east is failing by dynamodb for so long. */
    readonly illSeconds?: number;
    /** What is to be otherwise. */
    readonly api?: Partial<ApiOptions>;
  } = {},
): Promise<MadeApi> {
  const { calmSeconds = 8, illSeconds = 0 } = options;
  const clock = madeClock(MADE_START);
  const store = memoryStore();
  const live = timeline();
  const houston = await madeHouston({ clock, store, servers: madeServers(), chats: [live] });
  for (let second = 0; second < calmSeconds; second += 1) await houston.second();
  for (let second = 0; second < illSeconds; second += 1) await houston.second(["east"]);
  const app = await startApi({
    clock,
    token: MADE_TOKEN,
    estate: madeEstate,
    addresses: { east: "127.20.1.1", west: "127.20.3.1" },
    controller: houston.controller,
    leadership: singleLeader("houston"),
    store,
    timeline: live,
    transport: houston.transport,
    version: "test",
    tickMs: 250,
    journal: madeJournal(),
    effects: () => madeEffects,
    tails: () => madeTails,
    trace: async (id) => ({ id, journal: null, hops: [], silent: [], kept: [] }),
    readings: madeReadings,
    ...options.api,
  });
  const goOnLittle = (): Promise<void> => {
    houston.again();
    return clock.pass(100);
  };
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  return {
    app,
    url,
    token: MADE_TOKEN,
    clock,
    houston,
    store,
    timeline: live,
    async meanwhile(answer, goOn = goOnLittle) {
      const waiting = { answered: false };
      const done = answer.finally(() => (waiting.answered = true));
      while (!waiting.answered) {
        await goOn();
        // Answers come by a real socket.
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      return done;
    },
    async stop() {
      await app.close();
      await houston.controller.stop();
    },
  };
}

/** The node of west is silent; the others have a line that says what was asked. */
const madeReadings: ApiOptions["readings"] = async ({ location, since, until }) => {
  if (location === "west")
    throw new CallerError({ code: "node-silent", message: "the node of west is silent", hint: "later" });
  return Readable.from([`${JSON.stringify({ recording: 1, locations: [location] })}\n`, `${since} ${until}\n`]);
};
