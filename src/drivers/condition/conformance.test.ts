import { createServer as createTcpServer, type AddressInfo } from "node:net";
import { createServer } from "node:tls";
import { madeReceiver, type ReceiverAnswer } from "../made-receiver.testing.ts";
import { commandCondition } from "./command.ts";
import type { ConditionDriver, ConditionTurn } from "./contract.ts";
import { httpCondition, thirdPartyCondition } from "./http.ts";
import { madeAuthority } from "./made-certificate.testing.ts";
import { httpMeasure, promqlMeasure } from "./measure.ts";
import { measuredCondition, replicaLagCondition } from "./measured.ts";
import { parityCondition } from "./parity.ts";
import { quotaCondition } from "./quota.ts";
import { conditionConformance, type ConditionRig } from "./testing.ts";
import { tlsCondition } from "./tls.ts";

const turn: ConditionTurn = { name: "made", locations: ["west"], everyMs: 1000, withinMs: 1000 };
const json = (body: unknown): ReceiverAnswer => ({ status: 200, body: JSON.stringify(body) });
const scalar = (value: string): ReceiverAnswer =>
  json({ status: "success", data: { resultType: "scalar", result: [1435781451.781, value] } });

/** Behind a server that answers one way or the other, or not at all. */
async function behindServer(
  driverAt: (url: string) => ConditionDriver | Promise<ConditionDriver>,
  answers: { readonly holds: ReceiverAnswer; readonly fails: ReceiverAnswer },
): Promise<ConditionRig> {
  let how: "holds" | "fails" | "silent" = "holds";
  const server = await madeReceiver(() => (how === "silent" ? "hang" : answers[how]));
  return { driver: await driverAt(server.url), set: (next) => (how = next), stop: () => server.stop() };
}

conditionConformance("http", () =>
  behindServer((url) => httpCondition(turn, { url, statuses: [] }), { holds: { status: 200 }, fails: { status: 503 } }),
);
conditionConformance(
  "third-party",
  () =>
    behindServer((url) => thirdPartyCondition(turn, { url, statuses: [], proxies: {} }), {
      holds: { status: 200 },
      fails: { status: 403 },
    }),
  { silence: "fails" },
);
conditionConformance("promql", () =>
  behindServer(
    (url) =>
      measuredCondition(turn, { measure: promqlMeasure({ prometheus: url, query: "lag" }), bounds: { atMost: 5 } }),
    { holds: scalar("1"), fails: scalar("9") },
  ),
);
conditionConformance("replica-lag", () =>
  behindServer((url) => replicaLagCondition(turn, { measure: httpMeasure({ url, field: "lag" }), maxSeconds: 5 }), {
    holds: json({ lag: 0.2 }),
    fails: json({ lag: 90 }),
  }),
);
conditionConformance("parity", () =>
  behindServer(
    async (url) => {
      const parity = parityCondition(turn, { url, fields: ["version"] });
      // Two others have said what most are to say.
      for (const name of ["east", "north"]) await parity.ask(name, new AbortController().signal);
      return parity;
    },
    { holds: json({ version: "8" }), fails: json({ version: "9" }) },
  ),
);
conditionConformance("quota", async () => {
  let how: "holds" | "fails" | "silent" = "holds";
  const driver = quotaCondition(turn, {
    leastRps: 100,
    scale: {
      look: async (location) =>
        how === "silent"
          ? { kind: "retry", code: "timeout" }
          : {
              kind: "seen",
              capacity: { at: 0, location, capacityRps: 400, readyRps: how === "holds" ? 100 : 400 },
              says: "4 ready",
            },
    },
  });
  return { driver, set: (next) => void (how = next), stop: async () => {} };
});
conditionConformance("command", async () => {
  let how: "holds" | "fails" | "silent" = "holds";
  const codes = {
    holds: "",
    fails: "console.log('no licence'); process.exit(1)",
    silent: "setTimeout(() => {}, 60000)",
  };
  const driver: ConditionDriver = {
    ...turn,
    ask: (location, signal) =>
      commandCondition(turn, { argv: [process.execPath, "-e", codes[how]], environment: [], env: {} }).ask(
        location,
        signal,
      ),
  };
  return { driver, set: (next) => void (how = next), stop: async () => {} };
});
conditionConformance("tls", async () => {
  const authority = await madeAuthority();
  const shown = {
    holds: await authority.certificate({ hosts: ["shop.example.com"], days: 90 }),
    fails: await authority.certificate({ hosts: ["other.example.com"], days: 90 }),
  };
  const servers = await Promise.all(
    [shown.holds, shown.fails].map(async (certificate) => {
      const server = createServer(certificate);
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return server;
    }),
  );
  const silent = createTcpServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const ports = {
    holds: (servers[0]!.address() as AddressInfo).port,
    fails: (servers[1]!.address() as AddressInfo).port,
    silent: (silent.address() as AddressInfo).port,
  };
  let how: keyof typeof ports = "holds";
  const driver: ConditionDriver = {
    ...turn,
    ask: (location, signal) =>
      tlsCondition(turn, {
        addresses: { west: { host: "127.0.0.1", port: ports[how] } },
        hosts: ["shop.example.com"],
        tenants: [],
        expiryDays: 7,
        authorities: authority.pem,
        now: Date.now,
      }).ask(location, signal),
  };
  return {
    driver,
    set: (next) => void (how = next),
    async stop() {
      for (const server of [...servers, silent]) server.close();
    },
  };
});
