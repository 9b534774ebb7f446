import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { adminServer } from "../admin-server.ts";
import { planetLocations } from "../geography.ts";
import { houstonSettings, nodeSettings } from "../settings.ts";
import { worldSettings } from "../world/settings.ts";
import { planetAddresses, type PlanetAddress } from "./planet-addresses.ts";
import {
  heldBy,
  mustBeFree,
  mustHaveEtcd,
  mustHaveLoopback,
  mustHaveMemory,
  SUPERVISOR_NAME,
  thisMachine,
} from "./preflight.ts";

const ADDRESS = "127.87.53.1";

/** The error as `houston up` prints it; null when there is none. */
async function said(looks: () => void | Promise<unknown>): Promise<string | null> {
  try {
    await looks();
    return null;
  } catch (error) {
    const { code, message, hint } = error as { code?: string; message?: string; hint?: string };
    return `${code}: ${message} fix: ${hint}`;
  }
}

async function tcpTaken(address = ADDRESS): Promise<number> {
  const server = createServer((socket) => socket.destroy());
  server.listen(0, address);
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return (server.address() as { port: number }).port;
}

async function udpTaken(options: { readonly address: string; readonly shared: boolean }): Promise<number> {
  const socket = createSocket({ type: "udp4", reuseAddr: options.shared });
  socket.bind(0, options.address);
  await once(socket, "listening");
  onTestFinished(() => void socket.close());
  return socket.address().port;
}

const place = (port: number, transport: "tcp" | "udp"): PlanetAddress => ({
  address: ADDRESS,
  port,
  transport,
  what: "DNS of us-east-1",
});

test("a busy TCP or UDP port is named with who needs it and how to find who has it", async () => {
  const tcp = await tcpTaken();
  const tcpSays = await said(() => mustBeFree([place(tcp, "tcp")]));
  expect(tcpSays).toContain(`port-taken: ${ADDRESS}:${tcp} (TCP, DNS of us-east-1) is taken by another program`);
  expect(tcpSays).toContain(`ss -lnp -t 'sport = :${tcp}'`);
  const udp = await udpTaken({ address: ADDRESS, shared: false });
  const udpSays = await said(() => mustBeFree([place(udp, "udp")]));
  expect(udpSays).toContain(`${ADDRESS}:${udp} (UDP, DNS of us-east-1) is taken`);
  expect(udpSays).toContain(`ss -lnp -u 'sport = :${udp}'`);
});

test("a port that is taken on all addresses is taken, unless UDP is shared as multicast DNS programs do", async () => {
  expect(await said(() => mustBeFree([]))).toBeNull();
  const everywhere = await udpTaken({ address: "0.0.0.0", shared: true });
  expect(await said(() => mustBeFree([place(everywhere, "udp")]))).toBeNull();
  const alone = await udpTaken({ address: "0.0.0.0", shared: false });
  expect(await said(() => mustBeFree([place(alone, "udp")]))).toContain("port-taken");
  const web = await tcpTaken("0.0.0.0");
  const other = { ...place(web, "tcp"), address: "127.87.53.2" };
  expect(await said(() => mustBeFree([place(web, "tcp"), other]))).toContain("so are 1 more");
});

test("a machine without loopback or memory says what to do; this one is able", async () => {
  const able = { hasIpv4Loopback: true, availableMib: 4096 };
  expect(await said(() => mustHaveLoopback(able))).toBeNull();
  expect(await said(() => mustHaveMemory(able, { cells: false }))).toBeNull();
  const small = await said(() => mustHaveMemory({ ...able, availableMib: 1500 }, { cells: false }));
  expect(small).toContain(
    "too-little-memory: the planet needs 2048 MiB of free memory, and 1500 MiB are free fix: stop",
  );
  expect(await said(() => mustHaveMemory({ ...able, availableMib: 3000 }, { cells: true }))).toContain("3072 MiB");
  expect(await said(() => mustHaveEtcd("/nowhere/etcd"))).toContain("apt-get install etcd-server");
  expect(await said(() => mustHaveLoopback({ ...able, hasIpv4Loopback: false }))).toContain("ip link set lo up");
  expect(thisMachine().hasIpv4Loopback).toBe(true);
  expect(thisMachine().availableMib).toBeGreaterThan(0);
});

const handle = () => ({ status: 204 });

test("a second planet hears the first one's process; another program on its port is another program", async () => {
  const first = await adminServer({ address: ADDRESS, port: 0, token: "t", introduces: SUPERVISOR_NAME, handle });
  onTestFinished(() => first.stop());
  const second = (port: number) =>
    said(() =>
      adminServer({ address: ADDRESS, port, token: "u", introduces: SUPERVISOR_NAME, handle }).catch(
        (error: NodeJS.ErrnoException) => heldBy(error, place(port, "tcp")),
      ),
    );
  const says = await second(first.port);
  expect(says).toContain(`already-running: a planet is starting, running or ending already: process ${process.pid}`);
  expect(says).toContain(`kill ${process.pid}`);
  expect(await second(await tcpTaken())).toContain("port-taken");
  const nameless = await adminServer({ address: ADDRESS, port: 0, token: "t", handle });
  onTestFinished(() => nameless.stop());
  expect(await second(nameless.port)).toContain("port-taken");
});

test.each([{ cells: false }, { cells: true }])(
  "the addresses looked at are those that the processes are told to listen on, each once: %o",
  ({ cells }) => {
    const all = planetAddresses({ cells });
    const known = new Set(all.map(({ address, port, transport }) => `${transport} ${address}:${port}`));
    expect(known.size).toBe(all.length);
    const estate = {} as Parameters<typeof houstonSettings>[0]["estate"];
    const certificates = { authority: "", certificate: "", key: "" };
    const houston = houstonSettings({
      locations: planetLocations,
      estate,
      logFile: "",
      demandFile: "",
      provenFile: "",
      certificates,
    });
    const [{ name: location } = { name: "" }] = planetLocations;
    const node = nodeSettings({
      location,
      locations: planetLocations,
      estate,
      roundTripMs: {},
      certificates,
      readingsFile: "",
      learntFile: "",
    });
    const world = worldSettings({ location, capacity: { capacityRps: 2, readyRps: 1 }, tracesFolder: "", cells });
    const doors = (world.cells ?? []).flatMap(({ endpoints }) => endpoints.map((endpoint) => new URL(endpoint)));
    const told = [
      houston.apiListen,
      houston.peersListen,
      node.adminListen,
      node.nameServerAdmin,
      world.bank,
      ...(cells ? doors.map(({ hostname, port }) => ({ host: hostname, port })) : [world.journal]),
      ...Object.values(houston.worldAdmins),
      ...Object.values(node.peers),
      ...Object.values(node.edges),
    ];
    expect(told.filter(({ host, port }) => !known.has(`tcp ${host}:${port}`))).toEqual([]);
    for (const zone of world.zones) expect(known).toContain(`udp ${zone.resolver}:5353`);
  },
);
