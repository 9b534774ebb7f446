import { CallerError } from "../../../core/errors.ts";
import { secretOf } from "../../secret.ts";
import type { Asker, MakeSteering } from "../../steering-context.ts";
import { shortAddress } from "../ask-server.ts";
import { checkOtherwise } from "../check-otherwise.ts";
import { digest } from "../marker.ts";
import { rowsOf } from "../host-rows.ts";
import { commonOf, hostsByDomain, recordSteering, type Written } from "../record-steering.ts";
import { addressesOf } from "../told-places.ts";
import { luaSets } from "./lua-sets.ts";
import { powerdnsServer } from "./server.ts";
import type { PowerdnsSettings } from "./shape.ts";

/** Steers by PowerDNS's Lua records. Throws `CallerError` for a key that is missing, and for a host outside of its domains. */
export const makePowerdns: MakeSteering<PowerdnsSettings> = async (settings, context) => {
  const { domains, owner, healthUrl } = settings;
  const { name, estate, hosts, addresses, subnets, otherwise } = context;
  checkOtherwise(context);
  const tableLabel = owner === undefined ? "_houston-table" : `_houston-table-${owner}`;
  const hostsOf = hostsByDomain({ name, domains, hosts });
  const common = commonOf(settings, context);
  return recordSteering({
    ...common,
    besides: (domain) => [`${tableLabel}.${domain}`],
    server: powerdnsServer({
      url: settings.url,
      serverId: settings.serverId,
      key: apiKey(context.env, settings.secret),
      answeredBy: settings.answeredBy,
      addresses: new Set(
        Object.values(addresses)
          .flatMap(({ v4, v6 }) => [...v4, ...v6])
          .map(shortAddress),
      ),
      isWatching: healthUrl !== undefined,
      writesPerSecond: settings.writesPerSecond,
      withinMs: common.withinMs,
    }),
    answeredBy: settings.answeredBy,
    // One that looks at the locations itself may follow a loss before we do. Its hash of networks is its own: a zone's places are all right.
    ...(healthUrl === undefined && {
      rightFor: ({ host, from }: Asker, { route }: Written) => {
        const rows = rowsOf(route, host.class).filter(({ zone }) => from === null || zone === from.zone);
        const places = route.locations.filter((_, index) => rows.some(({ buckets }) => buckets.includes(index)));
        return addressesOf(places, addresses);
      },
    }),
    render: (route) => luaSets(route, { estate, addresses, subnets, otherwise, hostsOf, tableLabel, healthUrl }),
    config: digest(JSON.stringify([hosts, addresses, subnets, otherwise, healthUrl, estate.ttlSeconds])),
  });
};

function apiKey(env: Parameters<typeof secretOf>[0], variable: string): string {
  const key = secretOf(env, variable);
  if (key !== null) return key;
  throw new CallerError({
    code: "no-powerdns-key",
    message: `${variable} is not set, and PowerDNS's API asks for a key`,
    hint: `set ${variable} or ${variable}_FILE to the api-key of its pdns.conf`,
  });
}
