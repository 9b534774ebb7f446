import { connect, type AddressInfo } from "node:net";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import type { Reason } from "../core/step.ts";
import { aDrillReport } from "./drill-report.testing.ts";
import { endpoints, type EndpointName } from "./endpoints.ts";
import { MADE_TOKEN, startMadeApi, type MadeApi } from "./made-api.testing.ts";
import { openApi } from "./openapi.ts";
import { describes } from "./schema/same.ts";

type Schema = Readonly<Record<string, unknown>>;
type Operation = {
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<Record<string, { readonly content: Readonly<Record<string, { schema: Schema }>> }>>;
};
type Document = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
};

let made: MadeApi;
let document: Document;

const HOST = { host: "127.0.0.1:7070" };
const JSON_BODY = { ...HOST, "content-type": "application/json" };
const WITH_TOKEN = { ...JSON_BODY, authorization: `Bearer ${MADE_TOKEN}` };

beforeAll(async () => {
  made = await startMadeApi({ calmSeconds: 60, illSeconds: 20 });
  const { controller } = made.houston;
  await made.meanwhile(controller.order("ana", { kind: "evacuate", location: "north", share: 0.2 }));
  for (let second = 0; second < 15; second += 1) await made.houston.second();
  document = (await made.app.inject({ method: "GET", url: "/api/openapi.json", headers: HOST })).json<Document>();
}, 60_000);
afterAll(() => made.stop());

test("the document is valid OpenAPI 3.1", async () => {
  const checked = await new Validator().validate(structuredClone(document) as Record<string, unknown>);
  expect(checked).toEqual({ valid: true });
  expect(document).toMatchObject({ openapi: "3.1.0", info: { title: "Houston", version: "test" } });
  // The validator notices: a parameter in the path that nobody describes, a schema of no type.
  const broken = structuredClone(document) as Record<string, unknown> & { paths: Record<string, unknown> };
  broken.paths["/api/nothing"] = { get: { responses: 7 } };
  expect((await new Validator().validate(broken)).valid).toBe(false);
});

test("every route is in the document, and everything in the document is a route", () => {
  const routes = registered(made.app.printRoutes({ commonPrefix: false })).filter(
    // The console's page and files are for browsers, and no part of it.
    (route) => /^\w+ \/(?:api\/|v1\/|health|metrics)/.test(route),
  );
  const described = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(routes.toSorted()).toEqual(described.toSorted());
  expect(described.length).toBe(Object.keys(endpoints).length);
});

/** `METHOD /path/{param}` of fastify's tree; a HEAD beside each GET is its own. */
function registered(tree: string): string[] {
  const above: string[] = [];
  return tree.split("\n").flatMap((line) => {
    const [, indent, piece, methods] = /^([│ ]*)[├└]── (\S+)(?: \(([A-Z, ]+)\))?/.exec(line) ?? [];
    if (indent === undefined || piece === undefined) return [];
    const depth = indent.length / 4;
    above.length = depth;
    above[depth] = piece;
    const path = above.join("").replaceAll(/:(\w+)/g, "{$1}");
    return (methods ?? "")
      .split(", ")
      .flatMap((method) => (method === "" || method === "HEAD" ? [] : [`${method} ${path}`]));
  });
}

type Call = {
  readonly status: number;
  readonly url: string;
  readonly payload?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The made clock must go on for an answer. */
  readonly waits?: true;
};

