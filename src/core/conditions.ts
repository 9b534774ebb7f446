import type { ClassName, LocationName } from "./estate.ts";

/**
 * What a receiver must also be, beside having room: that it has the tenants' certificates, that its data is not far behind. Like asking a
 * hotel not only whether it has beds, but whether the lift works for the guest in the wheelchair. A condition that does not hold bars the
 * place from being given those chunks; who is there already stays. The bars of an estate are made from answers in control/conditions.ts.
 */
export type Condition = {
  readonly name: ConditionName;
  readonly kind: ConditionKind;
  /** Only these classes ask for it; absent: all. */
  readonly classes?: readonly ClassName[];
  /** Only there it is asked; absent: everywhere. */
  readonly locations?: readonly LocationName[];
  /** What it means that nobody can tell: the place is barred, or it is taken to hold. */
  readonly doubt: "bars" | "passes";
  /** The newest clear answer counts so long; after that it is doubt. */
  readonly doubtAfterSeconds: number;
  /** Who asks: Houston, who can be told to ask again before a wave, or the location's own node, from its own network. */
  readonly askedBy: "houston" | "location";
};

export type ConditionName = string;
export type ConditionKind = "tls" | "replica-lag" | "parity" | "quota" | "third-party" | "http" | "promql" | "command";

/** What asking one condition at one location gave. */
export type ConditionAnswer = {
  readonly condition: ConditionName;
  readonly location: LocationName;
} & ConditionFinding;

export type ConditionFinding =
  /** `behindSeconds`: by how much its data is behind, where that is what was asked. */
  | { readonly kind: "holds"; readonly behindSeconds?: number }
  | { readonly kind: "fails"; readonly failures: readonly ConditionFailure[]; readonly behindSeconds?: number }
  /** It could not be told: no answer, or one that can't be read. */
  | { readonly kind: "unknown"; readonly says: string };

/** For whom it does not hold: absent, all classes of the condition and all buckets. */
export type ConditionFailure = {
  readonly class?: ClassName;
  readonly bucket?: number;
  /** A clause: `its certificate is not for shop.example.com`. */
  readonly says: string;
};

/** A place that may not be given these chunks, and why. */
export type ConditionBar = {
  readonly condition: ConditionName;
  readonly location: LocationName;
  readonly class: ClassName;
  /** Null: all of the class. */
  readonly bucket: number | null;
  readonly because: "fails" | "unknown";
  readonly says: string;
};

/** A condition that bars nobody although it does not hold, and why not. */
export type LiftedCondition = { readonly condition: ConditionName; readonly says: string };

/** A clause for people; more of it is a page that a server sent. */
const SAYS_CHARS_MAX = 200;

/** What an answer says, cut to what people read: by whoever asks, and once more by whoever is told, who may be told by anybody. */
export const shortSays = (says: string): string =>
  says.length <= SAYS_CHARS_MAX ? says : `${says.slice(0, SAYS_CHARS_MAX - 1)}…`;
