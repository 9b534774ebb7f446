import { safeAddress } from "../../safe-address.ts";
import type { MakeSteering } from "../../steering-context.ts";
import { checkOtherwise } from "../check-otherwise.ts";
import { digest } from "../marker.ts";
import { commonOf, hostsByDomain, recordSteering } from "../record-steering.ts";
import { route53Grain } from "./grain.ts";
import { route53Server } from "./server.ts";
import { ownNames, rightAddresses, route53Sets } from "./sets.ts";
import type { Route53Settings } from "./shape.ts";

/** Steers by Route 53's weighted records. Throws `CallerError` for a host outside of its domains; credentials are found at the first call. */
export const makeRoute53: MakeSteering<Route53Settings> = async (settings, context) => {
  const { domains, owner, zonesBy } = settings;
  const { name, estate, hosts, addresses, otherwise, demandRps, now } = context;
  checkOtherwise(context);
  const hostsOf = hostsByDomain({ name, domains, hosts });
  const tree = { estate, addresses, otherwise, demandRps, hostsOf, owner, zonesBy };
  const common = commonOf(settings, context);
  return recordSteering({
    ...common,
    besides: (domain) => ownNames(domain, tree),
    server: route53Server({
      grain: route53Grain(settings),
      hostedZones: settings.hostedZones,
      answeredBy: settings.answeredBy,
      endpoint: settings.endpoint && safeAddress(`the endpoint of ${name}`, settings.endpoint),
      requestsPerSecond: settings.requestsPerSecond,
      withinMs: common.withinMs,
      now,
    }),
    answeredBy: settings.answeredBy,
    // Which of a class's locations it is, is drawn for each question; which country's, is Route 53's opinion.
    rightFor: ({ host }, { sets }) => rightAddresses(host, sets, tree),
    render: (route) => route53Sets(route, tree),
    config: digest(
      JSON.stringify([
        hosts,
        addresses,
        zonesBy,
        otherwise,
        estate.ttlSeconds,
        estate.zones.map(({ name: zone, country }) => [zone, country]),
      ]),
    ),
  });
};
