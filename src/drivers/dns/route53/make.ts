import type { UnixMs } from "../../../core/step.ts";
import { safeAddress } from "../../safe-address.ts";
import type { MakeSteering, SteeringContext } from "../../steering-context.ts";
import { checkOtherwise } from "../check-otherwise.ts";
import { digest } from "../marker.ts";
import { commonOf, hostsByDomain, recordSteering } from "../record-steering.ts";
import { route53Grain } from "./grain.ts";
import { type Route53Server, route53Server } from "./server.ts";
import { ownNames, rightAddresses, route53Sets } from "./sets.ts";
import type { Route53Settings } from "./shape.ts";

/**
 * Steers by Route 53's weighted records, or by what was staged there. Throws `CallerError` for a host outside of its domains; credentials are
 * found at the first call.
 */
export const makeRoute53: MakeSteering<Route53Settings> = async (settings, context) => {
  const { domains, owner, zonesBy, staged } = settings;
  const { name, estate, hosts, addresses, otherwise, demandRps } = context;
  checkOtherwise(context);
  const hostsOf = hostsByDomain({ name, domains, hosts });
  if (staged !== undefined) {
    const { makeStaged } = await import("./staged/steering.ts");
    return makeStaged({ ...settings, staged }, context);
  }
  const tree = { estate, addresses, otherwise, demandRps, hostsOf, owner, zonesBy };
  const common = commonOf(settings, context);
  return recordSteering({
    ...common,
    besides: (domain) => ownNames(domain, tree),
    server: route53Server(serverOptions(settings, common)),
    answeredBy: settings.answeredBy,
    // Which of a class's locations it is, is drawn for each question; which country's, is Route 53's opinion.
    rightFor: ({ host }, { sets }) => rightAddresses(host, sets, tree),
    render: (route) => route53Sets(route, tree),
    config: route53Config(settings, context),
  });
};

export function serverOptions(
  settings: Route53Settings,
  { name, withinMs, now }: { readonly name: string; readonly withinMs: number; readonly now: () => UnixMs },
): Route53Server {
  return {
    grain: route53Grain(settings),
    hostedZones: settings.hostedZones,
    answeredBy: settings.answeredBy,
    endpoint: settings.endpoint && safeAddress(`the endpoint of ${name}`, settings.endpoint),
    requestsPerSecond: settings.requestsPerSecond,
    withinMs,
    now,
  };
}

/** Of all that plain records come from beside the table. */
export function route53Config(
  { zonesBy }: Pick<Route53Settings, "zonesBy">,
  { estate, hosts, addresses, otherwise }: Pick<SteeringContext, "estate" | "hosts" | "addresses" | "otherwise">,
): string {
  const countries = estate.zones.map(({ name: zone, country }) => [zone, country]);
  return digest(JSON.stringify([hosts, addresses, zonesBy, otherwise, estate.ttlSeconds, countries]));
}
