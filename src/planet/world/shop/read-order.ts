import type { Records, StoreRecord } from "../data/records.ts";
import { firstFound, type Replication } from "../data/replication.ts";
import { JSON_TYPE, type InnerAnswer } from "../inner/message.ts";
import { orderKey, readOrderId } from "./order-id.ts";
import { problem, storeFailed, wait } from "./service-host.ts";

/** Replication takes half a second as a rule; a user's patience for an order is a little longer. */
const ARRIVAL_WITHIN_MS = 1500;
/** Beside the distance. */
const ASK_WITHIN_MS = 300;
/** The location where the checkout began gets this head start: most orders were written there, and one question is enough. */
const OTHERS_AFTER_MS = 250;
/** A user tries a checkout again for 60 s, and replication may lag 10 s: what is nowhere after this will not come. */
const ON_ITS_WAY_MS = 120_000;

export type ReadOrderOptions = {
  readonly location: string;
  readonly locationIndex: number;
  /** Signs orders. */
  readonly key: string;
  readonly records: Records;
  readonly replication: Pick<Replication, "ask" | "askAll">;
  /** Reads a record of this location's own store. */
  readonly read: (key: string) => Promise<InnerAnswer>;
  readonly now?: () => number;
};

/**
 * A user who reads his order must see it, wherever he asks and wherever it was confirmed. The id carries the version that the
 * reader needs: when and where its checkout began. A location that does not have it yet
 *
 * 1. waits until it comes,
 * 2. and asks where it began, which has it as a rule,
 * 3. and, when that knows nothing or is dead (the checkout went on elsewhere), asks all others.
 *
 * What is nowhere is 'not yet' while it is young, and gone when it is old: stores keep the newest orders only.
 */
export async function readOrder(options: ReadOrderOptions, order: string): Promise<InnerAnswer> {
  const name = readOrderId(order, options.key);
  if (name === null)
    return problem(
      404,
      "order-unknown",
      "No such order",
      "The shop never gave an order that id.",
      "use the `order` of a checkout's answer",
    );
  const key = orderKey(order);
  const own = await options.read(key);
  if (own.status === 200) return own;
  if (own.status !== 404) return storeFailed();

  const ageMs = (options.now ?? Date.now)() - name.beganAt;
  const withinMs = ageMs > ON_ITS_WAY_MS ? 0 : ARRIVAL_WITHIN_MS;
  const found = await askAround(options, { key, home: name.homeIndex, withinMs });
  if (found !== undefined) return { status: 200, body: found.value, type: JSON_TYPE };
  if (ageMs > ON_ITS_WAY_MS)
    return problem(
      410,
      "order-gone",
      "No longer kept",
      `The checkout began ${Math.round(ageMs / 60_000)} minutes ago, and no location that answers keeps its order.`,
      "stores keep the newest orders only; the bank's ledger has every charge under this id",
    );
  return problem(
    503,
    "order-not-here-yet",
    "Not here yet",
    `The order's checkout began in location ${name.homeIndex} and it has not reached ${options.location}.`,
    "try again in a second",
  );
}

async function askAround(
  { records, replication, locationIndex }: ReadOrderOptions,
  { key, home, withinMs }: { readonly key: string; readonly home: number; readonly withinMs: number },
): Promise<StoreRecord | undefined> {
  const atHome = home === locationIndex ? Promise.resolve(undefined) : replication.ask(home, key, ASK_WITHIN_MS);
  const fromOthers = async (): Promise<StoreRecord | undefined> => {
    const early = await Promise.race([atHome, wait(OTHERS_AFTER_MS).then(() => undefined)]);
    return early ?? replication.askAll(key, ASK_WITHIN_MS);
  };
  return firstFound([records.arrival(key, withinMs), atHome, fromOthers()]);
}
