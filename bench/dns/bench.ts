/**
 * Queries for each second of its processor that the embedded name server answers, beside a bare UDP echo of the same
 * runtime, in the same run and from the same client, so that the machine's speed and its other work cancel out: `node bench/dns/bench.ts [--seconds 3] [--json]`.
 */
import { fork } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { encode } from "dns-packet";
import { BUCKETS } from "../../src/core/estate.ts";
import { initialRoute, routeStep } from "../../src/core/route/route.ts";
import { startNameServer } from "../../src/drivers/dns/embedded/server.ts";
import { toldLedger } from "../../src/drivers/dns/embedded/told-ledger.ts";
import { planetLocations, planetZones } from "../../src/planet/geography.ts";
import { planetDns } from "../../src/planet/planet-dns.ts";

const ADDRESS = "127.86.99.1";
/** Enough in flight to keep the server busy, too few to overflow the kernel's buffers. */
const IN_FLIGHT = 64;
const ROUNDS = 3;

const role = process.argv[2];
if (role === "dns" || role === "echo") await serve(role);
else await measure();

async function serve(kind: Kind): Promise<void> {
  let port: number;
  if (kind === "dns") {
    const locations = planetLocations.map(({ name }) => name);
    const row = Object.fromEntries(planetZones.map(({ name, index }) => [name, [[index % 15, BUCKETS] as const]]));
    const table = { version: 1, at: 0, locations, assignment: { public: row }, contingency: {}, apart: [] };
    const { state } = routeStep(initialRoute(locations), { event: "table", at: 0, table });
    // With who was told of what kept, as `houston run` keeps it.
    const told = toldLedger(() => Date.now());
    const options = { ...planetDns("us-east-1"), address: ADDRESS, port: 0, route: () => state, told };
    ({ port } = await startNameServer(options));
  } else {
    const socket = createSocket({ type: "udp4", recvBufferSize: 1 << 20 });
    socket.on("message", (packet, client) => socket.send(packet, client.port, client.address));
    socket.bind(0, ADDRESS);
    await once(socket, "listening");
    ({ port } = socket.address());
  }
  process.on("message", () => process.send!({ cpu: process.cpuUsage() }));
  process.on("disconnect", () => process.exit(0));
  process.send!({ port });
}

async function measure(): Promise<void> {
  const json = process.argv.includes("--json");
  const secondsAt = process.argv.indexOf("--seconds");
  const seconds = secondsAt < 0 ? 2 : Number(process.argv[secondsAt + 1]);
  const runs: Record<Kind, Rate[]> = { echo: [], dns: [] };
  // In turns, so that a busy moment of the machine hits both.
  for (let round = 0; round < ROUNDS; round++) {
    for (const kind of ["echo", "dns"] as const) runs[kind].push(await rateOf(kind, seconds));
  }
  const [echo, dns] = [median(runs.echo), median(runs.dns)];
  const ratio = dns.perCpuSecond / echo.perCpuSecond;
  if (json) console.log(JSON.stringify({ dns, echo, ratio, seconds, rounds: ROUNDS }));
  else {
    for (const [name, rate] of [["name server", dns] as const, ["bare echo", echo] as const]) {
      const perCpu = rate.perCpuSecond.toFixed(0).padStart(7);
      console.log(
        `${name.padEnd(12)} ${perCpu} queries for a second of its processor (${rate.perSecond.toFixed(0)}/s here)`,
      );
    }
    console.log(
      `ratio        ${ratio.toFixed(2).padStart(7)}   (median of ${ROUNDS} rounds of ${seconds} s, one client on the same machine)`,
    );
  }
}

type Kind = "dns" | "echo";
type Rate = { readonly perSecond: number; readonly perCpuSecond: number };

function median(rates: readonly Rate[]): Rate {
  return rates.toSorted((a, b) => a.perCpuSecond - b.perCpuSecond)[rates.length >> 1]!;
}

async function rateOf(kind: Kind, seconds: number): Promise<Rate> {
  const server = fork(import.meta.filename, [kind], { execArgv: process.execArgv });
  const [{ port }] = (await once(server, "message")) as [{ port: number }];
  const packets = planetZones.map(({ subnet }, i) => queryFrom(subnet, i));
  const socket = createSocket({ type: "udp4", recvBufferSize: 1 << 20 });
  let answered = 0;
  let sent = 0;
  const sendOne = (): void => socket.send(packets[sent++ % packets.length]!, port, ADDRESS);
  socket.on("message", () => {
    answered++;
    sendOne();
  });
  for (let i = 0; i < IN_FLIGHT; i++) sendOne();
  await sleep(300);
  const cpuSeconds = async (): Promise<number> => {
    server.send("cpu");
    const [{ cpu }] = (await once(server, "message")) as [{ cpu: NodeJS.CpuUsage }];
    return (cpu.user + cpu.system) / 1e6;
  };
  const [before, from, cpuBefore] = [answered, performance.now(), await cpuSeconds()];
  await sleep(1000 * seconds);
  const [count, elapsed, cpu] = [answered - before, performance.now() - from, (await cpuSeconds()) - cpuBefore];
  socket.close();
  server.disconnect();
  await once(server, "exit");
  return { perSecond: (1000 * count) / elapsed, perCpuSecond: count / cpu };
}

function queryFrom(subnet: string, i: number): Buffer {
  const option = { code: "CLIENT_SUBNET", ip: subnet.slice(0, subnet.indexOf("/")), sourcePrefixLength: 24 };
  return encode({
    type: "query",
    id: i,
    questions: [{ type: "A", name: `b${(i % 256).toString(16).padStart(2, "0")}.shop.planet.test` }],
    additionals: [{ type: "OPT", name: ".", udpPayloadSize: 1232, flags: 0, options: [option] } as never],
  });
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
