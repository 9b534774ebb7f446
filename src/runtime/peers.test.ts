import type { ServerResponse } from "node:http";
import { createServer, request as httpsRequest } from "node:https";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { realClock } from "./clock.ts";
import { exchange } from "./exchange.ts";
import { makeCertificates, type Certificates } from "./certificates.ts";
import { tlsTransport, type TlsTransport } from "./peers.ts";
import { sealText } from "./seal.ts";
import { createPrivateKey } from "node:crypto";
import { summaryOf } from "./summary.testing.ts";
import type { PeerMessage } from "./transport.ts";

// Real mutual TLS between three made locations and a stranger, on odd loopback addresses.

const names = ["alpha", "beta", "gamma"] as const;
const peers = {
  alpha: { host: "127.91.0.1", port: 17443 },
  beta: { host: "127.91.0.2", port: 17443 },
  gamma: { host: "127.91.0.3", port: 17443 },
};
const ROUND_TRIP_MS = 30.4;
let certificates: Certificates;
let stranger: Certificates;
const nodes = {} as Record<(typeof names)[number], TlsTransport>;
const heard: { to: string; from: string; message: PeerMessage }[] = [];

beforeAll(async () => {
  const now = Date.now();
  [certificates, stranger] = await Promise.all([makeCertificates({ names, now }), makeCertificates({ names, now })]);
  for (const name of names) {
    nodes[name] = await open(name, certificates);
    nodes[name].receive({
      message(from, message) {
        heard.push({ to: name, from, message });
        return Object.fromEntries(message.summaries.map((summary) => [summary.from, summary.seq]));
      },
      look: (from, location) =>
        heard.push({ to: name, from: `${from} looks at ${location}`, message: { summaries: [] } }),
    });
  }
});
afterAll(() => Promise.all(names.map((name) => nodes[name].stop())));

function open(
  name: (typeof names)[number],
  who: Certificates,
  listen = peers[name],
  book: typeof peers = peers,
): Promise<TlsTransport> {
  const { certificatePem, keyPem } = who.byName[name]!;
  return tlsTransport({
    name,
    listen,
    sourceAddress: listen.host,
    peers: book,
    roundTripMs: Object.fromEntries(names.map((other) => [other, other === name ? 0 : ROUND_TRIP_MS])),
    authorityPem: who.authorityPem,
    certificatePem,
    keyPem,
  });
}

/** Says anything at all as `name`: what our own transport would never send. */
function post(
  name: (typeof names)[number],
  to: (typeof names)[number],
  body: string | Buffer,
  path = "/summaries",
  who = certificates,
) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const { certificatePem, keyPem } = who.byName[name]!;
    const request = httpsRequest(
      {
        ...peers[to],
        path,
        method: "POST",
        servername: to,
        ca: certificates.authorityPem,
        cert: certificatePem,
        key: keyPem,
        agent: false,
      },
      (response) => {
        let text = "";
        response
          .on("data", (chunk) => (text += String(chunk)))
          .on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      },
    );
    request.on("error", reject).end(body);
  });
}

test("a peer is who its certificate says, and its summary arrives whole", async () => {
  const summary = summaryOf("alpha", { seq: 7, at: Date.now() });
  heard.length = 0;
  const begun = performance.now();
  expect(await nodes.alpha.send("beta", { summaries: [summary] })).toEqual({ alpha: 7 });
  // The handshake's way and the message's: a made distance is felt at both ends.
  expect(performance.now() - begun).toBeGreaterThanOrEqual(2 * ROUND_TRIP_MS - 2);
  expect(heard).toEqual([{ to: "beta", from: "alpha", message: { summaries: [summary] } }]);
  await nodes.alpha.look("beta", "gamma");
  expect(heard.at(-1)).toMatchObject({ to: "beta", from: "alpha looks at gamma" });
});

test("who has another authority's certificate is refused, and so is who has none", async () => {
  const [liar, before] = [
    await open("alpha", stranger, { host: "127.91.0.4", port: 17443 }),
    nodes.beta.counters.received,
  ];
  expect(await liar.send("beta", { summaries: [summaryOf("alpha", { seq: 1, at: Date.now() })] })).toBeNull();
  await liar.stop();
  await expect(post("alpha", "beta", "{}", "/summaries", { ...stranger })).rejects.toThrow();
  expect(nodes.beta.counters.received).toBe(before);
  expect(nodes.beta.counters.refused["no-certificate"]).toBeGreaterThanOrEqual(1);
});

