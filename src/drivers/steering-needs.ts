import type { Estate, LocationName } from "../core/estate.ts";
import { cloudflareGrain } from "./dns/cloudflare/grain.ts";
import { googleDnsGrain } from "./dns/google/grain.ts";
import type { Grain } from "./dns/grain.ts";
import { markerName } from "./dns/marker.ts";
import { ns1Grain } from "./dns/ns1/grain.ts";
import { route53Grain } from "./dns/route53/grain.ts";
import { type StagedSettings, SWITCHES_NEEDED } from "./dns/route53/staged/shape.ts";
import { yourGrain } from "./dns/yours/grain.ts";
import type { SteeredHost } from "./steering-context.ts";
import type { SteeringDriverSettings } from "./steering-shapes.ts";

/** What a DNS provider lets its driver do, and what must be up for it. */
export type SteeringNeeds = {
  readonly grain: Grain;
  /** What takes its changes, in words: while that is down answers stay as they are. */
  readonly writtenBy: string;
  /** The locations of ours that stand where that does: they can't be left while their own place is out of order. */
  readonly standsAt: readonly LocationName[];
  /** The least rights that its key needs, a line each. */
  readonly rights: readonly string[];
};

/** Null: it needs nobody but its own servers. */
export function steeringNeeds(
  settings: SteeringDriverSettings,
  { estate, hosts }: { readonly estate: Pick<Estate, "locations">; readonly hosts: readonly SteeredHost[] },
): SteeringNeeds | null {
  switch (settings.kind) {
    case "route53": {
      const { apiAt, domains, owner, staged } = settings;
      const names = [
        ...hosts.map(({ name }) => name),
        ...domains.flatMap((domain) => [markerName(domain, owner), `*.${markerName(domain, owner)}`]),
      ];
      return {
        grain: route53Grain(settings),
        writtenBy: "Route 53's API, which stands in us-east-1 of AWS and nowhere else",
        standsAt: estate.locations
          .filter(({ name, provider }) => name === apiAt || (provider === "aws" && name.startsWith("us-east-1")))
          .map(({ name }) => name),
        ...(staged !== undefined && stagedNeeds(staged, estate)),
        rights: [
          ...(staged === undefined
            ? []
            : [
                "while it runs none: `houston dns stage` has a key of its own, for",
                "route53:CreateHealthCheck, route53:ListHealthChecks, route53:GetHealthCheckStatus, route53:DeleteHealthCheck",
              ]),
          "route53:ListHostedZonesByName and route53:GetChange",
          `on the hosted zones of ${domains.join(", ")}: route53:GetHostedZone, route53:ListResourceRecordSets, route53:ChangeResourceRecordSets`,
          `the last with the condition that route53:ChangeResourceRecordSetsNormalizedRecordNames is like ${names.join(", ")}, and ...RecordTypes A, AAAA, CNAME or TXT`,
        ],
      };
    }
    case "cloudflare":
      return {
        grain: cloudflareGrain(settings),
        writtenBy: "Cloudflare's API, which stands at no location of yours",
        standsAt: [],
        rights: [`a token with Zone Read and DNS Write for ${settings.domains.join(", ")}, and no other zone`],
      };
    case "google-dns": {
      const { project, domains, managedZones, healthCheck } = settings;
      const named = domains.every((domain) => managedZones[domain] !== undefined);
      return {
        grain: googleDnsGrain(settings),
        writtenBy: "Google Cloud DNS's API, which stands at no location of yours",
        standsAt: [],
        rights: [
          `on the managed zones of ${domains.join(", ")}: dns.resourceRecordSets.list, .create, .update and .delete, dns.changes.create and .get`,
          ...(named ? [] : [`on the project ${project}: dns.managedZones.list`]),
          ...(healthCheck === undefined ? [] : [`on the project ${project}: compute.healthChecks.useReadOnly`]),
        ],
      };
    }
    case "ns1":
      return {
        grain: ns1Grain(settings),
        writtenBy: "NS1's API, which stands at no location of yours",
        standsAt: [],
        rights: [`a key that may view and manage the zones ${settings.domains.join(", ")}, and nothing else`],
      };
    case "webhook":
    case "command": {
      const { domains, owner, standsAt } = settings;
      const by = settings.kind === "webhook" ? `the webhook at ${new URL(settings.url).host}` : settings.argv[0]!;
      const where = standsAt.length === 0 ? "at no one location of yours" : `in ${standsAt.join(", ")}`;
      return {
        grain: yourGrain(settings),
        writtenBy: `${by}, which stands ${where} by \`standsAt\``,
        standsAt,
        rights: [
          `A, AAAA and CNAME of ${hosts.map(({ name }) => name).join(", ")}`,
          `TXT of ${domains.map((domain) => markerName(domain, owner)).join(", ")}`,
        ],
      };
    }
    case "embedded":
    case "rfc2136":
    case "powerdns":
    case "haproxy":
    case "nginx":
    case "envoy":
    case "application":
      return null;
  }
}

/** Nothing is written to the API: two of three switches must be left when a location is not. */
function stagedNeeds(
  { switches }: StagedSettings,
  { locations }: Pick<Estate, "locations">,
): Pick<SteeringNeeds, "writtenBy" | "standsAt"> {
  const left = (location: LocationName): number => switches.filter(({ at }) => at !== location).length;
  return {
    writtenBy: `two of its switches at ${switches.map(({ url }) => new URL(url).host).join(", ")}, which Route 53's health checkers ask, and not by its API`,
    standsAt: locations.filter(({ name }) => left(name) < SWITCHES_NEEDED).map(({ name }) => name),
  };
}
