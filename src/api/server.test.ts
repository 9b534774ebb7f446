import { get } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";
import { damage, damagedText, type Pick } from "../../test/damage.ts";
import { CallerError } from "../core/errors.ts";
import { FOR_SECONDS_MAX } from "../core/order.ts";
import type { MadeClock } from "../runtime/made-clock.testing.ts";
import { madeEstate, type MadeHouston } from "../runtime/made-houston.testing.ts";
import type { Frames, Incidents, LocationDetail, World } from "./contract.ts";
import type { Decided } from "./decided.ts";
import { aDrillReport } from "./drill-report.testing.ts";
import { MADE_START, MADE_TOKEN as TOKEN, startMadeApi, type MadeApi } from "./made-api.testing.ts";
import { readOrder } from "./order-schema.ts";

let made: MadeApi;
let app: FastifyInstance;
let houston: MadeHouston;
let clock: MadeClock;

beforeAll(async () => {
  made = await startMadeApi({ calmSeconds: 8, illSeconds: 2 });
  ({ app, houston, clock } = made);
}, 60_000);
afterAll(() => made.stop());

const HOST = { host: "127.20.0.70:7070" };
const WITH_TOKEN = { ...HOST, authorization: `Bearer ${TOKEN}`, "content-type": "application/json" };

function read(url: string, headers: Record<string, string> = HOST) {
  return app.inject({ method: "GET", url, headers });
}

function order(payload: unknown, headers: Record<string, string> = WITH_TOKEN) {
  return app.inject({
    method: "POST",
    url: "/api/orders",
    headers,
    payload: typeof payload === "string" ? payload : JSON.stringify(payload),
  });
}

test("status has exactly the shape that other programs rely on", async () => {
  const status = (await read("/api/status")).json<{ locations: Record<string, unknown>[] }>();
  expect(Object.keys(status)).toEqual([
    "mode",
    "leader",
    "hold",
    "routeTableVersion",
    "pins",
    "bars",
    "liftedConditions",
    "locations",
    "headroom",
    "requests",
    "needlessMoves",
    "effects",
    "tails",
    "steering",
  ]);
  expect(Object.keys(status.locations[0]!)).toEqual([
    "name",
    "address",
    "state",
    "verdict",
    "certainty",
    "cause",
    "promise",
    "hold",
    "forced",
    "weight",
    "demandRps",
    "capacityRps",
    "readyRps",
    "bound",
    "proven",
    "proof",
    "watchedHours",
    "badPaths",
    "requests",
  ]);
  expect(status.locations[0]).toMatchObject({
    name: "east",
    address: "127.20.1.1",
    verdict: "failing",
    cause: { name: "dynamodb" },
  });
});

