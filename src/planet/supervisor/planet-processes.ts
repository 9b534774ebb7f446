import { join } from "node:path";
import { wantsChat } from "../../chat/settings.ts";
import type { Estate } from "../../core/estate.ts";
import { planChunks } from "../../core/plan/plan-chunks.ts";
import { carriedBy } from "../../core/plan/room.ts";
import type { RouteTable } from "../../core/route/table.ts";
import { planetCellAddresses } from "../cells/cell-addresses.ts";
import { CELL_LINES, CLIENT_PORT, memberSpec } from "../cells/members.ts";
import { planetCells } from "../cells/planet-cells.ts";
import {
  expectedDemand,
  expectedEntries,
  locationRoundTripMs,
  planetCapacities,
  planetEstate,
  planetLocations,
} from "../geography.ts";
import { HOUSTON_API, HOUSTON_PEER, houstonSettings, nodeSettings, type HoustonCell } from "../settings.ts";
import type { PlanetOptions } from "../up.ts";
import { shopBaseline } from "../world/shop/baseline.ts";
import { shopJourneys, shopServices } from "../world/shop/graph.ts";
import { worldSettings } from "../world/settings.ts";
import type { ProcessSpec } from "./process-group.ts";

/** All processes of a planet, in the waves in which they start. */
export type PlanetProcesses = {
  /** What stands outside all locations (bank and warehouse, journal, name server), and the cells' members with the lines between them. */
  readonly outside: readonly ProcessSpec[];
  readonly worlds: readonly ProcessSpec[];
  /** Nodes and the deciding Houston; none when nobody helps. Their certificates are made while the worlds start. */
  readonly helpers: Promise<readonly ProcessSpec[]>;
  readonly users: readonly ProcessSpec[];
  /** One when the environment names somebody to tell, else none. */
  readonly chat: readonly ProcessSpec[];
  /** Everybody at the nearest location that fits, without contingencies: what stands when nobody helps. */
  readonly tableWithoutHouston: RouteTable;
};

export function planetProcesses({ options, folder }: { options: PlanetOptions; folder: string }): PlanetProcesses {
  const { rps: totalRps, utcHour, leastReadyRps } = options;
  const capacities = planetCapacities({ totalRps, utcHour, ...(leastReadyRps !== undefined && { leastReadyRps }) });
  const estate = planetEstate({ services: shopServices, journeys: shopJourneys, capacities });
  const locations = planetLocations;
  return {
    outside: [
      {
        name: "bank",
        entry: "src/planet/outside/main.ts",
        settings: { ledgerFile: join(folder, "ledger.ndjson"), dedup: options.bankDedup },
      },
      ...(options.cells
        ? cellProcesses(folder)
        : [
            {
              name: "journal",
              entry: "src/planet/journal/main.ts",
              settings: { file: join(folder, "journal.sqlite") },
            },
          ]),
      { name: "name-server", entry: "src/planet/name-server-main.ts", settings: {} },
    ],
    worlds: locations.map(({ name }) => ({
      name: `world-${name}`,
      entry: "src/planet/world/main.ts",
      settings: worldSettings({
        location: name,
        capacity: capacities[name]!,
        tracesFolder: join(folder, `traces-${name}`),
        cells: options.cells,
        sweepAfterMs: options.sweepAfterMs,
      }),
    })),
    helpers: options.houston ? helperProcesses({ estate, folder, options }) : Promise.resolve([]),
    users: [
      {
        name: "users",
        entry: "src/planet/users/main.ts",
        settings: {
          seed: options.seed,
          rps: options.rps,
          utcHour: options.utcHour,
          beacons: options.beacons && options.houston,
        },
      },
    ],
    chat:
      options.houston && wantsChat(process.env)
        ? [
            {
              name: "chat",
              entry: "src/planet/chat-main.ts",
              settings: { api: HOUSTON_API, memoryFile: join(folder, "chat.sqlite") },
              secrets: true,
            },
          ]
        : [],
    tableWithoutHouston: nearestThatFits(estate, options),
  };
}

/** Member by member of a cell: none is ready before most of its cell are there. */
function cellProcesses(folder: string): readonly ProcessSpec[] {
  const addresses = planetCellAddresses;
  return [
    { name: CELL_LINES, entry: "src/planet/cells/lines-main.ts", settings: {} },
    ...planetCells.flatMap((cell) =>
      cell.locations.map((location) => memberSpec({ cell, location, addresses, folder })),
    ),
  ];
}

async function helperProcesses({
  estate,
  folder,
  options,
}: {
  estate: Estate;
  folder: string;
  options: PlanetOptions;
}): Promise<ProcessSpec[]> {
  // Loaded here, too: the certificate library alone takes a tenth of a second.
  const { writeCertificates } = await import("../../runtime/certificates.ts");
  const certificates = await writeCertificates({
    directory: join(folder, "certificates"),
    names: [HOUSTON_PEER, ...planetLocations.map(({ name }) => name)],
    now: Date.now(),
  });
  return [
    {
      name: "houston",
      entry: "src/planet/houston-main.ts",
      settings: {
        ...houstonSettings({
          locations: planetLocations,
          estate,
          logFile: join(folder, "houston.sqlite"),
          demandFile: join(folder, "demand-learnt.json"),
          provenFile: join(folder, "proven.json"),
          certificates: certificates[HOUSTON_PEER]!,
          ...(options.cells ? { cells: houstonCells() } : {}),
        }),
        expectedDemand: expectedEntries({ totalRps: options.rps, utcHour: options.utcHour }),
      },
    },
    ...planetLocations.map(({ name }) => ({
      name: `node-${name}`,
      entry: "src/planet/node-main.ts",
      settings: nodeSettings({
        location: name,
        locations: planetLocations,
        estate,
        roundTripMs: Object.fromEntries(
          planetLocations.map((other) => [other.name, other.name === name ? 0 : locationRoundTripMs(name, other.name)]),
        ),
        certificates: certificates[name]!,
        readingsFile: join(folder, `readings-${name}.sqlite`),
        learntFile: join(folder, `learnt-${name}.json`),
        baseline: shopBaseline,
      }),
    })),
  ];
}

/** Houston stands beside all locations: nothing is far from it. */
function houstonCells(): readonly HoustonCell[] {
  return planetCells.map(({ name, locations }) => ({
    name,
    members: Object.fromEntries(
      locations.map((each) => [each, `http://${planetCellAddresses.member(each)}:${CLIENT_PORT}`]),
    ),
  }));
}

/** Without Houston somebody must still say who is served where: the planner, once. */
function nearestThatFits(estate: Estate, options: PlanetOptions): RouteTable {
  const demand = expectedDemand({ totalRps: options.rps, utcHour: options.utcHour });
  const most = Object.fromEntries(estate.locations.map(({ name, capacityRps }) => [name, capacityRps]));
  const capacityRps = carriedBy(most, estate.guards.maxUtilisation);
  const { assignment } = planChunks({ estate, demand, bucketShares: {}, capacityRps, previous: null });
  return {
    version: 1,
    at: Date.now(),
    locations: estate.locations.map(({ name }) => name),
    assignment,
    contingency: {},
    apart: [],
  };
}
