import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import type { Hop } from "../api/contract.ts";
import { journalDesk } from "./journal-desk.ts";
import { tracer } from "./trace.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** A made admin port: JSON by path, with its query where that is told, 404 for the rest; it notes what it was asked. */
async function made(answers: Readonly<Record<string, unknown>>) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? "");
    const told = answers[path] ?? answers[path.split("?")[0]!];
    asked.push(path);
    if (request.headers.authorization !== "Bearer secret") response.writeHead(401).end();
    else if (told === BROKEN) response.writeHead(500).end("{}");
    else if (told !== undefined) response.end(JSON.stringify(told));
    else response.writeHead(404).end("{}");
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { asked, host: "127.0.0.1", port: (server.address() as AddressInfo).port };
}

const BROKEN = "can't be read";

const hop = (at: number, location: string): Hop => ({ at, location, kind: "edge", ms: 3, status: 200 });

test("a checkout that was tried twice is found by its key: the hops of both tries, in order of time", async () => {
  const record = { id: "checkout/key-1", key: "key-1", names: ["try-1", "try-2", "order-9"], steps: [] };
  const journal = await made({ "/requests/key-1": record, "/requests/try-2": record });
  const east = await made({ "/trace/try-1": { hops: [hop(10, "us-east-1"), hop(12, "us-east-1")] } });
  const west = await made({ "/trace/try-2": { hops: [hop(11, "us-west-2"), hop(50, "us-west-2")] } });
  const trace = tracer({
    journal: journalDesk({ journal, token: "secret" }),
    worldAdmins: { "us-east-1": east, "us-west-2": west },
    token: "secret",
  });

  const found = await trace("key-1");
  expect(found).toMatchObject({ id: "key-1", journal: record, silent: [] });
  expect(found.hops.map(({ at, location }) => [at, location])).toEqual([
    [10, "us-east-1"],
    [11, "us-west-2"],
    [12, "us-east-1"],
    [50, "us-west-2"],
  ]);
  // By one of the names itself: nothing comes twice.
  expect((await trace("try-2")).hops).toEqual(found.hops);
});

test("what nobody knows is empty, and who does not answer is named and not asked again", async () => {
  const journal = await made({ "/requests/known": { id: "checkout/known", names: ["a", "b"] } });
  const east = await made({ "/trace/lone": { hops: [hop(1, "us-east-1")] } });
  const deaf = { host: "127.0.0.1", port: 1 };
  const trace = tracer({
    journal: journalDesk({ journal, token: "secret" }),
    worldAdmins: { "us-east-1": east, "eu-west-1": deaf },
    token: "secret",
  });
  expect(await trace("nothing")).toEqual({ id: "nothing", journal: null, hops: [], silent: ["eu-west-1"], kept: [] });
  // Not in the journal: a page view has hops and nothing else.
  expect((await trace("lone")).hops).toHaveLength(1);
  expect((await trace("known")).silent).toEqual(["eu-west-1"]);
  const ill = tracer({
    journal: journalDesk({ journal, token: "secret" }),
    worldAdmins: { "us-east-1": east, "us-west-2": await made({ "/trace/lone": BROKEN }) },
    token: "secret",
  });
  expect(await ill("lone")).toMatchObject({ hops: [{ at: 1 }], silent: ["us-west-2"] });
  const gone = tracer({
    journal: journalDesk({ journal: deaf, token: "secret" }),
    worldAdmins: { "us-east-1": east },
    token: "secret",
  });
  expect(await gone("lone")).toMatchObject({ journal: null, hops: [{ at: 1 }], silent: ["journal"] });
});

test("a hop that is found by two names is told once, and each location says how much it kept of that minute", async () => {
  const record = { id: "checkout/key-1", key: "key-1", names: ["try-1"], steps: [] };
  const journal = await made({ "/requests/key-1": record });
  const kept = {
    location: "us-east-1",
    since: 7,
    oneIn: 4,
    failed: 1,
    relayed: 0,
    keyed: 2,
    sampled: 3,
    notSampled: 9,
  };
  const page = { hops: [hop(10, "us-east-1")], kept: { ...kept, tooMany: 0, lost: 0 } };
  const east = await made({ "/trace/key-1?kept=9": page, "/trace/try-1": { hops: page.hops } });
  const trace = tracer({
    journal: journalDesk({ journal, token: "secret" }),
    worldAdmins: { "us-east-1": east },
    token: "secret",
  });
  expect(await trace("key-1", 9)).toMatchObject({ hops: page.hops, kept: [page.kept] });
});

test("a journal with thousands of names does not make thousands of questions: the newest are asked", async () => {
  const names = Array.from({ length: 5000 }, (_, index) => `try-${index}`);
  const journal = await made({ "/requests/key-1": { id: "checkout/key-1", names } });
  const east = await made({ "/trace/try-4999": { hops: [hop(7, "us-east-1")] } });
  const trace = tracer({
    journal: journalDesk({ journal, token: "secret" }),
    worldAdmins: { "us-east-1": east },
    token: "secret",
  });
  expect((await trace("key-1")).hops).toHaveLength(1);
  expect(east.asked.length).toBeLessThanOrEqual(13);
});