test("what people ask: timeline, why now and then, plan, recording, metrics, health", async () => {
  const { entries } = (await read("/api/timeline")).json<{ entries: { at: number; what: string }[] }>();
  expect(entries.map((entry) => entry.what).join("\n")).toContain("east: healthy -> failing");
  expect(entries.map((entry) => entry.at)).toEqual(entries.map((entry) => entry.at).toSorted((a, b) => a - b));
  const since = entries[1]!.at;
  expect((await read(`/api/timeline?since=${since}&limit=1`)).json()).toMatchObject({
    entries: [{ at: entries.at(-1)!.at }],
  });
  const { decisions, verdicts } = (await read("/api/decisions")).json<Decided>();
  expect(decisions.flatMap(({ reasons }) => reasons.map(({ code }) => code))).toContain("evacuate");
  expect(decisions.map(({ at }) => at)).toEqual(decisions.map(({ at }) => at).toSorted((a, b) => a - b));
  const ofEast = verdicts.filter(({ verdict }) => verdict.location === "east");
  expect([ofEast[0], ofEast.at(-1)].map((noted) => noted?.verdict.verdict)).toEqual(["healthy", "failing"]);
  const failingAt = ofEast.at(-1)!.at;
  const later = (await read(`/api/decisions?since=${failingAt}`)).json<Decided>();
  expect(later.verdicts.every(({ at }) => at >= failingAt)).toBe(true);
  const why = (await read("/api/why/east")).json<{
    verdict: { verdict: string };
    decisions: { reasons: { code: string }[]; evidence: unknown }[];
    words: unknown[];
  }>();
  expect(why.verdict.verdict).toBe("failing");
  const left = why.decisions.find(({ reasons }) => reasons.some(({ code }) => code === "evacuate"));
  expect(left?.evidence).toMatchObject({ evidenceNats: 40, causes: [{ name: "dynamodb" }], because: [{ nats: 40 }] });
  // What was decided about no one place is told of every place.
  const first = why.decisions.find(({ reasons }) => reasons.some(({ code }) => code === "home"));
  expect(first?.evidence).toBeNull();
  expect(why.words.length).toBeGreaterThan(0);
  expect((await read(`/api/why/east?at=${clock.now() - 5000}`)).json()).toMatchObject({
    verdict: { verdict: "healthy" },
  });
  expect((await read("/api/plan?without=west")).json()).toMatchObject({ without: "west", unserved: [] });
  const recording = (await read("/api/recording")).body.trim().split("\n");
  expect(JSON.parse(recording[0]!)).toMatchObject({ recording: 1, locations: expect.arrayContaining(["east"]) });
  expect(recording.length).toBeGreaterThan(100);
  expect((await read("/api/recording?location=east&since=5&until=9")).body).toBe(
    '{"recording":1,"locations":["east"]}\n5 9\n',
  );
  for (const [query, status, code] of [
    ["location=wset", 404, "unknown-location"],
    ["location=west", 502, "node-silent"],
    ["location=east&since=soon", 400, "bad-query"],
    ["location=east&location=west", 400, "bad-query"],
    ["since=5", 400, "bad-query"],
  ] as const) {
    const refused = await read(`/api/recording?${query}`);
    expect([refused.statusCode, refused.json<{ code: string }>().code]).toEqual([status, code]);
  }
  expect((await read("/metrics")).body).toMatch(/^houston_blind 0$/m);
  const { body: metrics } = await read("/metrics");
  expect(metrics).toMatch(/^houston_requests\{location="east",state="parked"\} 1$/m);
  expect(metrics).toMatch(/^houston_requests_resumed_elsewhere_total\{location="west"\} 2$/m);
  expect(metrics).toMatch(/^houston_effects_late 1$/m);
  expect(metrics).toMatch(/^houston_tail_share\{location="east"\} 0\.018/m);
  expect((await read("/health")).json()).toMatchObject({ deciding: true, blind: false });
});

test("what every face shows: the world, a place, past frames, incidents", async () => {
  const world = (await read("/api/world")).json<World>();
  expect(world).toEqual({
    version: "test",
    estate: madeEstate,
    addresses: { east: "127.20.1.1", west: "127.20.3.1" },
  });
  const east = (await read("/api/locations/east")).json<LocationDetail>();
  expect(east.view).toMatchObject({ name: "east", verdict: { verdict: "failing" } });
  expect(east.own).toMatchObject({ verdict: "failing", load: { servedRps: 100 } });
  expect(east.seenBy).toEqual({});
  expect((await read("/api/locations/esst")).json()).toMatchObject({ hint: "did you mean east?" });

  const { frames } = (await read("/api/frames")).json<Frames>();
  expect(frames.map(({ at }) => at)).toEqual([0, 5000, 10_000].map((ms) => MADE_START + ms));
  expect(frames.at(-1)).toMatchObject({
    locations: expect.arrayContaining([
      expect.objectContaining({ name: "east", verdict: "failing", cause: "dynamodb" }),
    ]),
    incidents: [{ number: 1, brief: expect.stringContaining("east") }],
  });
  expect((await read(`/api/frames?until=${MADE_START + 9999}`)).json<Frames>().frames).toHaveLength(2);
  expect((await read("/api/frames?limit=1")).json<Frames>().frames).toEqual([frames.at(-1)]);
  // One that an older Houston kept has all its parts as well.
  const { held: _, ...old } = frames[0]!.locations[0]!;
  const at = MADE_START - 60_000;
  await made.store.keepFrame({ at, minute: true, body: { ...frames[0]!, at, locations: [old] } });
  expect((await read(`/api/frames?until=${at}`)).json<Frames>().frames[0]?.locations).toEqual([
    frames[0]!.locations[0],
  ]);

  const { incidents } = (await read("/api/incidents")).json<Incidents>();
  expect(incidents).toEqual(houston.controller.view().incidents);
  expect(incidents).toMatchObject([{ number: 1, location: "east", closedAt: null }]);
  // A past one is shown as it ended, and an open one as it is now, whatever was kept of it.
  const past = { ...incidents[0]!, number: 9, openedAt: MADE_START - 60_000, closedAt: MADE_START - 1000 };
  await made.store.recordNewest({ kind: "incident", id: "9@then", at: 1, location: "east", body: past });
  expect((await read("/api/incidents")).json()).toEqual({ incidents: [...incidents, past] });
  expect((await read("/api/incidents?limit=1")).json()).toEqual({ incidents });
});

