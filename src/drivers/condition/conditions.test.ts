import { afterEach, beforeEach, expect, test } from "vitest";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { madeReceiver, type MadeReceiver, type ReceiverAnswer } from "../made-receiver.testing.ts";
import { commandCondition } from "./command.ts";
import type { ConditionDriver, ConditionTurn } from "./contract.ts";
import { httpCondition, thirdPartyCondition } from "./http.ts";
import { httpMeasure, promqlMeasure } from "./measure.ts";
import { measuredCondition, replicaLagCondition } from "./measured.ts";
import { parityCondition } from "./parity.ts";
import { quotaCondition } from "./quota.ts";

const turn: ConditionTurn = { name: "made", locations: ["east", "west", "north"], everyMs: 1000, withinMs: 1000 };
const never = new AbortController().signal;
let answer: (path: string) => ReceiverAnswer | "hang";
let server: MadeReceiver;
beforeEach(async () => {
  answer = () => ({ status: 200 });
  server = await madeReceiver(({ path }) => answer(path));
});
afterEach(() => server.stop());

const json = (body: unknown, status = 200): ReceiverAnswer => ({ status, body: JSON.stringify(body) });
/** As https://prometheus.io/docs/prometheus/latest/querying/api/ has it. */
const vector = (...values: readonly string[]): ReceiverAnswer =>
  json({
    status: "success",
    data: {
      resultType: "vector",
      result: values.map((value) => ({ metric: { __name__: "lag" }, value: [1435781451.781, value] })),
    },
  });

test("PromQL: an instant query for the location, and every series within its bounds", async () => {
  const lag = measuredCondition(turn, {
    measure: promqlMeasure({ prometheus: `${server.url}/`, query: 'lag{location="{location}"}' }),
    bounds: { atMost: 5, atLeast: 0 },
  });
  answer = () => vector("1.5", "4");
  expect(await lag.ask("west", never)).toEqual({ kind: "holds" });
  const asked = new URL(server.requests[0]!.path, server.url);
  expect([asked.pathname, asked.searchParams.get("query")]).toEqual(["/api/v1/query", 'lag{location="west"}']);
  answer = () => vector("1", "7.25");
  expect(await lag.ask("west", never)).toEqual({
    kind: "fails",
    failures: [{ says: "7.25, and at most 5 is allowed" }],
  });
  answer = () => vector("-1");
  expect(await lag.ask("west", never)).toMatchObject({ failures: [{ says: "-1, and at least 0 is needed" }] });
  answer = () => json({ status: "success", data: { resultType: "scalar", result: [1435781451.781, "+Inf"] } });
  expect(await lag.ask("west", never)).toMatchObject({ kind: "fails" });
});

const lagBy = (prometheus: string): ConditionDriver =>
  measuredCondition(turn, { measure: promqlMeasure({ prometheus, query: "lag" }), bounds: { atMost: 5 } });

test("PromQL: no series, no number, an error of Prometheus and no Prometheus are doubt", async () => {
  const says = async (how: ReceiverAnswer): Promise<unknown> => {
    answer = () => how;
    return lagBy(server.url).ask("west", never);
  };
  expect(await says(vector())).toEqual({ kind: "unknown", says: "Prometheus has no series for it at west" });
  expect(await says(vector("NaN"))).toMatchObject({ kind: "unknown" });
  expect(await says(json({ status: "error", errorType: "bad_data", error: "parse error" }, 400))).toEqual({
    kind: "unknown",
    says: "Prometheus answered 400: parse error",
  });
  expect(await says({ status: 502, body: "<html>" })).toEqual({ kind: "unknown", says: "Prometheus answered 502" });
  expect(await lagBy("http://127.0.0.1:1").ask("west", never)).toEqual({
    kind: "unknown",
    says: "127.0.0.1:1: ECONNREFUSED",
  });
  answer = () => "hang";
  expect(await lagBy(server.url).ask("west", AbortSignal.timeout(50))).toMatchObject({ kind: "unknown" });
});

test("replica lag: how far the data is behind goes along, whether it holds or not", async () => {
  const lag = replicaLagCondition(turn, {
    measure: httpMeasure({ url: `${server.url}/{location}/lag`, field: "replica.seconds" }),
    maxSeconds: 5,
  });
  answer = (path) => json({ replica: { seconds: path === "/west/lag" ? 42 : 0.4 } });
  expect(await lag.ask("east", never)).toEqual({ kind: "holds", behindSeconds: 0.4 });
  expect(await lag.ask("west", never)).toEqual({
    kind: "fails",
    failures: [{ says: "its data is 42 s behind, and at most 5 s are allowed" }],
    behindSeconds: 42,
  });
  answer = () => json({ replica: { seconds: "soon" } });
  expect(await lag.ask("east", never)).toMatchObject({ kind: "unknown" });
});

test("HTTP: a page's status; no answer is doubt", async () => {
  const page = (statuses: readonly number[]) => httpCondition(turn, { url: `${server.url}/{location}`, statuses });
  answer = (path) => ({ status: path === "/west" ? 503 : 204 });
  expect(await page([]).ask("east", never)).toEqual({ kind: "holds" });
  expect(await page([]).ask("west", never)).toEqual({ kind: "fails", failures: [{ says: "HTTP 503" }] });
  expect(await page([503]).ask("west", never)).toEqual({ kind: "holds" });
  const nobody = httpCondition(turn, { url: "http://127.0.0.1:1/", statuses: [] });
  expect(await nobody.ask("west", never)).toMatchObject({ kind: "unknown" });
});

