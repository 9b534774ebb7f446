import type { Words } from "../core/control-contract.ts";
import type { UnixMs } from "../core/step.ts";
import type { SteeringAnswer } from "../runtime/publisher.ts";

/**
 * With several drivers one may do as it is told while another does not: what each says to a table is told by its name, once. What is over within
 * seconds is told nobody.
 */
export type SteeringWordsOptions = {
  readonly now: () => UnixMs;
  readonly answers: () => readonly SteeringAnswer[];
  readonly tell: (id: string, words: Words) => void;
};

const LASTS_MS = 10_000;
/** Rounding differs a little at each table; what is the same each time is told once. */
const ROUNDING_SAID_EVERY_MS = 600_000;

type Known = {
  /** Since when it has not taken what it is offered; null: it has. */
  readonly badSince: UnixMs | null;
  /** The code that was told; null: nothing is open. */
  readonly told: string | null;
  /** The word of one that took it that was told last, and when. */
  readonly rounding: { readonly at: UnixMs; readonly says: string };
};
const NOTHING: Known = { badSince: null, told: null, rounding: { at: -Infinity, says: "" } };

/** To be called whenever something may have been answered. */
export function steeringWords({ now, answers, tell }: SteeringWordsOptions): () => void {
  const known = new Map<string, Known>();
  return () => {
    const at = now();
    const all = answers();
    for (const answer of all) {
      const { name, outcome } = answer;
      const before = known.get(name) ?? NOTHING;
      const words = wordsOf(answer, before, { at, isAlone: all.length === 1 });
      if (words !== null) tell(`steering-${name}-${at}`, words);
      known.set(
        name,
        outcome.kind === "done"
          ? {
              badSince: null,
              told: null,
              rounding: words === null ? before.rounding : { at, says: outcome.says ?? "" },
            }
          : { ...before, badSince: before.badSince ?? at, told: words === null ? before.told : outcome.code },
      );
    }
  };
}

function wordsOf(
  { name, version, outcome }: SteeringAnswer,
  { badSince, told, rounding }: Known,
  { at, isAlone }: { readonly at: UnixMs; readonly isAlone: boolean },
): Words | null {
  if (outcome.kind === "done") {
    const says = outcome.says ?? "";
    if (told !== null)
      return { at, level: "change", what: `${name} took table ${version}${says === "" ? "" : `: ${says}`}` };
    if (says === "" || says === rounding.says || at - rounding.at < ROUNDING_SAID_EVERY_MS) return null;
    return { at, level: "info", what: `${name} took table ${version}: ${says}` };
  }
  // Of one that is alone all that is refused is told with the table.
  if (told === outcome.code || (isAlone && outcome.kind === "refused")) return null;
  if (badSince === null || at - badSince < LASTS_MS) return null;
  return {
    at,
    level: "urgent",
    what: `${name} does not take table ${version}: ${outcome.code}${outcome.says === undefined ? "" : `: ${outcome.says}`}`,
    users: "those whom it steers stay where they are",
    youNeedTo: `mend what keeps ${name} from it; it is offered the newest table again each second`,
  };
}