test("so many recordings at once; whoever hangs up makes room, and a stream is no head", async () => {
  const busy = await startMadeApi({
    calmSeconds: 0,
    api: {
      // The first line, and then nothing for a long time.
      readings: async () => {
        const lines = new Readable({ read() {} });
        lines.push("{}\n");
        return lines;
      },
    },
  });
  const url = `${busy.url}/api/recording?location=east`;
  const hangUps = Array.from({ length: 4 }, () => new AbortController());
  for (const { signal } of hangUps) expect((await fetch(url, { signal })).status).toBe(200);
  const refused = await fetch(url);
  expect([refused.status, await refused.json()]).toEqual([
    503,
    expect.objectContaining({ code: "too-many-recordings" }),
  ]);
  hangUps[0]!.abort();
  let again = await fetch(url);
  while (again.status !== 200) again = await fetch(url);
  for (const path of ["/api/stream", "/api/recording"])
    expect((await fetch(`${busy.url}${path}`, { method: "HEAD" })).status).toBe(404);
  expect((await fetch(`${busy.url}/health`, { method: "HEAD" })).status).not.toBe(404);
  await busy.stop();
});

test("a timeline ends where it is told to", async () => {
  const { entries } = (await read("/api/timeline")).json<{ entries: { at: number }[] }>();
  const until = entries[0]!.at;
  expect((await read(`/api/timeline?until=${until}`)).json()).toEqual({
    entries: entries.filter(({ at }) => at <= until),
  });
  expect((await read("/api/decisions?until=1")).json()).toEqual({ decisions: [], verdicts: [] });
});

test("a drill's report is kept with the token, once, and given to everybody; what is none is refused", async () => {
  const post = (payload: unknown, headers: Record<string, string> = WITH_TOKEN) =>
    app.inject({ method: "POST", url: "/api/drills", headers, payload: JSON.stringify(payload) });
  const report = aDrillReport();
  const { authorization: _, ...without } = WITH_TOKEN;
  expect((await post(report, without)).statusCode).toBe(401);
  for (const wrong of [{}, { ...report, faultAt: "noon" }, { ...report, timeline: [{ at: 1 }] }, null]) {
    const refused = await post(wrong);
    expect([refused.statusCode, refused.json<{ code: string }>().code]).toEqual([400, "bad-drill-report"]);
  }
  expect((await post({ ...report, timeline: [{ at: 1, says: "x".repeat(600_000) }] })).statusCode).toBe(413);
  expect((await read("/api/drills")).json()).toEqual({ drills: [] });
  // What a newer command adds is left out, and the same report twice is one.
  expect((await post({ ...report, later: true })).statusCode).toBe(201);
  expect((await post(report)).statusCode).toBe(201);
  expect((await read("/api/drills")).json()).toEqual({ drills: [{ at: clock.now(), report }] });
});

