import type { Outcome } from "../core/control-contract.ts";
import type { LossNotice, RouteTable } from "../core/route/table.ts";
import type { SteeringDriver } from "../drivers/steering-contract.ts";
import type { Clock } from "./clock.ts";
import { within } from "./within.ts";

/**
 * Brings a table to every server that answers from it, like a paper round: all doors at once, who does not open gets
 * it later, and nobody else waits for those who did not open last time either.
 *
 * 1. A publication is done when every server that was in reach took it, and at least one did. One that refuses it is no server that is out of
 *    reach: whom it steers would be led elsewhere than all others are, so nothing is done, and each is named with its word.
 * 2. Who is behind is offered the newest table again and again, and never an older one.
 */
export type Publisher = {
  publish(table: RouteTable): Promise<Outcome>;
  notice(notice: LossNotice): Promise<Outcome>;
  /** A server says which version it answers from: less than ours means that it was restarted. */
  seen(server: string, version: number): void;
  /** Starts from a table that was published before a restart: everybody is offered it. */
  resume(table: RouteTable): void;
  behind(): readonly string[];
  /** What each said to a table last, in the order of the configuration; who was never answered is not there. */
  answers(): readonly SteeringAnswer[];
  stop(): void;
};

export type SteeringAnswer = { readonly name: string; readonly version: number; readonly outcome: Outcome };

/** Longer would hold up a shift for one dead server. */
const APPLY_WITHIN_MS = 1000;
const NOTICE_WITHIN_MS = 1000;
const BEHIND_AGAIN_MS = 1000;
/** Servers that report no version of their own are offered the table again this often; the same one is no work. */
const REFRESH_MS = 15_000;

export function publisher(options: { readonly clock: Clock; readonly steering: readonly SteeringDriver[] }): Publisher {
  const { clock, steering } = options;
  let newest: RouteTable | null = null;
  const has = new Map<string, number>(steering.map((driver) => [driver.name, 0]));
  const answers = new Map<string, SteeringAnswer>();
  const busy = new Set<string>();
  /** Not in reach at the last try. */
  const missing = new Set<string>();

  const apply = async (driver: SteeringDriver, table: RouteTable): Promise<Outcome> => {
    busy.add(driver.name);
    const outcome = await within(clock, driver.withinMs ?? APPLY_WITHIN_MS, (signal) => driver.apply(table, signal));
    busy.delete(driver.name);
    // The word on an older table may come late.
    if (table.version >= (answers.get(driver.name)?.version ?? 0))
      answers.set(driver.name, { name: driver.name, version: table.version, outcome });
    if (outcome.kind === "done") has.set(driver.name, Math.max(has.get(driver.name) ?? 0, table.version));
    if (outcome.kind === "retry") missing.add(driver.name);
    else missing.delete(driver.name);
    return outcome;
  };

  const offerAgain = (everybody: boolean): void => {
    if (newest === null) return;
    const { version } = newest;
    for (const driver of steering) {
      if (busy.has(driver.name)) continue;
      if (everybody || (has.get(driver.name) ?? 0) < version) void apply(driver, newest);
    }
  };
  const again = clock.every(BEHIND_AGAIN_MS, () => offerAgain(false));
  const refresh = clock.every(REFRESH_MS, () => offerAgain(true));

  return {
    async publish(table) {
      if (newest === null || table.version >= newest.version) newest = table;
      const waited: Promise<{ readonly name: string; readonly outcome: Outcome }>[] = [];
      const patient = steering.filter((driver) => !missing.has(driver.name));
      for (const driver of steering) {
        const outcome = apply(driver, table);
        // With nobody known to be in reach there is nobody to go ahead for.
        if (patient.length === 0 || patient.includes(driver)) {
          waited.push(outcome.then((value) => ({ name: driver.name, outcome: value })));
        }
      }
      const all = await Promise.all(waited);
      return refusedBySome(all) ?? summed(all, steering.length);
    },
    async notice(notice) {
      const outcomes = await Promise.all(
        steering.map(async (driver) => ({
          name: driver.name,
          outcome: driver.notice
            ? await within(
                clock,
                driver.withinMs ?? NOTICE_WITHIN_MS,
                (signal) => driver.notice?.(notice, signal) ?? Promise.resolve(NONE),
              )
            : NONE,
        })),
      );
      return summed(outcomes, steering.length);
    },
    seen(server, version) {
      if ((has.get(server) ?? 0) > version && !busy.has(server)) has.set(server, version);
    },
    resume(table) {
      newest = table;
      offerAgain(true);
    },
    behind: () => steering.map((driver) => driver.name).filter((name) => (has.get(name) ?? 0) < (newest?.version ?? 0)),
    answers: () => steering.flatMap(({ name }) => answers.get(name) ?? []),
    stop() {
      again();
      refresh();
    },
  };
}

const NONE: Outcome = { kind: "refused", code: "no-notices", says: "this driver can't hold a contingency" };

type Answer = Pick<SteeringAnswer, "name" | "outcome">;

/** Null: nobody refused it, or all did. */
function refusedBySome(answers: readonly Answer[]): Outcome | null {
  const took = answers.filter(({ outcome }) => outcome.kind === "done").map(({ name }) => name);
  const refused = answers.filter(({ outcome }) => outcome.kind === "refused");
  const [first] = refused.map(({ outcome }) => outcome);
  if (took.length === 0 || first?.kind !== "refused") return null;
  return { kind: "refused", code: first.code, says: refused.map(wordOf).join("; "), took };
}

/** `route53: foreign-records: these records are not Houston's`; some say their name themselves. */
function wordOf({ name, outcome }: Answer): string {
  const says = outcome.says?.startsWith(`${name}: `) ? outcome.says.slice(name.length + 2) : outcome.says;
  const parts = [name, ...(outcome.kind === "done" ? [] : [outcome.code]), ...(says === undefined ? [] : [says])];
  return parts.join(": ");
}

function summed(answers: readonly Answer[], servers: number): Outcome {
  const took = answers.filter(({ outcome }) => outcome.kind === "done");
  const late = answers.filter(({ outcome }) => outcome.kind === "retry");
  if (took.length > 0) {
    const others = answers.filter(({ outcome }) => outcome.kind !== "done").map(({ name }) => name);
    const without = others.length > 0 ? `; without ${others.join(", ")}` : "";
    return { kind: "done", says: `${took.length} of ${servers} servers took it${without}` };
  }
  const first = late[0] ?? answers[0];
  if (!first) return { kind: "retry", code: "no-servers" };
  const { outcome } = first;
  if (outcome.kind === "refused")
    return answers.length === 1 ? outcome : { ...outcome, says: answers.map(wordOf).join("; ") };
  return { kind: "retry", code: "nobody-reachable", ...(outcome.says === undefined ? {} : { says: outcome.says }) };
}
