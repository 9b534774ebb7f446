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
  /** What a person says that a location is, whatever is measured; `auto`: what is measured. */
  | {
      readonly kind: "force";
      readonly location: LocationName;
      readonly to: "up" | "down" | "auto";
      /** Ends by itself after so many seconds; nothing for `auto`. */
      readonly forSeconds?: number;
      readonly why?: string;
    }
  /** A zone's users, or the tenants of one bucket, belong there, and are brought there. */
  | (Pinned & {
      readonly kind: "pin";
      readonly location: LocationName;
      readonly forSeconds?: number;
      readonly why?: string;
    })
  | (Pinned & { readonly kind: "unpin" })
  /** Serves at most this share of its own users, 0..1; the others go elsewhere, or come back up to that. 1: all are back. */
  | {
      readonly kind: "weight";
      readonly location: LocationName;
      readonly share: number;
      /** Absent: every class whose data may move. */
      readonly class?: ClassName;
      readonly forSeconds?: number;
      readonly why?: string;
    }
  /** Answers an open question (an approval, a numbered choice). */
  | { readonly kind: "answer"; readonly question: string; readonly choice: number };

/** Who is pinned. */
export type Pinned = {
  readonly what: "zone" | "tenant";
  /** Of the zone; or a host of the tenant's, which stands for all who share its bucket. */
  readonly name: string;
  /** Of a tenant. Absent: that of the planet's names, else public. */
  readonly class?: ClassName;
};

/** A reason is a line. */
export const WHY_MAX = 200;

/** Nobody means a longer expiry than a month: who does evacuates without an end, and restores by hand. */
export const FOR_SECONDS_MAX = 30 * 86_400;