const evacuate = { order: { kind: "evacuate", location: "south", share: 0.1 } };
const OTHER_HOST = { host: "evil.example" };
/** For each endpoint what it answers, and the ways in which it refuses. */
const CALLS: Readonly<Record<Exclude<EndpointName, "stream">, readonly Call[]>> = {
  status: [
    { status: 200, url: "/api/status" },
    { status: 400, url: "/api/status?verbose=1" },
    { status: 403, url: "/api/status", headers: OTHER_HOST },
  ],
  view: [{ status: 200, url: "/api/view" }],
  world: [{ status: 200, url: "/api/world" }],
  location: [
    { status: 200, url: "/api/locations/east" },
    { status: 200, url: "/api/locations/north" },
    { status: 404, url: "/api/locations/nroth" },
    { status: 400, url: "/api/locations/%E0%A4%A" },
    { status: 414, url: `/api/locations/${"x".repeat(300)}` },
  ],
  plan: [
    { status: 200, url: "/api/plan" },
    { status: 200, url: "/api/plan?without=west" },
    { status: 404, url: "/api/plan?without=wset" },
    { status: 400, url: "/api/plan?without=a&without=b" },
  ],
  demand: [
    { status: 200, url: "/api/demand" },
    { status: 400, url: "/api/demand?zone=a" },
  ],
  weekDemand: [{ status: 200, url: "/api/demand/week" }],
  why: [
    { status: 200, url: "/api/why/east" },
    { status: 200, url: "/api/why/east?at=1" },
    { status: 404, url: "/api/why/esst" },
    { status: 400, url: "/api/why/east?at=noon" },
  ],
  timeline: [
    { status: 200, url: "/api/timeline?since=5&until=1795000050000&limit=7" },
    { status: 200, url: "/api/timeline" },
    { status: 400, url: "/api/timeline?limit=0" },
    { status: 400, url: "/api/timeline?limit=1.5" },
  ],
  decisions: [
    { status: 200, url: "/api/decisions" },
    { status: 400, url: "/api/decisions?sinse=5" },
  ],
  frames: [
    { status: 200, url: "/api/frames?limit=3" },
    { status: 200, url: "/api/frames" },
    { status: 400, url: "/api/frames?until=-1" },
  ],
  incidents: [
    { status: 200, url: "/api/incidents" },
    { status: 400, url: "/api/incidents?limit=many" },
  ],
  report: [
    { status: 200, url: "/api/incidents/1/report" },
    { status: 200, url: "/api/incidents/2/report?format=json" },
    { status: 200, url: "/api/incidents/1/report?format=md" },
    { status: 200, url: "/api/incidents/1/report?format=html" },
    { status: 404, url: "/api/incidents/77/report" },
    { status: 400, url: "/api/incidents/1/report?format=pdf" },
  ],
  scorecard: [
    { status: 200, url: "/api/scorecard?days=28" },
    { status: 200, url: "/api/scorecard" },
    { status: 400, url: "/api/scorecard?days=all" },
  ],
  mark: [
    { status: 200, url: "/api/incidents/1/mark", payload: { by: "ana", mark: "right" }, headers: WITH_TOKEN },
    { status: 400, url: "/api/incidents/1/mark", payload: { by: "ana", mark: "good" }, headers: WITH_TOKEN },
    { status: 401, url: "/api/incidents/1/mark", payload: { by: "ana", mark: "right" } },
    { status: 404, url: "/api/incidents/77/mark", payload: { by: "ana", mark: "right" }, headers: WITH_TOKEN },
  ],
  keepDrill: [
    { status: 201, url: "/api/drills", payload: aDrillReport(), headers: WITH_TOKEN },
    { status: 400, url: "/api/drills", payload: {}, headers: WITH_TOKEN },
    { status: 401, url: "/api/drills", payload: aDrillReport() },
    { status: 413, url: "/api/drills", payload: "x".repeat(600_000), headers: WITH_TOKEN },
    { status: 415, url: "/api/drills", payload: {}, headers: { ...WITH_TOKEN, "content-type": "text/csv" } },
  ],
  drills: [
    { status: 200, url: "/api/drills" },
    { status: 400, url: "/api/drills?limit=" },
  ],
  trace: [{ status: 200, url: "/api/trace/nobody" }],
  doubts: [
    { status: 200, url: "/api/doubts" },
    { status: 400, url: "/api/doubts?limit=no" },
  ],
  doubt: [
    { status: 200, url: "/api/doubts/checkout:key-1" },
    { status: 404, url: "/api/doubts/checkout:nobody" },
  ],
  settleDoubt: [
    { status: 400, url: "/api/doubts/checkout:key-1/settle", payload: { by: "ana" }, headers: WITH_TOKEN },
    { status: 401, url: "/api/doubts/checkout:key-1/settle", payload: { by: "ana", done: true } },
    { status: 200, url: "/api/doubts/checkout:key-1/settle", payload: { by: "ana", done: true }, headers: WITH_TOKEN },
    { status: 404, url: "/api/doubts/checkout:key-1/settle", payload: { by: "ana", done: true }, headers: WITH_TOKEN },
  ],
  recording: [
    { status: 200, url: "/api/recording" },
    { status: 200, url: "/api/recording?location=east&since=1&until=2" },
    { status: 400, url: "/api/recording?since=1" },
    { status: 404, url: "/api/recording?location=esst" },
    { status: 502, url: "/api/recording?location=west" },
  ],
  gate: [
    { status: 200, url: "/api/gate/deploy/west" },
    { status: 404, url: "/api/gate/deploy/wset" },
  ],
  work: [
    { status: 200, url: "/v1/work/west" },
    { status: 404, url: "/v1/work/wset" },
  ],
  order: [
    { status: 200, url: "/api/orders", payload: { ...evacuate, by: "ana" }, headers: WITH_TOKEN, waits: true },
    {
      status: 409,
      url: "/api/orders",
      payload: { order: { kind: "restore", location: "middle" } },
      headers: WITH_TOKEN,
      waits: true,
    },
    { status: 400, url: "/api/orders", payload: { order: { kind: "dance" } }, headers: WITH_TOKEN },
    { status: 404, url: "/api/orders", payload: { order: { kind: "hold", location: "x" } }, headers: WITH_TOKEN },
    { status: 401, url: "/api/orders", payload: evacuate },
    { status: 401, url: "/api/orders", payload: evacuate, headers: { ...WITH_TOKEN, authorization: "Bearer no" } },
    { status: 413, url: "/api/orders", payload: "x".repeat(20_000), headers: WITH_TOKEN },
    { status: 415, url: "/api/orders", payload: evacuate, headers: { ...WITH_TOKEN, "content-type": "text/csv" } },
  ],
  preview: [
    { status: 200, url: "/api/orders/preview", payload: { order: { kind: "evacuate", location: "south" } } },
    { status: 200, url: "/api/orders/preview", payload: { order: { kind: "restore", location: "north" } } },
    { status: 200, url: "/api/orders/preview", payload: { order: { kind: "mode", mode: "approve" } } },
    { status: 409, url: "/api/orders/preview", payload: { order: { kind: "restore", location: "middle" } } },
    { status: 404, url: "/api/orders/preview", payload: { order: { kind: "hold", location: "x" } } },
    { status: 400, url: "/api/orders/preview", payload: {} },
  ],
  openApi: [{ status: 200, url: "/api/openapi.json" }],
  health: [
    { status: 200, url: "/health" },
    { status: 200, url: "/health?nocache=1" },
  ],
  metrics: [{ status: 200, url: "/metrics?nocache=1" }],
};

