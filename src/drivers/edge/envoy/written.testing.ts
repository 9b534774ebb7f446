import { initialRoute, routeStep } from "../../../core/route/route.ts";
import { HERE, LOCATIONS, rowsTable, steeredTo } from "../three-edges.testing.ts";
import { envoyBootstrap } from "./bootstrap.ts";
import { envoyRoutes } from "./routes.ts";
import { envoyShape } from "./shape.ts";

/** All that we write for an Envoy, with every setting in use, by the message that each is. */
export function writtenForEnvoy(): readonly { readonly type: string; readonly value: unknown }[] {
  const told = steeredTo((location) => `127.86.${LOCATIONS.indexOf(location) + 1}.1`);
  const addresses = Object.fromEntries(
    Object.entries(told.addresses).map(([location, { v4 }], index) => [
      location,
      { v4, v6: [`2001:db8::${index + 1}`] },
    ]),
  );
  const settings = envoyShape.parse({
    kind: "envoy",
    edges: [{ location: HERE, application: ["10.0.1.21:8080", "[2001:db8::21]:8080"] }],
    trustedHops: 1,
    relay: { connectSeconds: 0.5, tls: { caFile: "/etc/envoy/ca.pem", certificateFile: "/etc/envoy/edge.pem" } },
  });
  const { state } = routeStep(initialRoute(LOCATIONS), {
    event: "table",
    at: 0,
    table: rowsTable(7, { "zone-east": 1, "zone-west": 2 }),
  });
  const { text } = envoyRoutes(state, { ...told, addresses, here: HERE, settings });
  return [
    {
      type: "envoy.config.bootstrap.v3.Bootstrap",
      value: envoyBootstrap({ here: HERE, settings, edge: settings.edges[0]!, addresses }),
    },
    { type: "envoy.service.discovery.v3.DiscoveryResponse", value: JSON.parse(text) as unknown },
  ];
}
