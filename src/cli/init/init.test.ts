import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createSocket, type Socket } from "node:dgram";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import packet from "dns-packet";
import * as fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { parse, stringify } from "yaml";
import { readConfig } from "../../config/config-file.ts";
import { houstonProgram } from "../program.ts";
import { CONVENTIONS } from "./conventions.ts";
import { draft, type Findings } from "./draft.ts";
import { contextsIn, findContexts } from "./find-contexts.ts";
import { labelsOf } from "./find-metrics.ts";

const folder = mkdtempSync(join(tmpdir(), "houston-init-"));
const printed: string[] = [];
let asked: string[] = [];
let answers: (path: string, query: string) => unknown = () => ({ resultType: "vector", result: [] });
let server: Server;
let url: string;
let dns: Socket;

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const query = new URLSearchParams(Buffer.concat(chunks).toString()).get("query") ?? "";
      const { pathname } = new URL(request.url!, "http://localhost");
      asked.push(`${request.method} ${pathname} ${query}`);
      response.end(JSON.stringify({ status: "success", data: answers(pathname, query) }));
    });
  });
  dns = createSocket("udp4").on("message", (message, from) => {
    const { id = 0, questions = [] } = packet.decode(message);
    const { name = "", type } = questions[0] ?? {};
    const a = { type: "A", name, ttl: 300, data: "203.0.113.7" } as const;
    const found = name === "www.example.com" && type === "A" ? [a] : [];
    dns.send(
      packet.encode({ type: "response", id, flags: packet.RECURSION_AVAILABLE, questions, answers: found }),
      from.port,
      from.address,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  await new Promise<void>((resolve) => dns.bind(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.close();
  server.closeAllConnections();
  dns.close();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => {
  printed.length = 0;
  asked = [];
  vi.stubEnv("KUBECONFIG", join(folder, "no-such-file"));
  vi.stubEnv("PROMETHEUS_URL", "");
  vi.spyOn(process.stdout, "write").mockImplementation((chunk) => printed.push(String(chunk)) > 0);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const init = (...words: string[]) => houstonProgram().parseAsync(["init", ...words], { from: "user" });
const vector = (...series: readonly [Record<string, string>, number][]) => ({
  resultType: "vector",
  result: series.map(([metric, value]) => ({ metric, value: [1, String(value)] })),
});
const problemsOf = (text: string) => {
  const read = readConfig(text);
  return "problems" in read ? read.problems : [];
};

/** What a person writes in place of each '?'. */
function answered(text: string): string {
  let number = 0;
  const fill = (value: unknown, key: string, parent: Record<string, unknown>): unknown => {
    if (Array.isArray(value)) return value.map((each) => fill(each, key, parent));
    if (typeof value === "object" && value !== null)
      return Object.fromEntries(
        Object.entries(value).map(([name, each]) => [name, fill(each, name, value as Record<string, unknown>)]),
      );
    if (value !== "?") return value;
    number += 1;
    switch (key) {
      case "name":
        return `place-${number}`;
      case "country":
        return "CH";
      case "latitude":
      case "longitude":
      case "capacityRps":
        return 40 + number / 100;
      case "url":
        return "https://prometheus.example.com";
      case "needs":
      case "entry":
        return Object.keys((parse(text) as { services: object }).services)[0];
      default:
        return "something";
    }
  };
  const root = parse(text) as Record<string, unknown>;
  return stringify(fill(root, "", root));
}

test("of a Prometheus' counters a houston.yaml is made that lacks nothing but what a person must say", async () => {
  answers = (path, query) => {
    if (path.endsWith("/values")) return ["http_requests_total", "http_request_duration_seconds_bucket"];
    if (path.endsWith("/targets"))
      return { activeTargets: [{ scrapeInterval: "30s" }, { scrapeInterval: "30s" }, { scrapeInterval: "1m" }] };
    if (query.startsWith("count"))
      return vector(
        ...["us-east-1", "us-west-2", "europe-north1"].flatMap((region) =>
          ["web", "cart", "Cart_Old"].map(
            (app) => [{ region, app, code: "200", job: "kubernetes-pods" }, 1] as [Record<string, string>, number],
          ),
        ),
      );
    if (query.startsWith("max_over_time")) return vector([{ region: "us-east-1" }, 812.3]);
    return vector([{ app: "web" }, 90], [{ app: "cart" }, 120]);
  };
  const file = join(folder, "houston.yaml");
  await init("--prometheus", `${url}/`, "--output", file);
  const text = readFileSync(file, "utf8");
  expect(text).toContain(`good: 'sum by (region, app) (http_requests_total{code!~"5.."})'`);
  expect(text).toContain(`bad: 'sum by (region, app) (http_requests_total{code=~"5.."})'`);
  expect(text).toContain(`latencySeconds: 'sum by (region, app, le) (http_request_duration_seconds_bucket)'`);
  expect(text).toContain("everySeconds: 30");
  expect(text).toContain(`capacityRps: "?" # the most it served in the last 7 days: 813`);
  expect(text).toContain(`"Cart_Old"`);
  expect(parse(text)).toMatchObject({
    mode: "observe",
    locations: [
      { name: "europe-north1", provider: "google", country: "FI" },
      { name: "us-east-1", provider: "aws", country: "US", latitude: 38.95 },
      { name: "us-west-2" },
    ],
    services: { cart: {}, web: { layer: "edge" } },
    watch: { entry: "web", prometheus: { url: `${url}/`, labels: { location: "region", service: "app" } } },
  });
  // Only what the machines can grow to is nowhere to be found.
  expect(problemsOf(text).map(({ path, code }) => `${path} ${code}`)).toEqual(
    [0, 1, 2].map((index) => `locations[${index}].capacityRps unanswered`),
  );
  expect(problemsOf(answered(text))).toEqual([]);
  expect(printed.join("")).toContain("3 locations by region, 2 services");
  expect(printed.join("")).toMatch(/with 3 '\?' left to you; next: `houston check --config /);
  expect(asked.every((each) => /^(?:GET|POST) \/api\/v1\/(?:query|targets|label)/.test(each))).toBe(true);
  // Whatever is there stays.
  await expect(init("--prometheus", url, "--output", file)).rejects.toMatchObject({ code: "config-exists" });
  expect(readFileSync(file, "utf8")).toBe(text);
});

test("a Prometheus that counts nothing known, or is not there, is said, and nobody is guessed at", async () => {
  answers = (path) => (path.endsWith("/values") ? [] : { activeTargets: [] });
  const file = join(folder, "nothing.yaml");
  await init("--prometheus", url, "--output", file, "--json");
  expect(JSON.parse(printed.join(""))).toMatchObject({ counter: null, locations: [], services: [], contexts: [] });
  expect(problemsOf(readFileSync(file, "utf8")).every(({ code }) => code === "unanswered")).toBe(true);
  const other = join(folder, "other.yaml");
  await expect(init("--prometheus", "http://127.0.0.1:1", "--output", other)).rejects.toMatchObject({
    code: "prometheus-unreachable",
  });
  await expect(init("--prometheus", "https://me:secret@prometheus.example.com")).rejects.toMatchObject({
    code: "secret-in-file",
  });
  expect(() => readFileSync(other)).toThrow("ENOENT");
});

test("the TTL is the one that resolvers get now, and a missing family is said", async () => {
  const file = join(folder, "dns.yaml");
  const at = `127.0.0.1:${dns.address().port}`;
  await init("--dns", at, "--name", "www.example.com", "--output", file);
  const text = readFileSync(file, "utf8");
  expect(text).toContain(`# www.example.com, as ${at} answers now: A 203.0.113.7 (300 s)`);
  expect(text).toContain("It has no AAAA");
  expect(parse(text)).toMatchObject({ ttlSeconds: 300 });
  await expect(init("--dns", at, "--name", "nobody.example.com", "--output", file)).rejects.toMatchObject({
    code: "unknown-name",
  });
  await expect(init("--dns", "nowhere", "--name", "a.example", "--output", file)).rejects.toMatchObject({
    code: "bad-dns-server",
  });
});

const KUBECONFIG = `
apiVersion: v1
clusters:
  - { name: a, cluster: { server: "https://ABC.gr7.us-east-1.eks.amazonaws.com" } }
  - { name: b, cluster: { server: "https://shop-dns-1a2b.hcp.westeurope.azmk8s.io:443" } }
  - { name: c, cluster: { server: "https://10.0.0.1:6443" } }
contexts:
  - { name: prod-virginia, context: { cluster: a, user: u } }
  - { name: gke_shop_asia-northeast1_web, context: { cluster: c, user: u } }
  - { name: shop-eu, context: { cluster: b, user: u } }
  - { name: minikube, context: { cluster: c, user: u } }
users: [{ name: u, user: { token: secret-of-a-user } }]
`;

test("contexts tell regions by their own name, or by where their cluster answers; keys of users are in nothing", () => {
  expect(contextsIn(KUBECONFIG)).toEqual([
    { name: "prod-virginia", region: "us-east-1" },
    { name: "gke_shop_asia-northeast1_web", region: "asia-northeast1" },
    { name: "shop-eu", region: "westeurope" },
    { name: "minikube", region: null },
  ]);
  const file = join(folder, "kubeconfig");
  writeFileSync(file, KUBECONFIG);
  const text = draft({ prometheus: null, name: null, contexts: findContexts([file, join(folder, "none")]) });
  expect((parse(text) as { locations: { name: string }[] }).locations.map(({ name }) => name)).toEqual([
    "asia-northeast1",
    "us-east-1",
    "westeurope",
  ]);
  expect(text).toContain('# Kubernetes context "prod-virginia"');
  expect(text).not.toContain("secret");
  expect(contextsIn("not: [yaml")).toEqual([]);
  expect(contextsIn("contexts: 7")).toEqual([]);
});

test("which label says where: regions that are known first, then what has as many values as an estate has places", () => {
  const [applications] = CONVENTIONS.filter(({ counter }) => counter === "http_requests_total");
  const label = (...series: Record<string, string>[]) => labelsOf(applications!, series);
  const places = ["us-east-1", "us-east-2", "us-west-2"];
  expect(
    label(
      ...places.map((name) => ({ location: `/static/${name}.css`, cluster: name, az: `${name}a`, service: "web" })),
    ),
  ).toMatchObject({ locationLabel: "cluster", serviceLabel: "service", status: null });
  expect(
    label(...["north", "south", "east"].map((dc) => ({ region: "home", dc, status: "5xx", job: "shop" }))),
  ).toMatchObject({ locationLabel: "dc", serviceLabel: "job", status: { label: "status", failed: "5.." } });
  expect(label({ pod: "a" })).toMatchObject({ locationLabel: null, serviceLabel: null, status: null });
  const envoy = CONVENTIONS.find(({ of }) => of === "Envoy")!;
  expect(labelsOf(envoy, [{ region: "a", envoy_response_code_class: "5" }]).status).toEqual({
    label: "envoy_response_code_class",
    failed: "5",
  });
});

/** Names as an estate has them, and as YAML would take them for something else. */
const word = fc.constantFrom("a", "web", "no", "1e3", "0x1", "us-east-1", "eu", "null", "1-2", "y", "2026-01-01", "12");
const findings: fc.Arbitrary<Findings> = fc.record({
  prometheus: fc.option(
    fc.record({
      url: fc.constantFrom("https://prometheus.example.com", "http://127.0.0.1:9090/a b"),
      everySeconds: fc.option(fc.integer({ min: 1, max: 60 })),
      metrics: fc.option(
        fc.record({
          convention: fc.constantFrom(...CONVENTIONS),
          locationLabel: fc.option(fc.constantFrom("region", "az")),
          serviceLabel: fc.option(fc.constantFrom("app", "job")),
          status: fc.option(fc.constantFrom({ label: "code", failed: "5.." }, { label: "c", failed: "5" })),
          hasSeconds: fc.boolean(),
          locations: fc.uniqueArray(fc.record({ name: word, peakRps: fc.option(fc.float({ noNaN: true, min: 0 })) }), {
            selector: ({ name }) => name,
            maxLength: 6,
          }),
          services: fc.uniqueArray(fc.record({ name: word, rps: fc.constant(1) }), { selector: ({ name }) => name }),
          unnameable: fc.array(fc.string()),
          others: fc.array(fc.constantFrom("x_total", "y_total")),
        }),
      ),
    }),
  ),
  contexts: fc.array(fc.record({ name: fc.string(), region: fc.option(fc.constantFrom("us-east-1", "westeurope")) })),
  name: fc.option(
    fc.record({
      name: fc.constant("www.example.com"),
      server: fc.constant("192.0.2.53"),
      addresses: fc.array(
        fc.record({
          family: fc.constantFrom("A" as const, "AAAA" as const),
          address: fc.constant("203.0.113.7"),
          ttlSeconds: fc.integer({ min: 0, max: 2 ** 31 }),
        }),
        { maxLength: 3 },
      ),
      follows: fc.option(fc.string()),
    }),
  ),
});

test("whatever is found, the file has no problem but its '?', and none once a person has answered them", () => {
  fc.assert(
    fc.property(findings, (found) => {
      const text = draft(found);
      const problems = problemsOf(text);
      expect(problems.length).toBeGreaterThan(0);
      expect(problems.filter(({ code }) => code !== "unanswered")).toEqual([]);
      for (const { fix, line } of problems) {
        expect(fix).not.toContain("examples/houston.yaml");
        expect(text.split("\n")[line - 1]).toContain("?");
      }
      expect(problemsOf(answered(text))).toEqual([]);
    }),
    { numRuns: 40 },
  );
});
