import type { ClassName, LocationName, Mode } from "./estate.ts";

/** What a person may say. Console, CLI and chat all send exactly this. */
export type Order =
  | {
      readonly kind: "evacuate";
      readonly location: LocationName;
      /** Absent: every class whose data may move. */
      readonly class?: ClassName;
      /** Share of the location's traffic, 0..1; absent: all. */
      readonly share?: number;
      /** Goes back by itself after so many seconds. */
      readonly forSeconds?: number;
    }
  | { readonly kind: "restore"; readonly location: LocationName }
  /** Stops all automatic moves at once, everywhere or of one location. */
  | {
      readonly kind: "hold";
      readonly location?: LocationName;
      /** Ends by itself after so many seconds. */ readonly forSeconds?: number;
    }
  | { readonly kind: "release"; readonly location?: LocationName }
  | {
      readonly kind: "mode";
      readonly mode: Mode;
      /** Then the mode is again what it was. */ readonly forSeconds?: number;
    }
  /** Answers an open question (an approval, a numbered choice). */
  | { readonly kind: "answer"; readonly question: string; readonly choice: number };

/** Nobody means a longer expiry than a month: who does evacuates without an end, and restores by hand. */
export const FOR_SECONDS_MAX = 30 * 86_400;
