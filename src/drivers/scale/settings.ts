import { CallerError } from "../../core/errors.ts";
import type { LocationName } from "../../core/estate.ts";
import type { UnixMs } from "../../core/step.ts";
import { type Environment, secretOf } from "../secret.ts";
import { webhookKey } from "../webhook-signature.ts";
import { awsMachines } from "./aws.ts";
import { commandMachines } from "./command.ts";
import type { LookingScaleDriver } from "./contract.ts";
import { googleMachines } from "./google.ts";
import { IN_CLUSTER, kubernetesMachines } from "./kubernetes.ts";
import { limitedScale } from "./limited.ts";
import type { ScaledPart, ScaleLimits } from "./limits.ts";
import type { Machines } from "./machines.ts";
import { webhookMachines } from "./webhook.ts";

/** `scale:` in houston.yaml (src/config/scale-shape.ts). It names where credentials are, and never holds one. */
export type ScaleSettings = ScaleLimits & {
  readonly locations: Readonly<Record<LocationName, LocationScale>>;
};

export type LocationScale = { readonly readyWithinSeconds: number } & (
  | {
      readonly by: "kubernetes";
      /** Absent: the cluster that Houston runs in. */
      readonly server?: string | undefined;
      readonly tokenFile?: string | undefined;
      readonly caFile?: string | undefined;
      readonly namespace: string;
      readonly parts: readonly (PartScale & {
        readonly deployment: string;
        readonly autoscaler?: string | undefined;
      })[];
    }
  | {
      readonly by: "aws";
      readonly region: string;
      readonly endpoint?: string | undefined;
      readonly parts: readonly (PartScale & { readonly group: string; readonly floor: "min" | "desired" })[];
    }
  | {
      readonly by: "google";
      readonly project: string;
      readonly zone?: string | undefined;
      readonly region?: string | undefined;
      readonly credentialsFile?: string | undefined;
      readonly endpoint?: string | undefined;
      readonly parts: readonly (PartScale & { readonly group: string; readonly autoscaler?: string | undefined })[];
    }
  | { readonly by: "webhook"; readonly url: string; readonly parts: readonly (PartScale & { readonly name: string })[] }
  | {
      readonly by: "command";
      readonly argv: readonly string[];
      readonly environment: readonly string[];
      readonly parts: readonly (PartScale & { readonly name: string })[];
    }
);

export type PartScale = Omit<ScaledPart, "machines" | "maxReplicas"> & { readonly maxReplicas?: number | undefined };

/** Variables that hold secrets of scalers; each may be a file's name with `_FILE` instead. */
export const WEBHOOK_SECRET = "HOUSTON_SCALE_WEBHOOK_SECRET";

/** The scale driver that a config asks for. Calls nobody yet. Throws `CallerError` for a secret that is missing or wrong. */
export function scaleFrom(options: {
  readonly settings: ScaleSettings;
  /** What each may grow to, by the config. */
  readonly capacityRps: Readonly<Record<LocationName, number>>;
  readonly env: Environment;
  readonly now: () => UnixMs;
}): LookingScaleDriver {
  const { settings, capacityRps, env, now } = options;
  const { locations, ...limits } = settings;
  return limitedScale({
    name: "scale",
    limits,
    now,
    locations: Object.fromEntries(
      Object.entries(locations).map(([name, location]) => [
        name,
        {
          capacityRps: capacityRps[name] ?? 0,
          readyWithinMs: location.readyWithinSeconds * 1000,
          parts: partsOf({ name, location, env, now }),
        },
      ]),
    ),
  });
}

type Ask = {
  readonly name: LocationName;
  readonly location: LocationScale;
  readonly env: Environment;
  readonly now: () => UnixMs;
};

function partsOf({ name, location, env, now }: Ask): ScaledPart[] {
  switch (location.by) {
    case "kubernetes": {
      const { namespace, server, tokenFile = IN_CLUSTER.tokenFile, caFile } = location;
      const ca = caFile ?? (server === undefined ? IN_CLUSTER.caFile : undefined);
      const cluster = {
        server: server ?? IN_CLUSTER.server,
        tokenFile,
        ...(ca !== undefined && { caFile: ca }),
      };
      return location.parts.map((part) =>
        withMachines(
          part,
          kubernetesMachines(cluster, {
            namespace,
            deployment: part.deployment,
            ...(part.autoscaler !== undefined && { autoscaler: part.autoscaler }),
          }),
        ),
      );
    }
    case "aws": {
      const { region, endpoint } = location;
      const place = { region, ...(endpoint !== undefined && { endpoint }) };
      return location.parts.map((part) =>
        withMachines(part, awsMachines(place, { group: part.group, floor: part.floor }, now)),
      );
    }
    case "google": {
      const { project, zone, region, credentialsFile, endpoint } = location;
      const place = {
        project,
        in: zone === undefined ? `regions/${region}` : `zones/${zone}`,
        ...(credentialsFile !== undefined && { credentialsFile }),
        ...(endpoint !== undefined && { endpoint }),
      };
      return location.parts.map(({ group, autoscaler, ...part }) =>
        withMachines(part, googleMachines(place, { group, ...(autoscaler !== undefined && { autoscaler }) }, now)),
      );
    }
    case "webhook": {
      const { url } = location;
      const key = webhookKeyOf(env);
      return location.parts.map((part) =>
        withMachines(part, webhookMachines({ url, key, location: name, part: part.name }, now)),
      );
    }
    case "command": {
      const { argv, environment } = location;
      return location.parts.map((part) =>
        withMachines(part, commandMachines({ argv, environment, location: name, part: part.name }, env)),
      );
    }
  }
}

function withMachines(part: PartScale, machines: Machines): ScaledPart {
  return {
    rpsPerReplica: part.rpsPerReplica,
    restReplicas: part.restReplicas,
    maxReplicas: part.maxReplicas ?? Number.POSITIVE_INFINITY,
    maxStepReplicas: part.maxStepReplicas,
    costPerReplicaHour: part.costPerReplicaHour,
    machines,
  };
}

function webhookKeyOf(env: Environment): Uint8Array {
  const secret = secretOf(env, WEBHOOK_SECRET);
  if (secret !== null) return webhookKey(WEBHOOK_SECRET, secret);
  throw new CallerError({
    code: "no-webhook-secret",
    message: `a location is scaled by a webhook and ${WEBHOOK_SECRET} is not set`,
    hint: 'make one with: echo "whsec_$(openssl rand -base64 32)", and give it to the receiver too',
  });
}
