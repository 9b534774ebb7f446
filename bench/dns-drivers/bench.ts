/**
 * From Houston's decision until users are answered by it, with name servers that people already run: Knot and BIND by RFC 2136,
 * PowerDNS by its API. Real servers of Debian's, on this machine; the asking is a stranger's, by UDP, all the time: `node
 * bench/dns-drivers/bench.ts [--changes 20] [--json]`.
 */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { decode, encode } from "dns-packet";
import type { RunningSteering, SteeringContext } from "../../src/drivers/steering-context.ts";
import {
  bindServer,
  knotServer,
  type NameServer,
  powerdnsTestServer,
  TEST_DOMAIN,
  TEST_KEY,
} from "../../src/drivers/dns/name-server.testing.ts";
import { makePowerdns } from "../../src/drivers/dns/powerdns/make.ts";
import { powerdnsShape } from "../../src/drivers/dns/powerdns/shape.ts";
import { contextOf, tableOf } from "../../src/drivers/dns/record-testing.ts";
import { makeRfc2136 } from "../../src/drivers/dns/rfc2136/make.ts";
import { rfc2136Shape } from "../../src/drivers/dns/rfc2136/shape.ts";

const HOST = `www.${TEST_DOMAIN}`;
const WANTED_MS = 300;
const GIVE_UP_MS = 30_000;

const json = process.argv.includes("--json");
const changesAt = process.argv.indexOf("--changes");
const changes = changesAt < 0 ? 20 : Number(process.argv[changesAt + 1]);
const context: SteeringContext = {
  ...contextOf(HOST),
  env: { HOUSTON_TSIG_SECRET: TEST_KEY.secret, HOUSTON_POWERDNS_KEY: TEST_KEY.secret },
};
const common = { owner: "bench", domains: [TEST_DOMAIN], writesPerSecond: 1000, withinSeconds: 20 };

const rows = [
  await measured("Knot", knotServer, rfc2136),
  await measured("BIND", bindServer, rfc2136),
  await measured("PowerDNS", powerdnsTestServer, async (server) =>
    makePowerdns(
      powerdnsShape.parse({
        kind: "powerdns",
        ...common,
        url: `http://127.0.0.1:${server.apiPort}`,
        answeredBy: [`127.0.0.1:${server.port}`],
      }),
      context,
    ),
  ),
];
if (json) console.log(JSON.stringify({ changes, wantedMs: WANTED_MS, servers: rows }));
else {
  for (const { server, medianMs, worstMs, doneMedianMs } of rows) {
    console.log(
      `${server.padEnd(9)} visible after ${ms(medianMs)} (worst ${ms(worstMs)}), known to be after ${ms(doneMedianMs)}`,
    );
  }
  console.log(`median of ${changes} changes, from the call of the driver; wanted at most ${WANTED_MS} ms`);
}

async function rfc2136(server: NameServer): Promise<RunningSteering> {
  const settings = { kind: "rfc2136", ...common, server: `127.0.0.1:${server.port}`, key: { name: TEST_KEY.name } };
  return makeRfc2136(rfc2136Shape.parse(settings), context);
}

type Row = {
  readonly server: string;
  readonly medianMs: number;
  readonly worstMs: number;
  readonly doneMedianMs: number;
};

async function measured<Server extends NameServer>(
  name: string,
  start: () => Promise<Server>,
  make: (server: Server) => Promise<RunningSteering>,
): Promise<Row> {
  const server = await start();
  try {
    const steering = await make(server);
    const visible: number[] = [];
    const done: number[] = [];
    for (let change = 0; change <= changes; change++) {
      const location = change % 3;
      const began = performance.now();
      const seen = visibleAt(server.port, `192.0.2.${location + 1}`);
      const outcome = await steering.driver.apply(
        tableOf(change + 1, [[location, 256]]),
        AbortSignal.timeout(GIVE_UP_MS),
      );
      if (outcome.kind !== "done") throw new Error(`${name}: ${outcome.code} ${outcome.says}`);
      const doneAt = performance.now();
      const seenAt = await seen;
      // The first one finds nothing there before, and warms up what is warm in life.
      if (change === 0) continue;
      visible.push(seenAt - began);
      done.push(doneAt - began);
    }
    await steering.stop();
    return { server: name, medianMs: median(visible), worstMs: Math.max(...visible), doneMedianMs: median(done) };
  } finally {
    await server.stop();
  }
}

/** When the first answer has this address. */
async function visibleAt(port: number, address: string): Promise<number> {
  const socket = createSocket("udp4");
  const question = encode({ type: "query", id: 7, questions: [{ name: HOST, type: "A" }] });
  const until = performance.now() + GIVE_UP_MS;
  try {
    while (performance.now() < until) {
      socket.send(question, port, "127.0.0.1");
      const [packet] = (await once(socket, "message")) as [Buffer];
      const answers = decode(packet).answers ?? [];
      if (answers.some((each) => "data" in each && each.data === address)) return performance.now();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  } finally {
    socket.close();
  }
  throw new Error(`${address} was never answered`);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

function ms(value: number): string {
  return `${value.toFixed(0)} ms`;
}
