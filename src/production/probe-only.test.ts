// A vantage that stands elsewhere, over real sockets: what it says when it is asked, and to whom it says nothing.
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { madeAuthority } from "../drivers/condition/made-certificate.testing.ts";
import type { ProbeAnswer, ProbeDriver } from "../drivers/probe/contract.ts";
import { remoteProbes, type RemoteOptions, type RemoteProbes } from "../drivers/probe/remote.ts";
import { startProbeOnly, type ProbeOnlyOptions } from "./probe-only.ts";

const HERE = "127.86.57.1";
const TOKEN = "0123456789abcdef0123";
const EAST = "203.0.113.1";
const HOUR_MS = 3_600_000;

test.each<ProbeAnswer>([
  { ok: true, ms: 0.5 },
  { ok: false, ms: 0.5, why: "refused", says: "connect ECONNREFUSED" },
  { ok: false, ms: 0.5, why: "error", says: "HTTP 500" },
])("over TLS it tells what it saw, and a clock that is an hour off changes nothing: %o", async (answer) => {
  const authority = await madeAuthority();
  const { cert: certificate, key } = await authority.certificate({ hosts: ["localhost"], days: 30 });
  const { url } = await vantage({
    driver: looks(async () => answer),
    listen: { host: "127.0.0.1", port: 0 },
    tls: { certificate, key },
    now: () => Date.now() - HOUR_MS,
  });
  const asked = { url: url.replace("127.0.0.1", "localhost"), authorities: authority.pem };
  const look = await remote(asked).ask({ location: "east" });
  expect(look).toMatchObject({
    kind: "saw",
    answer: answer.ok ? answer : { ...answer, says: `${answer.says}, by west` },
  });
  if (look.kind === "saw") expect(Date.now() - look.at).toBeGreaterThanOrEqual(HOUR_MS);
  // Who can't tell whom he has rung up does not say the token.
  const { authorities: _, ...unknown } = asked;
  expect(await remote(unknown).ask({ location: "east" })).toMatchObject({ kind: "unasked", code: "no-answer" });
});

test.each<[what: string, asked: Partial<RemoteOptions>, location: string, code: string]>([
  ["who has another token", { token: `${TOKEN}4` }, "east", "token-wrong"],
  ["a place that its houston.yaml does not have", {}, "mars", "unknown-location"],
  ["a word that every object knows", {}, "constructor", "unknown-location"],
  ["the place in which it stands", { addressOf: () => null }, "west", "unknown-location"],
  ["an address that is not in its houston.yaml", { addressOf: () => "169.254.169.254" }, "east", "other-address"],
])("it does not look for %s", async (_what, asked, location, code) => {
  const { url, refused, looked } = await vantage();
  expect(await remote({ url, ...asked }).ask({ location })).toMatchObject({ kind: "unasked", code });
  expect(refused).toEqual([code]);
  expect(looked).toEqual([]);
});

test("what is no question is refused, counted, and the next one is answered", async () => {
  const { url, refused, looked } = await vantage();
  const authorization = `Bearer ${TOKEN}`;
  const send = (path: string, init: RequestInit): Promise<number> =>
    fetch(`${url}${path}`, { ...init, headers: { authorization } }).then(({ status }) => status);
  expect(await send("/look", {})).toBe(404);
  expect(await send("/look?url=http://169.254.169.254/", { method: "POST", body: "{}" })).toBe(404);
  expect(await send("/look", { method: "POST", body: "{" })).toBe(400);
  expect(await send("/look", { method: "POST", body: '{"location":"east","address":null,"withinMs":1e9}' })).toBe(400);
  expect(await send("/look", { method: "POST", body: " ".repeat(100_000) })).toBe(413);
  expect(refused).toEqual(["not-found", "not-found", "bad-shape", "bad-shape", "too-long"]);
  expect(looked).toEqual([]);
  expect(await remote({ url }).ask({ location: "east" })).toMatchObject({ kind: "saw" });
});

test("nobody makes it look at a place more often than may be", async () => {
  const { promise: end, resolve } = Promise.withResolvers<ProbeAnswer>();
  const { url, refused, looked } = await vantage({ driver: looks(() => end) });
  const [one, other] = [remote({ url }), remote({ url })];
  const asked = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? one : other).ask({ location: "east" }));
  await expect.poll(() => refused.length).toBe(12);
  expect(await remote({ url }).ask({ location: "east" })).toMatchObject({ code: "too-many-looks" });
  resolve({ ok: true, ms: 1 });
  expect((await Promise.all(asked)).filter(({ kind }) => kind === "saw")).toHaveLength(8);
  expect(looked).toHaveLength(8);
});

