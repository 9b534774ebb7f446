import { mkdirSync, readdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import type { People } from "../../config/people-shape.ts";
import type { Words } from "../../core/control-contract.ts";
import type { LocationName } from "../../core/estate.ts";
import type { Order } from "../../core/order.ts";
import { orderWords } from "../../core/order-words.ts";
import type { UnixMs } from "../../core/step.ts";
import type { Cancel, Clock } from "../../runtime/clock.ts";
import { type OrderAnswer, whyUndecided } from "../../runtime/controller.ts";
import { readSignedOrder, TEXT_MAX, type ReadOrder } from "./signed-order.ts";
import type { Blocked, TakenOrders } from "./taken-orders.ts";

/**
 * A letter box: each `*.order` that is put into the folder is read once and put aside, into `taken` or into `refused`. Ids of those that were taken
 * are noted before they are followed, so that a copy, or a crash in between, orders nothing twice (taken-orders.ts).
 */
export type OrderFolderOptions = {
  readonly clock: Clock;
  readonly folder: string;
  readonly people: People;
  /** The name of the estate: an order for another one is refused. */
  readonly estate: string;
  readonly locations: readonly LocationName[];
  readonly taken: TakenOrders;
  readonly order: (by: string, order: Order) => Promise<OrderAnswer>;
  /** Into the record, by an id of its own. */
  readonly say: (id: string, words: Words) => void;
};

const LOOK_EVERY_MS = 1_000;
/** Of one look: a folder full of rubbish is gone through slowly. */
const FILES_A_LOOK = 20;

/** Throws when the folder can't be made. */
export function followOrderFolder(options: OrderFolderOptions): Cancel {
  for (const each of ["", "taken", "refused"]) mkdirSync(join(options.folder, each), { recursive: true, mode: 0o700 });
  let isLooking = false;
  const sayBlocked = blockedWords(options);
  sayBlocked();
  return options.clock.every(LOOK_EVERY_MS, () => {
    if (isLooking) return;
    isLooking = true;
    sayBlocked();
    void look(options).finally(() => (isLooking = false));
  });
}

/** Whoever would put a file must know before that it would not be followed, and when it would again. */
function blockedWords({ clock, taken, say }: OrderFolderOptions): () => void {
  let before: string | null = null;
  return () => {
    const at = clock.now();
    const blocked = blockedNow(taken, at);
    if (blocked?.says === before) return;
    if (blocked !== null)
      say(`order-files-blocked-${at}`, { at, level: "urgent", what: blocked.says, youNeedTo: blocked.youNeedTo });
    else if (before !== null)
      say(`order-files-again-${at}`, { at, level: "change", what: "orders by file are followed again" });
    before = blocked?.says ?? null;
  };
}

function blockedNow(taken: TakenOrders, now: UnixMs): Blocked | null {
  try {
    return taken.blocked(now);
  } catch (error) {
    return {
      says: `no order by file is followed: the list of those that were taken can't be kept (${messageOf(error)})`,
      youNeedTo: "look at the disk of the state folder",
    };
  }
}

async function look(options: OrderFolderOptions): Promise<void> {
  const { clock, folder } = options;
  for (const file of filesIn(folder)) {
    const read = readOnce(options, file);
    const isAside = putAside(folder, file, read.kind === "good" ? "taken" : "refused");
    const at = clock.now();
    if (read.kind === "refused") {
      // One that can't be put aside would be refused each second; an order is followed all the same, for its id is noted.
      if (!isAside) continue;
      options.say(`order-file-${file}-${at}`, {
        at,
        level: "urgent",
        what: `the order file ${file} is refused: ${read.says} (${read.code})`,
        youNeedTo: "look who put it there; it is kept in the folder `refused`",
      });
      continue;
    }
    const { id, by, order, why } = read.signed;
    options.say(`order-file-${id}`, {
      at,
      level: "change",
      what: `${by} ordered by a signed file: ${orderWords(order)}`,
      ...(why !== null && { why }),
    });
    sayUnfollowed(options, { id, by, answer: await options.order(`${by} (signed file)`, order) });
  }
}

/** What is refused when it is weighed is said by then; nobody waits for the answer to a file. */
function sayUnfollowed(
  { clock, say }: OrderFolderOptions,
  { id, by, answer }: { readonly id: string; readonly by: string; readonly answer: OrderAnswer },
): void {
  const says = whyUndecided(answer);
  if (says === null) return;
  say(`order-file-${id}-unfollowed`, {
    at: clock.now(),
    level: "urgent",
    what: `what ${by} ordered by a signed file was not followed: ${says}`,
    youNeedTo: "sign it anew where it can be followed: a file counts once",
  });
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".order"))
      .toSorted()
      .slice(0, FILES_A_LOOK);
  } catch {
    // The disk is gone, or comes back: there is nothing to read now.
    return [];
  }
}

/** Reads one file, and notes that it was taken. */
function readOnce({ clock, folder, people, estate, locations, taken }: OrderFolderOptions, file: string): ReadOrder {
  try {
    const path = join(folder, file);
    const found = statSync(path);
    // Whoever reads a pipe waits for who writes it.
    if (!found.isFile()) return { kind: "refused", code: "no-signed-order", says: "it is no file" };
    if (found.size > TEXT_MAX) return { kind: "refused", code: "too-large", says: "no order is so long" };
    const now = clock.now();
    const read = readSignedOrder(readFileSync(path, "utf8"), { people, estate, locations, now });
    if (read.kind === "refused") return read;
    const refused = taken.take(read.signed, now);
    return refused === null ? read : { kind: "refused", ...refused };
  } catch (error) {
    return { kind: "refused", code: "unreadable", says: `it can't be read or noted: ${messageOf(error)}` };
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function putAside(folder: string, file: string, where: "taken" | "refused"): boolean {
  try {
    renameSync(join(folder, file), join(folder, where, file));
    return true;
  } catch {
    return false;
  }
}