test("a preview needs no token, changes nothing, and is refused as its order would be", async () => {
  const preview = (given: unknown) =>
    app.inject({
      method: "POST",
      url: "/api/orders/preview",
      headers: { ...HOST, "content-type": "application/json" },
      payload: JSON.stringify(given),
    });
  const before = JSON.stringify(houston.controller.state());
  const evacuate = { kind: "evacuate", location: "west" };
  expect((await preview({ order: evacuate })).json()).toMatchObject({
    order: evacuate,
    says: expect.arrayContaining([expect.stringMatching(/^moves \d+ rps of PUBLIC to /)]),
    typed: "west",
    undo: { kind: "restore", location: "west" },
  });
  const refused = await preview({ order: { kind: "restore", location: "north" } });
  expect([refused.statusCode, refused.json()]).toEqual([
    409,
    { code: "refused-not-left", says: "north is not left", hint: "nothing to do" },
  ]);
  const crowd = await Promise.all(Array.from({ length: 60 }, () => preview({ order: evacuate })));
  expect(new Set(crowd.map(({ statusCode }) => statusCode))).toEqual(new Set([200, 503]));
  const sentAway = crowd.find(({ statusCode }) => statusCode === 503);
  expect(sentAway?.headers["retry-after"]).toBe("5");
  expect(sentAway?.json()).toMatchObject({ code: "too-many-plans", hint: "ask again in a few seconds" });
  expect((await preview({ order: { kind: "restore", location: "nroth" } })).statusCode).toBe(404);
  expect((await preview({ order: { kind: "dance" } })).statusCode).toBe(400);
  expect(JSON.stringify(houston.controller.state())).toBe(before);
  const foreign = await app.inject({
    method: "POST",
    url: "/api/orders/preview",
    headers: { ...HOST, origin: "https://evil.example", "content-type": "application/json" },
    payload: JSON.stringify({ order: evacuate }),
  });
  expect(foreign.statusCode).toBe(403);
});

test("who may read and who may order", async () => {
  const hold = { order: { kind: "hold" }, by: "alice" };
  const origin = { origin: "https://evil.example" };
  // A page whose name was made to point here, and a page of somewhere else.
  for (const refused of [
    await read("/api/status", { host: "evil.example:7070" }),
    await read("/api/status", { ...HOST, ...origin }),
    await order(hold, { ...WITH_TOKEN, host: "evil.example" }),
    await order(hold, { ...WITH_TOKEN, ...origin }),
  ]) {
    expect(refused.statusCode).toBe(403);
    expect(Object.keys(refused.json<object>())).toEqual(["code", "says", "hint"]);
  }
  const remote = await app.inject({ method: "GET", url: "/api/status", headers: HOST, remoteAddress: "192.0.2.7" });
  expect(remote.statusCode).toBe(403);
  const { authorization: _, ...without } = WITH_TOKEN;
  for (const headers of [
    without,
    { ...WITH_TOKEN, authorization: "Bearer wrong" },
    { ...WITH_TOKEN, authorization: TOKEN },
  ]) {
    expect((await order(hold, headers)).statusCode).toBe(401);
  }
  expect(houston.controller.view().hold).toBeNull();
  const done = order(hold, { ...WITH_TOKEN, origin: "http://127.20.0.70:7070" });
  await clock.pass(50);
  expect((await done).json()).toMatchObject({ accepted: true, words: [{ what: expect.stringContaining("alice") }] });
  expect((await read("/api/status")).json()).toMatchObject({ hold: { by: "alice" } });
});

test("where people are listed, only their orders and their words on doubts are taken", async () => {
  const guarded = await startMadeApi({ calmSeconds: 1, api: { people: ["ana"] } });
  const post = (url: string, payload: object) =>
    guarded.app.inject({ method: "POST", url, headers: WITH_TOKEN, payload: JSON.stringify(payload) });
  const settle = (by: string) => post("/api/doubts/checkout:key-1/settle", { by, done: true });
  try {
    expect((await post("/api/orders", { by: "eve", order: { kind: "hold" } })).json()).toMatchObject({
      code: "not-listed",
    });
    expect((await settle("eve")).json()).toMatchObject({ code: "not-listed" });
    expect((await guarded.app.inject({ url: "/api/doubts", headers: HOST })).json()).toMatchObject({
      doubts: [{ id: "checkout:key-1" }],
    });
    expect((await settle("ana")).statusCode).toBe(200);
  } finally {
    await guarded.stop();
  }
});

