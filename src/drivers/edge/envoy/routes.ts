import type { LocationName } from "../../../core/estate.ts";
import { followedAsLost, type RouteState } from "../../../core/route/route.ts";
import { digest } from "../../dns/marker.ts";
import type { SteeringContext } from "../../steering-context.ts";
import { edgeAddresses } from "../haproxy/maps.ts";
import { routeEntries, SHED } from "../haproxy/route-entries.ts";
import { type Mark, NO_ROUTES, readMark } from "../route-mark.ts";
import { rowsNow } from "../rows-now.ts";
import { chunkScript, TO_HEADER } from "./chunk-script.ts";
import type { EnvoySettings } from "./shape.ts";

/**
 * What is answered now as Envoy reads it from a file (`envoy.service.discovery.v3.DiscoveryResponse` with one
 * `envoy.config.route.v3.RouteConfiguration`): the script that says where a request belongs, and a route for each place. Whose loss is followed
 * is in it already. Hosts and subnets come with it.
 */
export type EnvoyRoutes = { readonly text: string; readonly mark: Mark };

export type EnvoyRoutesContext = Pick<SteeringContext, "hosts" | "subnets" | "otherwise" | "addresses"> & {
  readonly here: LocationName;
  readonly settings: Pick<EnvoySettings, "relay" | "trustedHops">;
};

/** Of the route configuration, as bootstrap.ts asks for it. */
export const ROUTES_NAME = "reactive-production";
/** Of the cluster that answers here, and of what leads to another location. */
export const APPLICATION = "rp_application";
export const relayTo = (location: LocationName): string => `rp_to_${location}`;

/** `route` null: no table yet, and everybody is served where they came. */
export function envoyRoutes(route: RouteState | null, context: EnvoyRoutesContext): EnvoyRoutes {
  const { here, addresses, settings } = context;
  const { relay, trustedHops } = settings;
  const table = route?.table ?? null;
  const entries =
    table === null || route === null
      ? []
      : routeEntries({
          ...table,
          assignment: rowsNow(table, route),
          contingency: {},
          providerContingency: {},
        }).filter(([key]) => key.includes("/"));
  const sources = Object.fromEntries(
    Object.entries(addresses).map(([location, { v4, v6 }]) => [location, relay.from[location] ?? [...v4, ...v6]]),
  );
  const script = chunkScript({ ...context, edges: edgeAddresses(here, sources), trustedHops, entries });
  const resource = {
    "@type": "type.googleapis.com/envoy.config.route.v3.RouteConfiguration",
    name: ROUTES_NAME,
    virtual_hosts: [
      {
        name: "all",
        domains: ["*"],
        typed_per_filter_config: {
          "envoy.filters.http.lua": {
            "@type": "type.googleapis.com/envoy.extensions.filters.http.lua.v3.LuaPerRoute",
            source_code: { inline_string: script },
          },
        },
        request_headers_to_remove: [TO_HEADER],
        // An answer that was relayed says who really served it.
        response_headers_to_add: [{ header: { key: "x-location", value: here }, append_action: "ADD_IF_ABSENT" }],
        routes: [
          shedRoute,
          ...Object.keys(addresses)
            .filter((location) => location !== here)
            .map((there) => relayRoute(there, context)),
          { match: { prefix: "/" }, route: { cluster: APPLICATION, timeout: "0s" } },
        ],
      },
    ],
  };
  const mark = {
    version: table?.version ?? 0,
    lost: route === null ? [] : followedAsLost(route),
    of: digest(JSON.stringify(resource)),
  };
  return { text: JSON.stringify({ version_info: JSON.stringify(mark), resources: [resource] }), mark };
}

const goesTo = (place: string) => ({
  prefix: "/",
  headers: [{ name: TO_HEADER, string_match: { exact: place } }],
});

const shedRoute = {
  match: goesTo(SHED),
  direct_response: { status: 503, body: { inline_string: "set apart" } },
  response_headers_to_add: [{ header: { key: "retry-after", value: "1" } }],
};

/** Sent a second time is only what never left, and then to this place's own application: the last resort of the cluster. */
function relayRoute(there: LocationName, { here, settings: { relay } }: EnvoyRoutesContext) {
  return {
    match: goesTo(there),
    request_headers_to_add: [{ header: { key: "x-hops", value: here }, append_action: "APPEND_IF_EXISTS_OR_ADD" }],
    route: {
      cluster: relayTo(there),
      timeout: "0s",
      idle_timeout: `${relay.answerSeconds}s`,
      retry_policy: {
        retry_on: "connect-failure",
        num_retries: 1,
        retry_priority: {
          name: "envoy.retry_priorities.previous_priorities",
          typed_config: {
            "@type":
              "type.googleapis.com/envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig",
            update_frequency: 1,
          },
        },
      },
    },
  };
}

/** What a routes file says that it is of; one that somebody else wrote is of nothing. */
export function markOf(text: string): Mark {
  const [, told] = /^\{"version_info":("(?:[^"\\]|\\.)*")/.exec(text) ?? [];
  return (told === undefined ? null : readMark(JSON.parse(told) as string)) ?? NO_ROUTES;
}
