import type { LocationName } from "../../../core/estate.ts";
import type { LocationAddresses, SteeringContext } from "../../steering-context.ts";
import { APPLICATION, relayTo, ROUTES_NAME } from "./routes.ts";
import { routesFile } from "./files.ts";
import type { EnvoySettings } from "./shape.ts";

/**
 * What one location's Envoy starts with (`envoy.config.bootstrap.v3.Bootstrap`), made once: a listener whose routes come from our file, and a
 * cluster for each other location. Needs Envoy 1.26 or newer, with the Lua filter, which the usual builds have.
 *
 * 1. What belongs to a location whose edge can't be reached is served here: each relay is an aggregate cluster of that location's edge, by
 *    whether it listens, and of this place's own application. Whether it is well is for Houston to judge.
 * 2. `X-Forwarded-For` ends with the address that Envoy hears from (`use_remote_address`): the script goes by it.
 */
export function envoyBootstrap(envoy: ConfiguredEnvoy): object {
  const { here, settings, edge, addresses } = envoy;
  const others = Object.keys(addresses).filter((location) => location !== here);
  return {
    node: { id: `${here}-edge`, cluster: "reactive-production" },
    admin: { address: socketAddress(edge.admin) },
    static_resources: {
      listeners: [listener(envoy)],
      clusters: [
        cluster(APPLICATION, edge.application, settings),
        ...others.flatMap((there) => [
          {
            ...cluster(`rp_edge_${there}`, targetsOf(addresses[there], portOf(settings.relay)), settings),
            // Else with half of the addresses gone all of them would be tried.
            common_lb_config: { healthy_panic_threshold: { value: 0 } },
            health_checks: [
              { timeout: "1s", interval: "1s", unhealthy_threshold: 2, healthy_threshold: 2, tcp_health_check: {} },
            ],
            ...tlsOf(settings.relay),
          },
          {
            name: relayTo(there),
            connect_timeout: `${settings.relay.connectSeconds}s`,
            lb_policy: "CLUSTER_PROVIDED",
            cluster_type: {
              name: "envoy.clusters.aggregate",
              typed_config: {
                "@type": "type.googleapis.com/envoy.extensions.clusters.aggregate.v3.ClusterConfig",
                clusters: [`rp_edge_${there}`, APPLICATION],
              },
            },
          },
        ]),
      ],
    },
  };
}

export type ConfiguredEnvoy = {
  readonly here: LocationName;
  readonly settings: EnvoySettings;
  /** Of `settings.edges`: the Envoy that it is made for. */
  readonly edge: EnvoySettings["edges"][number];
  readonly addresses: SteeringContext["addresses"];
};

/** Of the statistics that one-envoy.ts asks for. */
export const STAT_PREFIX = "rp";

function listener({ settings, edge }: ConfiguredEnvoy): object {
  return {
    name: "users",
    address: socketAddress(edge.listen),
    filter_chains: [
      {
        filters: [
          {
            name: "envoy.filters.network.http_connection_manager",
            typed_config: {
              "@type":
                "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
              stat_prefix: STAT_PREFIX,
              use_remote_address: true,
              xff_num_trusted_hops: settings.trustedHops,
              upgrade_configs: [{ upgrade_type: "websocket" }],
              rds: {
                route_config_name: ROUTES_NAME,
                config_source: {
                  resource_api_version: "V3",
                  path_config_source: { path: routesFile(edge.folder ?? settings.folder) },
                },
              },
              http_filters: [
                {
                  name: "envoy.filters.http.lua",
                  typed_config: { "@type": "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua" },
                },
                {
                  name: "envoy.filters.http.router",
                  typed_config: { "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router" },
                },
              ],
            },
          },
        ],
      },
    ],
  };
}

function cluster(name: string, targets: readonly string[], { relay }: EnvoySettings): object {
  return {
    name,
    type: "STATIC",
    connect_timeout: `${relay.connectSeconds}s`,
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: targets.map((target) => ({ endpoint: { address: socketAddress(target) } })) }],
    },
  };
}

/** The other side must have a certificate of the users' host name. */
function tlsOf({ tls }: EnvoySettings["relay"]): object {
  if (tls === undefined) return {};
  const { caFile, certificateFile } = tls;
  const own = { certificate_chain: { filename: certificateFile }, private_key: { filename: certificateFile } };
  return {
    transport_socket: {
      name: "envoy.transport_sockets.tls",
      typed_config: {
        "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
        common_tls_context: {
          ...(certificateFile !== undefined && { tls_certificates: [own] }),
          validation_context: { trusted_ca: { filename: caFile } },
        },
      },
    },
    typed_extension_protocol_options: {
      "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
        "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
        upstream_http_protocol_options: { auto_sni: true, auto_san_validation: true },
        explicit_http_config: { http_protocol_options: {} },
      },
    },
  };
}

function socketAddress(endpoint: string): object {
  const colon = endpoint.lastIndexOf(":");
  const address = endpoint.slice(0, colon).replaceAll(/[[\]]/g, "");
  return { socket_address: { address, port_value: Number(endpoint.slice(colon + 1)) } };
}

const portOf = ({ port, tls }: EnvoySettings["relay"]): number => port ?? (tls ? 443 : 80);

const targetsOf = ({ v4, v6 }: LocationAddresses = { v4: [], v6: [] }, port: number): readonly string[] => [
  ...v4.map((address) => `${address}:${port}`),
  ...v6.map((address) => `[${address}]:${port}`),
];