test("an order that is wrong says what was meant; one that can't be followed says why", async () => {
  expect((await order({ order: { kind: "evacuate", location: "easst" } })).json()).toEqual({
    code: "unknown-location",
    says: "there is no location easst",
    hint: "did you mean east?",
  });
  expect((await order({ order: { kind: "evacuate", location: "east", class: "publik" } })).json()).toMatchObject({
    hint: "did you mean public?",
  });
  expect((await order({ order: { kind: "evacuate", location: "east", share: 5 } })).statusCode).toBe(400);
  const hintFor = async (given: unknown) => (await order({ order: given })).json<{ hint: string }>().hint;
  for (const kind of ["evacuate", "restore", "mode", "answer"])
    expect(await hintFor({ kind })).toContain(`{"order":{"kind":"${kind}"`);
  expect(await hintFor("dance")).toContain('"evacuate"');
  // No other question is offered in the place of one that is not open.
  expect((await order({ order: { kind: "answer", question: "question-9", choice: 1 } })).json()).toMatchObject({
    code: "unknown-question",
    hint: "no question is open now",
  });
  expect((await read("/api/why/wst")).json()).toMatchObject({ code: "unknown-location", hint: "did you mean west?" });
  const refused = order({ order: { kind: "restore", location: "north" } });
  await clock.pass(50);
  expect((await refused).statusCode).toBe(409);
  expect((await refused).json()).toMatchObject({
    code: expect.stringMatching(/^refused-/),
    says: expect.stringContaining("north"),
  });
});

test("an evacuation may have the expiry that control allows, and no longer one", () => {
  const known = { estate: madeEstate, view: houston.controller.view() };
  const ordered = (forSeconds: number) =>
    readOrder({ order: { kind: "evacuate", location: "east", forSeconds } }, known).order;
  expect(ordered(FOR_SECONDS_MAX)).toMatchObject({ forSeconds: 30 * 86_400 });
  expect(() => ordered(FOR_SECONDS_MAX + 1)).toThrow(CallerError);
});

