import { expect, test } from "vitest";
import { startCaller } from "./caller.ts";
import { exchange, type ExchangeResult } from "./exchange.ts";
import { startMadeService } from "./made-service.testing.ts";
import type { Resolver } from "./resolver.ts";
import { startWheel } from "./wheel.ts";

const EDGE = "127.93.1.1";
const PATIENCE_MS = 20_000;

const resolver: Resolver = {
  port: 0,
  resolve: (_name, _habit, then) => then(EDGE, false, null),
  counts: { asked: 0, unanswered: 0, servedStale: 0, malformed: 0 },
  take: () => undefined,
  stop: () => {},
};

type Asked = { readonly method: "GET" | "POST"; readonly path: string; readonly idempotencyKey?: string };

/** Each request in turn to an edge that cuts off the first `cuts` of them; gives the results and what the edge saw. */
async function ask(
  asked: readonly Asked[],
  options: { cuts: number; port?: number },
): Promise<{ results: ExchangeResult[]; seen: number }> {
  const service = await startMadeService({ edges: { [EDGE]: "east" }, dnsAddress: "127.93.0.53" });
  let cuts = options.cuts;
  service.behave = ({ request }) => {
    if (cuts-- <= 0) return false;
    request.socket.destroy();
    return true;
  };
  const wheel = startWheel();
  const caller = startCaller({ port: options.port ?? service.edgePort, wheel });
  const results: ExchangeResult[] = [];
  for (const request of asked) {
    const whole = {
      ...request,
      host: "b00.shop.planet.test",
      from: "127.94.1.1",
      wanted: false,
      habit: "obeys" as const,
      deadline: wheel.exact() + PATIENCE_MS,
    };
    results.push(
      await new Promise((done) => exchange({ wheel, resolver, caller, roundTripMs: () => 20 }, whole, done)),
    );
  }
  await caller.stop();
  wheel.stop();
  await service.stop();
  return { results, seen: service.requests.length };
}

test("a cut connection: a read is tried once more", async () => {
  const { results, seen } = await ask([{ method: "GET", path: "/" }], { cuts: 1 });
  expect(results[0]).toMatchObject({
    tries: 2,
    called: EDGE,
    result: { kind: "answer", status: 200, location: "east" },
  });
  expect(seen).toBe(2);
});

test("and only once", async () => {
  const { results, seen } = await ask([{ method: "GET", path: "/" }], { cuts: 9 });
  expect(results[0]).toMatchObject({ tries: 2, result: { kind: "failed", why: "reset", sent: true } });
  expect(seen).toBe(2);
});

test("a write is not sent twice, unless its key makes that safe", async () => {
  const bare = await ask([{ method: "POST", path: "/api/carts" }], { cuts: 1 });
  expect(bare.results[0]).toMatchObject({ tries: 1, result: { kind: "failed", why: "reset", sent: true } });
  expect(bare.seen).toBe(1);
  const keyed = await ask([{ method: "POST", path: "/api/carts/c/checkout", idempotencyKey: "k" }], { cuts: 1 });
  expect(keyed.results[0]).toMatchObject({ tries: 2, result: { kind: "answer", status: 201 } });
});

test("where nobody listens nothing was sent, so anything is tried once more, and refused", async () => {
  const { results } = await ask([{ method: "POST", path: "/api/carts" }], { cuts: 0, port: 9 });
  expect(results[0]).toMatchObject({ tries: 2, result: { kind: "failed", why: "refused", sent: false } });
});
