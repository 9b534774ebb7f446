import { createSocket } from "node:dgram";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode, encode } from "dns-packet";
import { expect, onTestFinished, test } from "vitest";
import type { RouteTable } from "../../../core/route/table.ts";
import { estateOf } from "../../made-estate.testing.ts";
import { steeringConformance } from "../testing.ts";
import { embeddedShape } from "./shape.ts";
import { makeEmbedded, type EmbeddedSteering } from "./steering.ts";

const ADDRESS = "127.86.54.1";
const LOCATIONS = ["east", "west", "north", "south", "middle"];
const madeEstate = estateOf(LOCATIONS);
const settings = embeddedShape.parse({ kind: "embedded", listen: [`${ADDRESS}:0`], nameServers: ["ns1.example.org"] });
const never = new AbortController().signal;

steeringConformance(
  "the embedded name server",
  async () => {
    const stateFolder = mkdtempSync(join(tmpdir(), "houston-dns-"));
    const steering = await start(stateFolder);
    return {
      driver: steering.driver,
      appliedVersion: () => steering.version() ?? 0,
      async stop() {
        await steering.stop();
        rmSync(stateFolder, { recursive: true });
      },
    };
  },
  LOCATIONS,
  "process",
);

test("before any table each zone gets its nearest place, strangers that of the zone they are taken for", async () => {
  const steering = await start(folder());
  onTestFinished(() => steering.stop());
  expect(await look(steering, "10.1.0.0")).toBe("203.0.113.1");
  expect(await look(steering, "192.0.2.0")).toBe("203.0.113.3");
});

test("a restart answers from the last table, and follows on the loss that was followed, before anybody has decided anything", async () => {
  const state = folder();
  const first = await start(state);
  await first.driver.apply(table(4, { east: [[1, 256]] }), never);
  expect(await look(first, "10.1.0.0")).toBe("203.0.113.2");
  const notice = { location: "west", tableVersion: 4, seenBy: LOCATIONS, at: 1000, expires: 2000 };
  expect(await first.driver.notice!(notice, never)).toEqual({ kind: "done" });
  expect(await look(first, "10.1.0.0")).toBe("203.0.113.5");
  await first.stop();
  const second = await start(state);
  onTestFinished(() => second.stop());
  expect(second.version()).toBe(4);
  expect(await look(second, "10.1.0.0")).toBe("203.0.113.5");
  // The Houston of before goes on with the version that it had, one with an empty memory hears that it is behind.
  expect(await second.driver.apply(table(4, {}), never)).toEqual({ kind: "done" });
  expect(await second.driver.apply(table(1, {}), never)).toMatchObject({ kind: "refused", code: "table-not-newer" });
});

test("with other locations, or in another order, everybody stays after a restart; whose place is gone gets the nearest", async () => {
  const state = folder();
  const first = await start(state);
  await first.driver.apply(table(4, { east: [[1, 256]], north: [[3, 256]] }), never);
  await first.stop();
  const locations = madeEstate.locations.filter(({ name }) => name !== "south").toReversed();
  const second = await makeEmbedded(settings, { ...context(state), estate: { ...madeEstate, locations } });
  onTestFinished(() => second.stop());
  expect(await look(second, "10.1.0.0")).toBe("203.0.113.2");
  expect(await look(second, "192.0.2.0")).toBe("203.0.113.3");
});

test("before any table law holds: a zone's nearest is one where its users may be served", async () => {
  const zones = madeEstate.zones.map((zone) =>
    zone.name === "zone-east" ? { ...zone, forbidden: { public: ["east", "west", "north", "south"] } } : zone,
  );
  const steering = await makeEmbedded(settings, { ...context(folder()), estate: { ...madeEstate, zones } });
  onTestFinished(() => steering.stop());
  expect(await look(steering, "10.1.0.0")).toBe("203.0.113.5");
});

test.each(["{", '{"table":{"version":3}}', "null"])(
  "a file that says %s is put aside, and nobody is kept waiting",
  async (text) => {
    const state = folder();
    writeFileSync(join(state, "route.json"), text);
    const steering = await start(state);
    onTestFinished(() => steering.stop());
    expect(steering.version()).toBe(null);
    expect(existsSync(join(state, "route.json.refused"))).toBe(true);
    expect(await look(steering, "10.1.0.0")).toBe("203.0.113.1");
  },
);

test("a disk that takes nothing stops no move, and it is said", async () => {
  const steering = await start(join(folder(), "gone"));
  onTestFinished(() => steering.stop());
  const outcome = await steering.driver.apply(table(1, { east: [[2, 256]] }), never);
  expect(outcome).toMatchObject({
    kind: "done",
    says: expect.stringMatching(/after a restart will not: ENOENT/) as string,
  });
  expect(await look(steering, "10.1.0.0")).toBe("203.0.113.3");
});

test("a port that is taken is said with the fix, and nothing is left listening", async () => {
  const first = await start(folder());
  onTestFinished(() => first.stop());
  const { port } = first.endpoints[0]!;
  const twice = { ...settings, listen: [`${ADDRESS}:0`, `${ADDRESS}:${port}`] };
  await expect(makeEmbedded(twice, context(folder()))).rejects.toMatchObject({ code: "no-dns-port" });
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "houston-dns-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

const start = (stateFolder: string): Promise<EmbeddedSteering> => makeEmbedded(settings, context(stateFolder));

const context = (stateFolder: string): Parameters<typeof makeEmbedded>[1] => ({
  name: "embedded",
  estate: madeEstate,
  hosts: [{ name: "www.example.com", class: "public", bucketBy: "network" }],
  addresses: Object.fromEntries(LOCATIONS.map((name, index) => [name, { v4: [`203.0.113.${index + 1}`], v6: [] }])),
  subnets: { "zone-east": ["10.1.0.0/16"] },
  otherwise: "zone-north",
  demandRps: () => null,
  env: {},
  stateFolder,
  now: () => 1500,
});

type Runs = readonly (readonly [number, number])[];

function table(version: number, rows: { readonly east?: Runs; readonly north?: Runs }): RouteTable {
  return {
    version,
    at: 0,
    locations: LOCATIONS,
    assignment: { public: { "zone-east": rows.east ?? [[0, 256]], "zone-north": rows.north ?? [[2, 256]] } },
    contingency: { west: { public: { "zone-east": [[4, 256]] } } },
    apart: [],
  };
}

async function look(steering: EmbeddedSteering, ip: string): Promise<unknown> {
  const socket = createSocket("udp4");
  const options = [{ code: "CLIENT_SUBNET", ip, sourcePrefixLength: 24 }];
  const opt = { type: "OPT", name: ".", udpPayloadSize: 1232, flags: 0, options } as never;
  const query = encode({
    type: "query",
    id: 9,
    questions: [{ type: "A", name: "www.example.com" }],
    additionals: [opt],
  });
  const { port, address } = steering.endpoints[0]!;
  socket.send(query, port, address);
  const [message] = (await once(socket, "message")) as [Buffer];
  socket.close();
  const [first] = decode(message).answers!;
  return first?.type === "A" ? first.data : null;
}