test("a third party that does not answer from there is a no; through the location's proxy it is asked from the proxy's address", async () => {
  const straight = thirdPartyCondition(turn, { url: `${server.url}/pay`, statuses: [], proxies: {} });
  expect(await straight.ask("west", never)).toEqual({ kind: "holds" });
  answer = () => ({ status: 403 });
  expect(await straight.ask("west", never)).toMatchObject({
    kind: "fails",
    failures: [{ says: expect.stringContaining("answers HTTP 403 to who asks from there") as string }],
  });
  const shut = thirdPartyCondition(turn, { url: "http://127.0.0.1:1/pay", statuses: [], proxies: {} });
  expect(await shut.ask("west", never)).toMatchObject({ kind: "fails" });
  const proxy = await refusingProxy();
  const egress = thirdPartyCondition(turn, {
    url: "https://pay.example.com/",
    statuses: [],
    proxies: { west: proxy.url },
  });
  expect(await egress.ask("west", never)).toMatchObject({ kind: "fails" });
  expect(proxy.asked).toEqual(["pay.example.com:443"]);
  proxy.server.close();
});

/** Takes down where it was asked to go, and lets nobody out. */
async function refusingProxy(): Promise<{ readonly url: string; readonly asked: string[]; readonly server: Server }> {
  const asked: string[] = [];
  const made = createServer().on("connect", (request, socket) => {
    asked.push(request.url ?? "");
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
  });
  await new Promise<void>((resolve) => made.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(made.address() as AddressInfo).port}`, asked, server: made };
}

test("parity: who differs from most is named with what most have; with no majority nobody can tell", async () => {
  const versions: Record<string, unknown> = { east: "8", west: "8", north: "9" };
  const parity = parityCondition(turn, { url: `${server.url}/{location}`, fields: ["version"] });
  answer = (path) => json({ version: versions[path.slice(1)] });
  const all = async (): Promise<readonly unknown[]> => {
    await Promise.all(turn.locations.map((name) => parity.ask(name, never)));
    return Promise.all(turn.locations.map((name) => parity.ask(name, never)));
  };
  expect(await all()).toEqual([
    { kind: "holds" },
    { kind: "holds" },
    { kind: "fails", failures: [{ says: "its version is 9, and that of most is 8" }] },
  ]);
  versions["west"] = "7";
  expect(await all()).toEqual(turn.locations.map(() => ({ kind: "unknown", says: expect.any(String) as string })));
  versions["west"] = null;
  expect(await parity.ask("west", never)).toEqual({ kind: "unknown", says: "it does not say its version" });
});

test("quota: what a scaler can still give, and that it can't tell is doubt", async () => {
  const quota = (readyRps: number) =>
    quotaCondition(turn, {
      leastRps: 100,
      scale: {
        look: async (location) => ({
          kind: "seen",
          capacity: { at: 0, location, capacityRps: 400, readyRps },
          says: "4 ready, at most 4 (quota)",
        }),
      },
    });
  expect(await quota(300).ask("west", never)).toEqual({ kind: "holds" });
  expect(await quota(350).ask("west", never)).toEqual({
    kind: "fails",
    failures: [{ says: "it can grow by 50 rps more, and 100 are to be left (4 ready, at most 4 (quota))" }],
  });
  const silent = quotaCondition(turn, {
    leastRps: 100,
    scale: { look: async () => ({ kind: "retry", code: "timeout" }) },
  });
  expect(await silent.ask("west", never)).toEqual({ kind: "unknown", says: "its scaler can't tell: timeout" });
});

test("a command: 0 holds, 75 can't tell, anything else fails with its first line, and no shell reads it", async () => {
  const script = (code: string) =>
    commandCondition(turn, {
      argv: [process.execPath, "-e", code, "$HOME"],
      environment: ["LICENCE_TOKEN"],
      env: { LICENCE_TOKEN: "s3cret-token", HOME: "/root" },
    });
  const [holds, cantTell, no, hangs, gone] = await Promise.all([
    script("process.exit(process.argv[1] === '$HOME' && process.argv[2] === 'west' && !process.env.HOME ? 0 : 1)").ask(
      "west",
      never,
    ),
    script("process.exit(75)").ask("west", never),
    script("console.log('no licence for ' + process.env.LICENCE_TOKEN); process.exit(3)").ask("west", never),
    script("setTimeout(() => {}, 60000)").ask("west", AbortSignal.timeout(300)),
    commandCondition(turn, { argv: ["/nowhere/at-all"], environment: [], env: {} }).ask("west", never),
  ]);
  expect(holds).toEqual({ kind: "holds" });
  expect(cantTell).toEqual({ kind: "unknown", says: "it says that it can't tell" });
  expect(no).toEqual({ kind: "fails", failures: [{ says: "no licence for (secret)" }] });
  expect(hangs).toEqual({ kind: "unknown", says: "it did not end in time" });
  expect(gone).toEqual({ kind: "unknown", says: "/nowhere/at-all can't be run: ENOENT" });
});
