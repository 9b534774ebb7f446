import type { Condition } from "../../core/conditions.ts";
import type { ClassName, LocationName } from "../../core/estate.ts";

/** One of `conditions:` in houston.yaml (src/config/condition-shape.ts). It names where a token is, and never holds one. */
export type ConditionSettings = {
  readonly name: string;
  readonly classes?: readonly ClassName[] | undefined;
  readonly locations?: readonly LocationName[] | undefined;
  readonly doubt?: "bars" | "passes" | undefined;
  readonly doubtAfterSeconds: number;
  readonly everySeconds: number;
  readonly withinSeconds: number;
} & (
  | {
      readonly kind: "tls";
      readonly addresses: Readonly<Record<LocationName, string>>;
      readonly hosts: readonly string[];
      readonly tenants: readonly string[];
      readonly tenantClass?: ClassName | undefined;
      readonly expiryDays: number;
      readonly caFile?: string | undefined;
    }
  | ({ readonly kind: "replica-lag"; readonly maxSeconds: number } & Measuring)
  | ({
      readonly kind: "promql";
      readonly atLeast?: number | undefined;
      readonly atMost?: number | undefined;
    } & Querying)
  | { readonly kind: "parity"; readonly url: string; readonly fields: readonly string[] }
  | { readonly kind: "quota"; readonly leastRps: number }
  | {
      readonly kind: "third-party";
      readonly url: string;
      readonly statuses: readonly number[];
      readonly proxies: Readonly<Record<LocationName, string>>;
    }
  | { readonly kind: "http"; readonly url: string; readonly statuses: readonly number[] }
  | { readonly kind: "command"; readonly argv: readonly string[]; readonly environment: readonly string[] }
);

export type Querying = {
  readonly prometheus: string;
  readonly query: string;
  readonly tokenFile?: string | undefined;
};
/** From Prometheus, or from a field of a page's JSON: one of the two. */
export type Measuring = Partial<{ readonly [Key in keyof Querying]: Querying[Key] | undefined }> & {
  readonly url?: string | undefined;
  readonly field?: string | undefined;
};

/** What doubt means where houston.yaml does not say: docs/decisions/0015. */
const DOUBT: Readonly<Record<ConditionSettings["kind"], Condition["doubt"]>> = {
  tls: "bars",
  "replica-lag": "bars",
  "third-party": "bars",
  http: "bars",
  promql: "bars",
  command: "bars",
  parity: "passes",
  quota: "passes",
};

/** What the core is to know of it. */
export function conditionOf(settings: ConditionSettings): Condition {
  const { name, kind, classes, locations, doubt, doubtAfterSeconds } = settings;
  return {
    name,
    kind,
    ...(classes !== undefined && { classes }),
    ...(locations !== undefined && { locations }),
    doubt: doubt ?? DOUBT[kind],
    doubtAfterSeconds,
    askedBy: askerOf(settings),
  };
}

/** A third party is asked from the location's own network: by its node, or by Houston through proxies that stand there. */
export function askerOf(settings: ConditionSettings): Condition["askedBy"] {
  return settings.kind === "third-party" && Object.keys(settings.proxies).length === 0 ? "location" : "houston";
}
