import type { ControlView } from "../core/control-contract.ts";
import type { Proven } from "../core/control/usable.ts";
import type { Estate } from "../core/estate.ts";
import {
  newProofBook,
  observeCarried,
  provenLearntOf,
  provenOf,
  takeUpProven,
  type ProvenLearnt,
} from "../core/proven/proof-book.ts";
import type { Clock } from "./clock.ts";
import type { LearntKeeper } from "./learnt-keeper.ts";

/**
 * Looks, beside the deciding Houston, at what each location carries well, and tells the most of it. What it tells enters the log like all that is
 * decided on, so a replay needs no past.
 */
export type Proving = { stop(): void };

const LOOK_EACH_MS = 5_000;
/** A new best is told at the end of some minutes: a rising morning makes one each minute. */
const TELL_EACH_MS = 5 * 60_000;
/** What a crash may cost. */
const KEEP_EACH_MS = 10 * 60_000;

export function startProving(options: {
  readonly clock: Clock;
  readonly estate: Estate;
  readonly view: () => ControlView;
  readonly tell: (proven: readonly Proven[]) => void;
  readonly keeper?: LearntKeeper<ProvenLearnt>;
}): Proving {
  const { clock, estate, keeper } = options;
  const book = newProofBook();
  const before = keeper?.takeUp(clock.now()) ?? null;
  if (before !== null) takeUpProven(book, before);
  const keep = (): void => keeper?.keep(provenLearntOf(book, clock.now()));
  let told = "[]";
  const tell = (): void => {
    const proven = provenOf(book, clock.now());
    const text = JSON.stringify(proven);
    if (text === told) return;
    told = text;
    options.tell(proven);
  };
  tell();
  const ends = [
    clock.every(LOOK_EACH_MS, () =>
      observeCarried(book, { at: clock.now(), view: options.view(), objective: estate.objective }),
    ),
    clock.every(TELL_EACH_MS, tell),
    clock.every(KEEP_EACH_MS, keep),
  ];
  return {
    stop() {
      for (const end of ends) end();
      keep();
    },
  };
}
