import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import type { UnixMs } from "../../core/step.ts";
import { writeWhole } from "../../drivers/write-whole.ts";
import { AHEAD_MS, type SignedOrder } from "./signed-order.ts";

/**
 * The list of orders by file that were taken: what stands on it is not followed again. Whoever loses such a list can't tell a copy from
 * a new order, so one that can't be read is put aside beside itself, and while it lies there no order by file is followed; once a person has taken it
 * away, only those signed after it was found are.
 */
export type TakenOrders = {
  /** Why no order by file is followed now, and what a person does about it; null: they are. Throws when the disk does not answer. */
  blocked(now: UnixMs): Blocked | null;
  /** Notes it, before it is followed; or why it may not be. Throws when it can't be noted. */
  take(order: SignedOrder, now: UnixMs): NotTaken | null;
};

export type Blocked = { readonly says: string; readonly youNeedTo: string };
type NotTaken = { readonly code: string; readonly says: string };

const TAKEN_MAX = 10_000;
/** Of so many with their ids. */
const BYTES_MAX = 200 * TAKEN_MAX;

const shape = z.strictObject({
  /** Of what was signed until then the list knows nothing. */
  signedAfter: z.number(),
  taken: z.array(z.object({ id: z.string(), until: z.number() })),
});
type List = z.output<typeof shape>;

/** In a file of its own; its folder exists. */
export function takenOrders(file: string): TakenOrders {
  const aside = `${file}.refused`;
  /** Puts aside what is no list, and begins a new one that knows that it begins late. */
  const listAt = (now: UnixMs): List => {
    const found = existsSync(file) ? listIn(file) : existsSync(aside) ? null : { signedAfter: 0, taken: [] };
    if (found !== null) return found;
    if (existsSync(file)) renameSync(file, aside);
    // A clock may be so far ahead when it signs.
    const begun = { signedAfter: now + AHEAD_MS, taken: [] };
    keep(file, begun);
    return begun;
  };
  return {
    blocked(now) {
      const { signedAfter } = listAt(now);
      if (!existsSync(aside)) return null;
      return {
        says: `no order by file is followed: the list of those that were taken could not be read, and is kept as ${aside}`,
        youNeedTo: `look into it, then take it away: orders signed after ${moment(signedAfter)} are followed from then on`,
      };
    },
    take({ id, by, at, until }, now) {
      const list = listAt(now);
      if (existsSync(aside))
        return { code: "taken-unknown", says: `nobody knows whether it was followed before; see ${aside}` };
      if (at <= list.signedAfter)
        return {
          code: "signed-before-list",
          says: `the list of what was taken was lost once, and knows nothing of orders signed until ${moment(list.signedAfter)}: ${by} may sign it anew`,
        };
      const known = list.taken.filter((each) => each.until > now);
      if (known.some((each) => each.id === id))
        return { code: "taken-before", says: `this order of ${by} was taken before` };
      if (known.length >= TAKEN_MAX) return { code: "too-many", says: `${TAKEN_MAX} orders are remembered already` };
      keep(file, { ...list, taken: [...known, { id, until }] });
      return null;
    },
  };
}

function keep(file: string, list: List): void {
  writeWhole(file, JSON.stringify(list), 0o600);
  // Else a machine that loses power may know an older list, and the order be in its folder again.
  const folder = openSync(dirname(file), "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** Null: it is none. Whatever stands there is neither waited for nor read without end. */
function listIn(file: string): List | null {
  const found = statSync(file);
  if (!found.isFile() || found.size > BYTES_MAX) return null;
  try {
    return shape.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    // A disk that does not answer is no list that is wrong.
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
    throw error;
  }
}

const moment = (at: UnixMs): string => new Date(at).toISOString();