test.each(Object.entries(CALLS))("%s answers as the document says, refusals too", async (name, calls) => {
  const { method, path } = endpoints[name as EndpointName];
  const operation = document.paths[path]?.[method.toLowerCase()];
  for (const { status, url, payload, headers = method === "POST" ? JSON_BODY : HOST, waits } of calls) {
    const answered = made.app
      .inject({ method, url, headers, ...(payload === undefined ? {} : { payload: JSON.stringify(payload) }) })
      .then((answer) => answer);
    const answer = waits ? await made.meanwhile(answered) : await answered;
    expect([url, answer.statusCode]).toEqual([url, status]);
    const type = String(answer.headers["content-type"]).split(";")[0]!;
    const schema = operation?.responses[status]?.content[type]?.schema;
    expect(schema, `${method} ${path} ${status} ${type} is in the document`).toBeDefined();
    const problems = type === "application/json" ? wrongWith(schema!, answer.json()) : [];
    expect([url, problems]).toEqual([url, []]);
  }
  expect(calls.some(({ status }) => status < 300)).toBe(true);
});

test("the stream's events are what the document says", async () => {
  const { port } = made.app.server.address() as AddressInfo;
  const text = await new Promise<string>((resolve, reject) => {
    let all = "";
    const socket = connect(port, "127.0.0.1", () => {
      socket.write("GET /api/stream HTTP/1.1\r\nhost: 127.0.0.1:1\r\n\r\n");
      void made.houston.controller.order("bob", { kind: "release" });
    });
    const ticking = setInterval(() => void made.clock.pass(300), 20);
    socket.setEncoding("utf8").on("data", (chunk) => {
      all += chunk;
      if (/event: view[\s\S]*event: words/.test(all)) socket.destroy();
    });
    socket.on("error", reject).on("close", () => (clearInterval(ticking), resolve(all)));
  });
  expect(text).toMatch(/content-type: text\/event-stream/i);
  const data = (event: string): unknown =>
    JSON.parse(new RegExp(`event: ${event}\\ndata: (.+)\\n`).exec(text)?.[1] ?? "");
  expect(wrongWith(component("ControlView"), data("view"))).toEqual([]);
  expect(wrongWith(component("TimelineEntry"), data("words"))).toEqual([]);
});

