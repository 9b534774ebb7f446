import type { UnixMs } from "../../core/step.ts";
import type { Caller } from "./caller.ts";
import type { Chance } from "./chance.ts";
import type { CheckoutBook } from "./checkout-book.ts";
import type { ExchangeResult } from "./exchange.ts";
import { NOWHERE, type Habit, type Outcome, type RequestRecord } from "./records.ts";
import type { PopulationSettings } from "./settings.ts";
import type { Wheel } from "./wheel.ts";

/** Where a user stands: its chunk, its habit, and the address it calls from. */
export type UserPlace = {
  readonly zone: number;
  readonly class: number;
  readonly bucket: number;
  readonly habit: Habit;
  readonly from: string;
};

/** What a session and a bot need of the population. */
export type Tools = {
  readonly settings: PopulationSettings;
  readonly wheel: Wheel;
  readonly chance: Chance;
  readonly caller: Caller;
  readonly checkouts: CheckoutBook;
  /** Sends one browser request of a user and counts it as an attempt. */
  send(place: UserPlace, request: SendRequest, then: (result: ExchangeResult) => void): void;
  record(record: RequestRecord): void;
  locationOf(name: string): number;
  locationAt(address: string | null): number;
  /** Product ids, learnt from the first list that anyone saw. */
  products: readonly (string | number)[];
};

export type SendRequest = {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: string;
  readonly idempotencyKey?: string;
  readonly wanted: boolean;
  readonly deadline: UnixMs;
};

/** Puts a user at one of its zone's addresses. */
export function placeIn(tools: Tools, who: { zone: number; class: number; bucket: number; habit: Habit }): UserPlace {
  const clients = tools.settings.zones[who.zone]?.clients ?? [];
  const from = clients[tools.chance.below(clients.length)];
  if (from === undefined) throw new Error(`zone ${who.zone} has no client addresses`);
  return { ...who, from };
}

/** How a finished exchange looks to its user; `ms` since the first try began. */
export function outcomeOf({ result }: ExchangeResult, ms: number): Outcome {
  if (result.kind === "unresolved") return "unresolved";
  if (result.kind === "failed") return result.why;
  if (result.status < 200 || result.status >= 400) return "status";
  return ms > SLOW_MS ? "slow" : "ok";
}

const SLOW_MS = 1000;

export function recordOf(
  tools: Tools,
  done: { at: UnixMs; place: UserPlace; kind: RequestRecord["kind"]; result: ExchangeResult },
): RequestRecord {
  const { at, place, kind, result } = done;
  const ms = tools.wheel.exact() - at;
  return {
    at,
    zone: place.zone,
    class: place.class,
    bucket: place.bucket,
    kind,
    habit: place.habit,
    called: tools.locationAt(result.called),
    served: result.result.kind === "answer" ? tools.locationOf(result.result.location) : NOWHERE,
    outcome: outcomeOf(result, ms),
    ms,
  };
}

const HOST_OF_CLASS: readonly string[] = ["shop", "editor", "internal"];

export function hostOf(place: UserPlace, domain: string): string {
  return `b${place.bucket.toString(16).padStart(2, "0")}.${HOST_OF_CLASS[place.class]}.${domain}`;
}
