import { readFileSync } from "node:fs";
import { CallerError } from "../../core/errors.ts";
import type { LocationName } from "../../core/estate.ts";
import type { UnixMs } from "../../core/step.ts";
import type { LookingScaleDriver } from "../scale/contract.ts";
import type { Environment } from "../secret.ts";
import { commandCondition } from "./command.ts";
import type { ConditionDriver } from "./contract.ts";
import { httpCondition, thirdPartyCondition } from "./http.ts";
import { httpMeasure, promqlMeasure, type Measure } from "./measure.ts";
import { measuredCondition, replicaLagCondition } from "./measured.ts";
import { parityCondition } from "./parity.ts";
import { quotaCondition } from "./quota.ts";
import { askerOf, type ConditionSettings, type Measuring } from "./settings.ts";
import { tlsCondition } from "./tls.ts";

/**
 * The drivers of all conditions that `asker` asks: Houston, or a location's own node by its name. Asks nobody yet. Throws `CallerError` for
 * a file that can't be read, and for a quota that no scaler can tell.
 */
export function conditionsFrom(options: {
  readonly settings: readonly ConditionSettings[];
  readonly asker: "houston" | { readonly location: LocationName };
  /** All configured locations: a condition that names none is asked of each. */
  readonly locations: readonly LocationName[];
  /** Null: nobody scales. */
  readonly scale: Pick<LookingScaleDriver, "look"> | null;
  readonly env: Environment;
  readonly now: () => UnixMs;
}): readonly ConditionDriver[] {
  const { settings, asker, locations } = options;
  return settings
    .filter((each) => (askerOf(each) === "houston") === (asker === "houston"))
    .map((each) => {
      const where = each.locations ?? locations;
      return driverOf(each, {
        ...options,
        turn: {
          name: each.name,
          locations: asker === "houston" ? where : where.filter((name) => name === asker.location),
          everyMs: each.everySeconds * 1000,
          withinMs: each.withinSeconds * 1000,
        },
      });
    });
}

function driverOf(
  settings: ConditionSettings,
  options: {
    readonly turn: Omit<ConditionDriver, "ask">;
    readonly scale: Pick<LookingScaleDriver, "look"> | null;
    readonly env: Environment;
    readonly now: () => UnixMs;
  },
): ConditionDriver {
  const { turn, scale, env, now } = options;
  switch (settings.kind) {
    case "tls": {
      const { addresses, hosts, tenants, tenantClass, expiryDays, caFile } = settings;
      return tlsCondition(turn, {
        addresses: Object.fromEntries(Object.entries(addresses).map(([name, text]) => [name, addressOf(text)])),
        hosts,
        tenants,
        tenantClass,
        expiryDays,
        authorities: caFile === undefined ? undefined : authoritiesIn(caFile, settings.name),
        now,
      });
    }
    case "replica-lag":
      return replicaLagCondition(turn, { measure: measureOf(settings), maxSeconds: settings.maxSeconds });
    case "promql":
      return measuredCondition(turn, { measure: promqlMeasure(settings), bounds: settings });
    case "parity":
      return parityCondition(turn, settings);
    case "quota":
      if (scale !== null) return quotaCondition(turn, { scale, leastRps: settings.leastRps });
      throw new CallerError({
        code: "no-scaler",
        message: `condition ${settings.name} asks scalers for what is left, and houston.yaml has no scale`,
        hint: "add scale (docs/how-to/scale.md), or remove the condition",
      });
    case "third-party":
      return thirdPartyCondition(turn, settings);
    case "http":
      return httpCondition(turn, settings);
    case "command":
      return commandCondition(turn, { argv: settings.argv, environment: settings.environment, env });
  }
}

function measureOf({ prometheus, query, tokenFile, url, field }: Measuring): Measure {
  return url !== undefined && field !== undefined
    ? httpMeasure({ url, field })
    : promqlMeasure({ prometheus: prometheus ?? "", query: query ?? "", tokenFile });
}

const HTTPS_PORT = 443;

/** `203.0.113.7`, `edge.example.com:8443`, `[2001:db8::1]:443`. */
export function addressOf(text: string): { readonly host: string; readonly port: number } {
  const { hostname, port } = new URL(`https://${text}`);
  return { host: hostname.replace(/^\[|\]$/g, ""), port: port === "" ? HTTPS_PORT : Number(port) };
}

function authoritiesIn(file: string, condition: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new CallerError({
      code: "authorities-unreadable",
      message: `caFile of condition ${condition} is ${file}, which can't be read: ${(error as NodeJS.ErrnoException).code ?? "no reason given"}`,
      hint: "check the path and its rights",
      cause: error,
    });
  }
}