test("without TLS it listens to nobody but this machine", async () => {
  await expect(vantage({ listen: { host: "0.0.0.0", port: 0 } })).rejects.toMatchObject({ code: "plain-http" });
  await expect(vantage({ tls: { certificate: "none", key: "none" } })).rejects.toMatchObject({
    code: "bad-certificate",
  });
});

test.each<[what: string, answer: RequestListener, code: string]>([
  ["is another vantage", told({ vantage: "north" }), "another"],
  ["speaks of another place", told({ location: "north" }), "another"],
  ["says less than it must", told({ ok: false }), "nonsense"],
  ["took less than no time", told({ ms: -1 }), "nonsense"],
  ["is something else", (_request, response) => void response.end("<html>"), "nonsense"],
  ["sends us elsewhere", (_request, response) => void response.writeHead(302, { location: "/" }).end(), "http"],
  ["does not end", (_request, response) => void response.end(Buffer.alloc(100_000)), "no-answer"],
  ["is gone", (request) => void request.socket.destroy(), "no-answer"],
])("who answers and %s has seen nothing", async (_what, answer, code) => {
  expect(await remote({ url: await serve(answer) }).ask({ location: "east" })).toMatchObject({ kind: "unasked", code });
});

test("it can't have looked for longer than it was waited for", async () => {
  const look = await remote({ url: await serve(told({ ms: 1e9 })) }).ask({ location: "east" });
  expect(look.kind === "saw" && look.answer.ms).toBeLessThan(HOUR_MS);
});

test("a vantage that falls silent is said once, and once that it is back; it has seen nothing meanwhile", async () => {
  const said: string[] = [];
  let answer: RequestListener = told({});
  const url = await serve((request, response) => answer(request, response));
  const probes = remote({ url, say: (what) => said.push(what) });
  const look = async (times: number): Promise<unknown> => {
    const seen = [];
    for (let left = times; left > 0; left -= 1)
      seen.push(await probes.probe({ location: "east", journey: "browse", key: "probe-1" }));
    return seen.at(-1);
  };
  expect(await look(3)).toMatchObject({ ok: true });
  answer = (request) => void request.socket.destroy();
  expect(await look(2)).toBeNull();
  expect(said).toEqual([]);
  await look(5);
  expect(said).toEqual([expect.stringContaining("the watcher is silent, and nobody is judged by that")]);
  answer = told({});
  await look(5);
  expect(said.slice(1)).toEqual(["the vantage in west answers again"]);
});

test("one that has another houston.yaml is no silence, and is said once for each place", async () => {
  const said: string[] = [];
  const { url } = await vantage();
  const probes = remote({ url, say: (what) => said.push(what) });
  for (let left = 5; left > 0; left -= 1) await probes.probe({ location: "mars", journey: "browse", key: "probe-1" });
  expect(said).toEqual([expect.stringContaining("start it with the same houston.yaml")]);
});

async function vantage(
  given: Partial<ProbeOnlyOptions> = {},
): Promise<{ readonly url: string; readonly refused: readonly string[]; readonly looked: readonly string[] }> {
  const refused: string[] = [];
  const looked: string[] = [];
  const driver = given.driver ?? looks(async () => ({ ok: true, ms: 1 }));
  const running = await startProbeOnly({
    vantage: "west",
    addresses: { east: EAST, west: "203.0.113.2" },
    token: TOKEN,
    listen: { host: HERE, port: 0 },
    tls: null,
    now: Date.now,
    refused: (code) => refused.push(code),
    ...given,
    driver: {
      ...driver,
      async probe(order) {
        looked.push(order.location);
        return driver.probe(order);
      },
    },
  });
  onTestFinished(() => running.stop());
  return { url: running.url, refused, looked };
}

function remote(given: Partial<RemoteOptions> & { readonly url: string }): RemoteProbes {
  const probes = remoteProbes({
    from: "west",
    token: TOKEN,
    addressOf: (location) => (location === "east" ? EAST : null),
    say: () => {},
    ...given,
  });
  onTestFinished(() => probes.stop());
  return probes;
}

const looks = (probe: () => Promise<ProbeAnswer>): ProbeDriver => ({
  journeys: ["browse"],
  probe,
  stop: async () => {},
});

function told(given: Readonly<Record<string, unknown>>): RequestListener {
  const all = { vantage: "west", location: "east", at: 0, ok: true, ms: 1, ...given };
  return (_request, response) => void response.end(JSON.stringify(all));
}

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, HERE);
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://${HERE}:${(server.address() as AddressInfo).port}`;
}