test("nobody may write another's summary, but may hand on what bears its seal", async () => {
  const at = Date.now();
  const forged = JSON.stringify(summaryOf("gamma", { seq: 99, at }));
  const { keyPem, certificatePem } = certificates.byName["alpha"]!;
  const seal = sealText(forged, createPrivateKey(keyPem));
  const before = { ...nodes.beta.counters.refused };
  heard.length = 0;
  for (const letter of [
    { body: forged, seal },
    { body: forged, seal, by: certificatePem },
    { body: forged, seal, by: certificates.byName["gamma"]!.certificatePem },
    { body: forged, seal, by: stranger.byName["gamma"]!.certificatePem },
    { body: forged, seal, by: "not a certificate" },
  ]) {
    expect((await post("alpha", "beta", JSON.stringify({ summaries: [letter] }))).status).toBe(200);
  }
  expect(heard.flatMap(({ message }) => message.summaries)).toEqual([]);
  expect(nodes.beta.counters.refused["not-the-peer"]).toBe((before["not-the-peer"] ?? 0) + 1);
  expect(nodes.beta.counters.refused["bad-seal"]).toBe((before["bad-seal"] ?? 0) + 4);

  const real = summaryOf("gamma", { seq: 5, at });
  await nodes.gamma.send("alpha", { summaries: [real] });
  heard.length = 0;
  expect(await nodes.alpha.send("beta", { summaries: [real] })).toEqual({ gamma: 5 });
  expect(heard).toEqual([{ to: "beta", from: "alpha", message: { summaries: [real] } }]);
});

test("bodies that are wrong, too large or another's counts are refused and counted", async () => {
  const demand = { from: "gamma", rps: {} };
  for (const body of [
    "{",
    "[]",
    '{"summaries":1}',
    JSON.stringify({ summaries: [], demand }),
    Buffer.alloc(300_000, 32),
  ]) {
    expect((await post("alpha", "beta", body)).status).toBe(403);
  }
  const broken = { ...summaryOf("alpha", { seq: 8, at: 1 }), seq: "8" };
  heard.length = 0;
  for (const body of ["{", JSON.stringify(broken), "null"])
    expect((await post("alpha", "beta", JSON.stringify({ summaries: [{ body, seal: "" }] }))).status).toBe(200);
  expect(heard.flatMap(({ message }) => message.summaries)).toEqual([]);
  expect((await post("alpha", "beta", "{}", "/orders")).status).toBe(403);
  expect(nodes.beta.counters.refused).toMatchObject({ "too-large": 1, "unknown-call": 1 });
});

test("a cut link is cut at both ends", async () => {
  const summary = summaryOf("alpha", { seq: 9, at: Date.now() });
  nodes.alpha.setUnreachable(["beta"]);
  expect(await nodes.alpha.send("beta", { summaries: [summary] })).toBeNull();
  expect(await nodes.beta.send("alpha", { summaries: [summaryOf("beta", { seq: 1, at: Date.now() })] })).toBeNull();
  expect(await nodes.alpha.send("gamma", { summaries: [summary] })).toEqual({ alpha: 9 });
  nodes.alpha.setUnreachable([]);
  expect(await nodes.alpha.send("beta", { summaries: [summary] })).toEqual({ alpha: 9 });
});

test("who answers late is not hung up on: one handshake for all, and two messages under way", async () => {
  const { certificatePem, keyPem } = certificates.byName["gamma"]!;
  const late = { host: "127.91.0.4", port: 17443 };
  const waiting: ServerResponse[] = [];
  let handshakes = 0;
  const server = createServer(
    { ca: certificates.authorityPem, cert: certificatePem, key: keyPem, requestCert: true, rejectUnauthorized: true },
    (request, response) => void request.resume().once("end", () => waiting.push(response)),
  );
  server.on("secureConnection", () => (handshakes += 1));
  await new Promise<void>((resolve) => server.listen(late.port, late.host, resolve));
  const alpha = await open("alpha", certificates, { ...peers.alpha, port: 0 }, { ...peers, gamma: late });
  const send = (seq: number) => alpha.send("gamma", { summaries: [summaryOf("alpha", { seq, at: Date.now() })] });
  try {
    // Two are written, the third message is not sent at all, and all three callers go on with nothing.
    expect(await Promise.all([send(1), send(2), send(3)])).toEqual([null, null, null]);
    await vi.waitFor(() => expect(waiting).toHaveLength(2), 10_000);
    for (const response of waiting.splice(0)) response.end(JSON.stringify({ have: {} }));
    await vi.waitFor(async () => {
      void send(4);
      await vi.waitFor(() => expect(waiting.length).toBeGreaterThan(0), 500);
    }, 5000);
    expect(handshakes).toBe(1);
  } finally {
    await alpha.stop();
    server.close();
    server.closeAllConnections();
  }
});

test("over a cut link a summary still comes, handed on by a neighbour, one hop", async () => {
  const clock = realClock();
  const boards = Object.fromEntries(
    names.map((name) => {
      const board = exchange({
        now: () => clock.now(),
        location: name,
        locations: names,
        houston: "houston",
        transport: nodes[name],
      });
      nodes[name].receive({
        message(from, message) {
          board.take(from, message);
          return board.have();
        },
        look: () => {},
      });
      return [name, board];
    }),
  );
  nodes.alpha.setUnreachable(["gamma"]);
  let seq = Date.now();
  const deadline = Date.now() + 30_000;
  while (boards["gamma"]!.have()["alpha"] === undefined && Date.now() < deadline) {
    seq += 1;
    for (const name of names) boards[name]!.publish(summaryOf(name, { seq, at: Date.now() }));
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  nodes.alpha.setUnreachable([]);
  expect(boards["gamma"]!.have()["alpha"]).toBeGreaterThan(0);
  expect(boards["beta"]!.counters.passedOn).toBeGreaterThan(0);
  // Gamma has it second-hand, so gamma hands it to nobody.
  expect(boards["gamma"]!.counters.passedOn).toBe(0);
});
