import type { ConditionDriver, ConditionTurn } from "./contract.ts";
import { fails, HOLDS, unknown } from "./contract.ts";
import type { Measure } from "./measure.ts";

/** Within these it holds; at least one of them is there. */
export type Bounds = { readonly atLeast?: number | undefined; readonly atMost?: number | undefined };

/** Holds while every value that is measured is within its bounds. */
export function measuredCondition(
  turn: ConditionTurn,
  { measure, bounds }: { readonly measure: Measure; readonly bounds: Bounds },
): ConditionDriver {
  return {
    ...turn,
    async ask(location, signal) {
      const measured = await measure(location, signal);
      if ("noAnswer" in measured) return unknown(measured.noAnswer);
      const { atLeast = -Infinity, atMost = Infinity } = bounds;
      const least = Math.min(...measured.values);
      const most = Math.max(...measured.values);
      if (least < atLeast) return fails(`${plain(least)}, and at least ${plain(atLeast)} is needed`);
      if (most > atMost) return fails(`${plain(most)}, and at most ${plain(atMost)} is allowed`);
      return HOLDS;
    },
  };
}

/** Holds while the data there is at most so far behind; how far it is goes along, for whoever has to move a writer. */
export function replicaLagCondition(
  turn: ConditionTurn,
  { measure, maxSeconds }: { readonly measure: Measure; readonly maxSeconds: number },
): ConditionDriver {
  return {
    ...turn,
    async ask(location, signal) {
      const measured = await measure(location, signal);
      if ("noAnswer" in measured) return unknown(measured.noAnswer);
      const behindSeconds = Math.max(...measured.values);
      if (behindSeconds <= maxSeconds) return { kind: "holds", behindSeconds: Math.max(0, behindSeconds) };
      const says = `its data is ${plain(behindSeconds)} s behind, and at most ${plain(maxSeconds)} s are allowed`;
      return { kind: "fails", failures: [{ says }], behindSeconds };
    },
  };
}

/** Three digits are as much as anybody reads. */
const plain = (value: number): string => String(Number(value.toPrecision(3)));
