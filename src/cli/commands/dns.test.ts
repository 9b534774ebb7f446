// `houston dns stage` as docs/how-to/route53.md has it, against a Route 53 of this machine and three real switches.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RouteTable } from "../../core/route/table.ts";
import { madeRoute53, type MadeRoute53 } from "../../drivers/dns/route53/made-route53.testing.ts";
import { writeBase } from "../../drivers/dns/route53/staged/base.ts";
import { learntFile } from "../../drivers/store/learnt-file.ts";
import { startSwitch, type RunningSwitch } from "../../production/switch.ts";
import { THREE_SHOPS } from "../../production/three-shops.testing.ts";
import { captured, type Ended } from "../captured.testing.ts";
import { runHouston } from "../run.ts";

const KEY_ID = "AKIAMADEFORATEST0001";
const folder = mkdtempSync(join(tmpdir(), "houston-dns-"));
const file = (name: string): string => join(folder, name);
let server: MadeRoute53;
let switches: readonly RunningSwitch[];

beforeAll(async () => {
  process.env["AWS_ACCESS_KEY_ID"] = KEY_ID;
  process.env["AWS_SECRET_ACCESS_KEY"] = "madeSecretAccessKey/0123456789abcdefghijk";
  server = await madeRoute53({ accessKeyId: KEY_ID, zones: { Z0AAA: "example.com" } });
  switches = await Promise.all(
    ["one", "two", "three"].map((name) =>
      startSwitch({
        kept: learntFile(file(`${name}.json`)),
        token: "not-so-secret-in-a-test",
        listen: { host: "127.0.0.1", port: 0 },
        tls: null,
        refused: () => {},
        took: () => {},
      }),
    ),
  );
  writeFileSync(file("houston.yaml"), config());
});

afterAll(async () => {
  await Promise.all((switches ?? []).map((each) => each.stop()));
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
  expect(server?.wrong).toEqual([]);
});

const stage = (...words: readonly string[]): Promise<Ended> =>
  captured(() => runHouston(["dns", "stage", "--config", file("houston.yaml"), "--state", folder, ...words]));

test("without a table it says what to do first", async () => {
  expect(await stage()).toMatchObject({
    code: 1,
    out: "",
    err: expect.stringMatching(/was given no route table yet[\s\S]*run `houston run`/) as string,
  });
});

test("it shows, writes and takes back; twice is once", async () => {
  const runs = { "us-east": [[0, 256]], "us-west": [[1, 256]], europe: [[2, 256]] } as const;
  const table: RouteTable = {
    version: 3,
    at: 3,
    locations: ["east", "west", "north"],
    assignment: { public: runs },
    contingency: {},
    apart: [],
  };
  mkdirSync(file("steering-route53"));
  writeBase(file("steering-route53"), "newest.json", { table, demand: null });
  const looked = await stage();
  expect(looked).toMatchObject({ code: 0, err: "" });
  expect(looked.out).toMatch(
    /\+ www\.example\.com A: alias of public\._houston\.example\.com\.\n[\s\S]*records to write, 0 to take away; 24 health checks to make, 0 stand already, 0 to remove\nnothing was written; `houston dns stage --apply` writes it\n$/,
  );
  expect(server.serial()).toBe(0);
  expect(await stage("--apply")).toMatchObject({
    code: 0,
    out: expect.stringMatching(/records written, 0 taken away; 24 health checks made, /) as string,
  });
  expect(server.reached("www.example.com", "A")).toEqual(["192.0.2.1", "192.0.2.2", "192.0.2.3"]);
  expect((await stage("--apply")).out).toBe("it stands already: 24 health checks and all records\n");
  expect(JSON.parse((await stage("--remove", "--json")).out)).toMatchObject({
    ok: true,
    deed: "remove",
    checks: { stand: 0, made: 0, removed: 24 },
  });
  expect(server.checks.size).toBe(0);
  const weights = server.held("public._houston.example.com", "A").map(({ id, weight }) => [id, weight] as const);
  expect(Object.fromEntries(weights)).toEqual({ east: 85, west: 85, north: 85 });
});

test("both at once is bad usage", async () => {
  expect(await stage("--apply", "--remove")).toMatchObject({ code: 2 });
});

const config = (): string => `
mode: approve
${THREE_SHOPS}steering:
  hosts: { public: [www.example.com] }
  addresses: { east: [192.0.2.1], west: [192.0.2.2], north: [192.0.2.3] }
  drivers:
    - kind: route53
      domains: [example.com]
      endpoint: ${server.url}
      requestsPerSecond: 1000
      withinSeconds: 20
      staged:
        steps: 2
        switches: [${switches.map(({ url }) => `{ url: "${url}" }`).join(", ")}]
`;