test("the live stream begins with the view and goes on with words", async () => {
  const { port } = app.server.address() as AddressInfo;
  const text = await new Promise<string>((resolve, reject) => {
    let all = "";
    const request = get({ host: "127.0.0.1", port, path: "/api/stream" }, (response) => {
      response.on("data", (chunk) => {
        const before = all;
        all += String(chunk);
        if (before === "") void order({ order: { kind: "release" }, by: "bob" }).then(() => clock.pass(600));
        if (all.includes("event: words")) {
          request.destroy();
          resolve(all);
        }
      });
    });
    request.on("error", (error) => (all.includes("event: words") ? null : reject(error)));
  });
  expect(text).toMatch(/^id: (\d+)\nevent: view\ndata: \{"at":\1,/);
  expect(text).toMatch(/\nid: \d+\nevent: words\ndata: \{/);
  expect(text).toContain("bob: released");
});

/** What a stranger on a socket of its own gets until it is hung up on. */
function stranger(talk: (socket: Socket) => void): Promise<string> {
  const { port } = app.server.address() as AddressInfo;
  return new Promise((resolve) => {
    let text = "";
    const socket = connect(port, "127.0.0.1", () => talk(socket));
    socket.setEncoding("utf8").on("data", (chunk) => (text += chunk));
    // It may still be talking when we hang up.
    socket.on("error", () => {}).on("close", () => resolve(text));
  });
}

// Six seconds; by Node's own clock the one that drips would be looked at after thirty, and this fails.
test(
  "garbage, endless headers and a dripping connection are refused, hung up on and counted",
  { timeout: 20_000 },
  async () => {
    const [garbage, endless, nameless, drip] = await Promise.all([
      stranger((socket) => socket.write("\u0016\u0003\u0001 what?\r\n\r\n")),
      stranger((socket) => socket.write(`GET / HTTP/1.1\r\nx: ${"x".repeat(9000)}\r\n\r\n`)),
      stranger((socket) => socket.write("GET / HTTP/1.1\r\nconnection: close\r\n\r\n")),
      stranger((socket) => {
        socket.write("GET / HTTP/1.1\r\n");
        // Each header is prompt; the request never ends.
        const dripping = setInterval(() => socket.write("x: y\r\n"), 100);
        socket.on("close", () => clearInterval(dripping));
      }),
    ]);
    const answers = [
      { text: garbage, status: 400, code: "not-http" },
      { text: endless, status: 431, code: "headers-too-large" },
      { text: nameless, status: 403, code: "foreign-host" },
      { text: drip, status: 408, code: "too-slow" },
    ];
    const metrics = (await read("/metrics")).body;
    for (const { text, status, code } of answers) {
      expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      const body = JSON.parse(text.slice(text.indexOf("\r\n\r\n"))) as object;
      expect(body).toEqual({ code, says: expect.stringMatching(/./), hint: expect.stringMatching(/./) });
      expect(metrics).toMatch(new RegExp(`^houston_api_refused_total\\{code="${code}"\\} [1-9]`, "m"));
    }
  },
);

test("every refusal is counted by its code", async () => {
  const counts = async (): Promise<Record<string, number>> =>
    Object.fromEntries(
      [...(await read("/metrics")).body.matchAll(/^houston_api_refused_total\{code="([^"]+)"\} (\d+)/gm)].map(
        ([, code, count]) => [code, Number(count)],
      ),
    );
  const before = await counts();
  const refused = [
    await read("/api/status", { host: "evil.example" }),
    await order({ order: { kind: "hold" } }, HOST),
    await order("{"),
    await order({ order: { kind: "hold", location: "nowhere" } }),
    await read("/nothing/here"),
    await read("/%E0%A4%A"),
  ];
  const codes = refused.map((answer) => answer.json<{ code: string; says: string; hint: string }>().code);
  for (const answer of refused) expect(Object.keys(answer.json<object>())).toEqual(["code", "says", "hint"]);
  const after = await counts();
  for (const code of codes) expect(after[code]).toBe((before[code] ?? 0) + 1);
});

const PIECES = [
  '"',
  "{",
  "}",
  "[",
  "]",
  ":",
  ",",
  "null",
  "1e999",
  "-0",
  "\\u0000",
  "order",
  "kind",
  "evacuate",
  "location",
  "east",
  "share",
  "__proto__",
  "constructor",
  "é",
  " ",
  "0.5",
  "true",
  "\u0000",
  "choice",
  "answer",
  "hold",
];

function garbage(pick: Pick): string {
  const whole = JSON.stringify({
    order: { kind: "evacuate", location: "west", share: 0.5, forSeconds: 60 },
    by: "fuzz",
  });
  if (pick(2) === 0) return Array.from({ length: pick(40) }, () => PIECES[pick(PIECES.length)]).join("");
  return damagedText(whole, PIECES, pick);
}

test("100,000 garbage orders are refused with words, and the process lives", { timeout: 120_000 }, async () => {
  const pick = damage(7).below;
  const known = { estate: madeEstate, view: houston.controller.view() };
  let accepted = 0;
  for (let round = 0; round < 97_000; round += 1) {
    let body: unknown;
    try {
      body = JSON.parse(garbage(pick));
    } catch {
      continue;
    }
    try {
      const { order: read } = readOrder(body, known);
      accepted += 1;
      expect(["evacuate", "hold"]).toContain(read.kind);
    } catch (error) {
      if (!(error instanceof CallerError)) throw error;
    }
  }
  // Some mutations leave a true order; were there none, nothing but the first check would be tried.
  expect(accepted).toBeGreaterThan(100);
  for (let round = 0; round < 3000; round += 1) {
    const answer = await order(`${garbage(pick)}!`);
    expect(answer.statusCode).toBe(400);
    expect(answer.json<{ hint: string }>().hint).not.toBe("");
  }
  const [tooLarge, wrongType] = [
    await order(`"${"x".repeat(20_000)}"`),
    await order("kind=hold", { ...WITH_TOKEN, "content-type": "application/xml" }),
  ];
  expect([tooLarge.statusCode, wrongType.statusCode]).toEqual([413, 415]);
  for (const url of [
    "/api/why/%00",
    "/api/why/__proto__",
    "/api/timeline?since=-1",
    "/api/timeline?since=x",
    "/api/plan?without=a&without=b",
    "/%E0%A4%A",
  ]) {
    expect((await read(url)).statusCode).toBeGreaterThanOrEqual(400);
  }
  expect((await read("/health")).statusCode).toBe(200);
});
