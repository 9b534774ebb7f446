import { crc32 } from "node:zlib";
import { WELL, type Ailment, type Service } from "../healthy-world.ts";
import { normal, seeded } from "../../../test/stories/judge-world.ts";

/** What goes wrong at one location. Seconds count from its beginning. */
export type Fault = {
  readonly name: string;
  /** What ails a service of the location that it happens to. */
  readonly ails: (service: Service, second: number) => Ailment;
  /** What ails the others, who are well all the same. */
  readonly othersAil?: (location: string, second: number) => Ailment;
  /** It neither serves nor tells anything. */
  readonly isDead?: boolean;
  /** Users of this network do not reach it. */
  readonly cutOff?: string;
  /** What a judge should say of it. */
  readonly wanted: { readonly scope: string; readonly cause: string };
};

const failing = (share: number) => (service: Service) => (service === "dynamodb" ? WELL : { fails: share, slower: 1 });

export const FAULTS: readonly Fault[] = [
  { name: "hard-down", ails: () => WELL, isDead: true, wanted: { scope: "location", cause: "edge" } },
  { name: "gray 20 %", ails: failing(0.2), wanted: { scope: "location", cause: "web" } },
  { name: "gray 5 %", ails: failing(0.05), wanted: { scope: "location", cause: "web" } },
  { name: "brownout", ails: brownout, wanted: { scope: "location", cause: "dynamodb" } },
  { name: "leak over 30 min", ails: leak, wanted: { scope: "location", cause: "web" } },
  { name: "one zone's path", ails: () => WELL, cutOff: "users:us", wanted: { scope: "path", cause: "users:us" } },
  {
    name: "gray 20 %, noisy receivers",
    ails: failing(0.2),
    othersAil: noise,
    wanted: { scope: "location", cause: "web" },
  },
  { name: "+30 % latency", ails: slower, wanted: { scope: "location", cause: "web" } },
];

/** Nothing fails; three times as many requests as usual, some 1 %, are slower than the objective allows: a little more than is worth a move. */
function slower(service: Service): Ailment {
  return service === "web" ? { fails: 0, slower: 1.3 } : WELL;
}

/**
 * As the planet's drill: within three minutes the store is ten times slower and a tenth of its calls fail. Web tries each
 * call twice, so users feel the square of it.
 */
function brownout(service: Service, second: number): Ailment {
  const ramp = Math.min(1, second / 180);
  const fails = 0.1 * ramp;
  if (service === "dynamodb") return { fails, slower: 1 + 9 * ramp };
  // Web's 15 ms hold 2 of the store's.
  return { fails: fails ** 2, slower: 1 + (2 * 9 * ramp) / 15 };
}

/** Memory runs full: slowly slower, to twice as slow, and 5 % of requests fail in the end. */
function leak(service: Service, second: number): Ailment {
  const ramp = Math.min(1, second / 1800);
  return service === "dynamodb" ? WELL : { fails: 0.05 * ramp ** 2, slower: 1 + ramp };
}

/** Healthy, but restless: about 0.2 % of requests fail, more or less each ten seconds, and all is 10 % slower or faster. */
function noise(location: string, second: number): Ailment {
  const random = seeded(Math.floor(second / 10) * 31 + crc32(location));
  return { fails: 0.002 * Math.exp(0.7 * normal(random) - 0.25), slower: Math.exp(0.1 * normal(random)) };
}
