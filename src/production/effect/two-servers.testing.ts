import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import type { RouteTable } from "../../core/route/table.ts";
import { embeddedShape } from "../../drivers/dns/embedded/shape.ts";
import { makeEmbedded, type EmbeddedSteering } from "../../drivers/dns/embedded/steering.ts";
import { estateOf } from "../../drivers/made-estate.testing.ts";
import type { RunningSteering, SteeringContext } from "../../drivers/steering-context.ts";

/** Two locations whose users are led by name servers of our own: some of them are to be moved, the others stay in the west. */
const LOCATIONS = ["east", "west"];
export const DOMAIN = "www.example.test";
export const TTL_SECONDS = 1;

export const steeredIn = (subnets: readonly string[]) => ({
  hosts: [{ name: DOMAIN, class: "public", bucketBy: "network" as const }],
  addresses: {
    east: { v4: ["203.0.113.1"], v6: ["2001:db8::1"] },
    west: { v4: ["203.0.113.2"], v6: ["2001:db8::2"] },
  },
  subnets: { "zone-east": subnets },
  otherwise: "zone-west",
});

export type Runs = readonly (readonly [number, number])[];
export const EAST: Runs = [[0, 256]];
export const WEST: Runs = [[1, 256]];

export function table(version: number, east: Runs): RouteTable {
  return {
    version,
    at: Date.now(),
    locations: LOCATIONS,
    assignment: { public: { "zone-east": east, "zone-west": WEST } },
    contingency: {},
    apart: [],
  };
}

/** Its driver wrote, and would prove, what the other's did; what its server answers is another matter. */
export const writtenLike = (server: EmbeddedSteering, { told, version }: EmbeddedSteering): RunningSteering => ({
  ...server,
  version,
  told: { servers: server.told!.servers, rightFor: told!.rightFor },
});

export function startServer(of: {
  readonly name: string;
  readonly address: string;
  readonly steered: Pick<SteeringContext, "hosts" | "addresses" | "subnets" | "otherwise">;
  readonly folder: string;
}): Promise<EmbeddedSteering> {
  const settings = embeddedShape.parse({
    kind: "embedded",
    listen: [`${of.address}:0`],
    nameServers: ["ns1.example.org"],
  });
  return makeEmbedded(settings, {
    ...of.steered,
    name: of.name,
    estate: { ...estateOf(LOCATIONS), ttlSeconds: TTL_SECONDS },
    demandRps: () => null,
    env: {},
    stateFolder: mkdtempSync(join(of.folder, of.name)),
    now: () => Date.now(),
  });
}