test("a parameter that is not in the document is refused, and the nearest is named", async () => {
  for (const { method, path, ...endpoint } of Object.values(endpoints)) {
    if (method !== "GET" || !("query" in endpoint)) continue;
    const url = path.replaceAll("{location}", "east").replaceAll("{number}", "1").replaceAll("{id}", "x");
    const answer = await made.app.inject({ method, url: `${url}?undocumented=1`, headers: HOST });
    expect([url, answer.statusCode, answer.json<{ code: string }>().code]).toEqual([url, 400, "bad-query"]);
  }
  const near = await made.app.inject({ method: "GET", url: "/api/timeline?untill=5", headers: HOST });
  expect(near.json()).toMatchObject({ says: "there is no parameter untill here", hint: "did you mean until?" });
});

test("an answer that is not as the document says is noticed", () => {
  const status = component("Status");
  const needlessMoves = { askedPerYear: 1, holdsPerYear: null, locations: 0, certified: 0, watchedHours: null };
  const good = {
    mode: "act",
    leader: null,
    hold: null,
    routeTableVersion: 1,
    locations: [],
    bars: [],
    liftedConditions: [],
    headroom: [],
    requests: null,
    needlessMoves,
    effects: [],
    tails: [],
    pins: [],
    steering: [],
  };
  expect(wrongWith(status, good)).toEqual([]);
  expect(wrongWith(status, { ...good, more: 1 })).not.toEqual([]);
  expect(wrongWith(status, { ...good, mode: "sleep" })).not.toEqual([]);
  expect(wrongWith(status, { ...good, leader: undefined })).not.toEqual([]);
});

test("a schema that says less or more than its type does not compile", () => {
  const code = z.string();
  const says = z.string();
  describes<Reason>()(z.object({ code, says, location: z.string().exactOptional() }));
  // @ts-expect-error The type has `location` as well.
  describes<Reason>()(z.object({ code, says }));
  // @ts-expect-error The type has no `hint`.
  describes<Reason>()(z.object({ code, says, location: z.string().exactOptional(), hint: z.string() }));
  // @ts-expect-error There `location` is a text.
  describes<Reason>()(z.object({ code, says, location: z.number().exactOptional() }));
  expect(openApi("1")).toMatchObject({ info: { version: "1" } });
});

const component = (id: string): Schema => ({ $ref: `#/components/schemas/${id}` });

/** Against the document, and closed: a field that it does not know is wrong, though readers are told to ignore such. */
function wrongWith(schema: Schema, value: unknown): readonly string[] {
  const key = JSON.stringify(schema);
  const check = validators.get(key) ?? compiled(schema);
  validators.set(key, check);
  if (check(value)) return [];
  return (check.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

const validators = new Map<string, ValidateFunction>();

let ajv: Ajv2020 | null = null;

/** The document's components are read once, and referred to from each schema. */
function compiled(schema: Schema): ValidateFunction {
  ajv ??= new Ajv2020({ strict: false, allErrors: false }).addSchema({
    $id: "houston",
    ...(closed({ components: document.components }) as Schema),
  });
  return ajv.compile(JSON.parse(JSON.stringify(closed(schema)).replaceAll('"#/components/', '"houston#/components/')));
}

function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, each]) => [key, closed(each)] as const);
  const all = Object.fromEntries(entries);
  const isClosable = "properties" in value && "type" in value && !("additionalProperties" in value);
  return isClosable ? { ...all, additionalProperties: false } : all;
}
