// The houston.yaml of docs/how-to/haproxy.md, nginx.md and envoy.md, and what is printed for it held against the real ones, Envoy against its protos.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { madeAuthority } from "../../drivers/condition/made-certificate.testing.ts";
import { problemsIn, publishedShapes } from "../../drivers/edge/envoy/shapes.testing.ts";
import { captured, type Ended } from "../captured.testing.ts";
import { runHouston } from "../run.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");
const folder = mkdtempSync(join(tmpdir(), "houston-edge-"));
const file = (name: string): string => join(folder, name);
beforeAll(async () => {
  await import("../program.ts");
  const authority = await madeAuthority();
  const { cert, key } = await authority.certificate({ hosts: ["edge.example.com"], days: 10 });
  writeFileSync(file("edges-ca.pem"), authority.pem);
  writeFileSync(file("edge.pem"), `${cert}\n${key}`);
  const example = read("examples/houston.yaml");
  const configOf = (kind: string): string => {
    const [, steering = ""] = /```yaml\n([\s\S]*?)```/.exec(read(`docs/how-to/${kind}.md`)) ?? [];
    return `${example.slice(0, example.indexOf("steering:\n"))}${steering.replaceAll(`/etc/${kind}`, folder)}`;
  };
  writeFileSync(
    file("houston.yaml"),
    configOf("haproxy").replace("kind: haproxy", `kind: haproxy\n      mapsFolder: ${folder}/maps`),
  );
  writeFileSync(
    file("nginx.yaml"),
    configOf("nginx").replace("kind: nginx", `kind: nginx\n      folder: ${folder}/nginx`),
  );
  writeFileSync(
    file("envoy.yaml"),
    configOf("envoy").replace("kind: envoy", `kind: envoy\n      folder: ${folder}/envoy`),
  );
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ["Forwarded", ""],
  ["PROXY v2", "        userAddress: proxy-v2\n"],
])("what is printed is what HAProxy takes, with the user's address by %s", async (_how, setting) => {
  const config = made("houston.yaml").replace("relay:\n", `relay:\n${setting}`);
  writeFileSync(file("tried.yaml"), config);
  const { code, out, err } = await run([...printed("haproxy", "us-east-1", file("tried.yaml")), "--maps"]);
  expect({ code, err: err.replaceAll(folder, "") }).toEqual({
    code: 0,
    err: ["hosts.map", "zones.map", "edges.lst", "routes.map", "changes.map"]
      .filter((name) => setting === "" || !["routes.map", "changes.map"].includes(name))
      .map((name) => `written: /maps/${name}\n`)
      .join(""),
  });
  const [lines, backends] = out.split("# Beside the other backends:\n");
  writeFileSync(
    file("haproxy.cfg"),
    `defaults
    mode http
    timeout connect 1s
    timeout client 10s
    timeout server 10s
frontend users
    bind 127.0.0.1:8080
${lines}
    default_backend application
backend application
    server here 127.0.0.1:9000
${backends}`,
  );
  const checked = spawnSync("/usr/sbin/haproxy", ["-c", "-f", file("haproxy.cfg")], { encoding: "utf8" });
  expect(checked).toMatchObject({ status: 0, stderr: expect.not.stringMatching(/WARNING|ALERT/) });
});

test("what is printed is what nginx takes, before there is a table and with its relays over TLS", async () => {
  const { code, out, err } = await run([...printed("nginx", "us-east-1", file("nginx.yaml")), "--files"]);
  expect({ code, err: err.replaceAll(folder, "") }).toEqual({
    code: 0,
    err: "written: /nginx/buckets.conf\nwritten: /nginx/routes.conf\n",
  });
  const [http, server] = out.split("# Into the server that users reach, before its own locations:\n");
  writeFileSync(
    file("nginx.conf"),
    `pid ${folder}/pid;
events { }
http {
${http}
server {
listen 127.0.0.1:8080;
${server}
location / { return 200; }
}
}`,
  );
  const words = ["-t", "-c", file("nginx.conf"), "-p", folder, "-e", "stderr"];
  const checked = spawnSync("/usr/sbin/nginx", words, { encoding: "utf8" });
  expect(checked).toMatchObject({ status: 0, stderr: expect.not.stringMatching(/warn|emerg/) });
});

test("what is printed is a bootstrap by Envoy's published protos, and the first routes stay when they are there", async () => {
  const words = [...printed("envoy", "us-east-1", file("envoy.yaml")), "--files"];
  const { code, out, err } = await run(words);
  expect({ code, err: err.replaceAll(folder, "") }).toEqual({ code: 0, err: "written: /envoy/routes.json\n" });
  expect(problemsIn(JSON.parse(out), "envoy.config.bootstrap.v3.Bootstrap", publishedShapes())).toEqual([]);
  const routes = JSON.parse(readFileSync(file("envoy/routes.json"), "utf8")) as unknown;
  expect(problemsIn(routes, "envoy.service.discovery.v3.DiscoveryResponse", publishedShapes())).toEqual([]);
  expect(await run(words)).toMatchObject({ code: 0, err: "" });
});

test.each([
  ["haproxy", "houston.yaml"],
  ["nginx", "nginx.yaml"],
  ["envoy", "envoy.yaml"],
])(
  "%s: a location that is not there, and a houston.yaml without such a driver, are said with the fix",
  async (kind, config) => {
    const unknown = await run(printed(kind, "mars", file(config)));
    expect(unknown).toMatchObject({ code: 2, err: expect.stringContaining("us-east-1, us-west-2, eu-west-1") });
    const none = await run(printed(kind, "us-east-1", join(root, "examples/houston.yaml")));
    expect(none).toMatchObject({ code: 1, err: expect.stringContaining(`docs/how-to/${kind}.md`) });
    const fewer = file(`fewer-${kind}.yaml`);
    writeFileSync(fewer, made(config).replace(/.*location: eu-west-1.*\n/, ""));
    const untouched = await run(printed(kind, "eu-west-1", fewer));
    expect(untouched).toMatchObject({ code: 1, out: "", err: expect.stringContaining("(no-such-edge)") });
  },
);

test.each(["nginx", "envoy"])(
  "%s: each code that its driver may answer is in the how-to's table, and no other",
  (kind) => {
    const source = read(`src/drivers/edge/${kind}/one-${kind}.ts`) + read("src/drivers/edge/file-edge.ts");
    const codes = [...source.matchAll(/"([a-z]+-[a-z-]+|timeout|unreachable)"/g)].map(([, code]) => code!);
    const [, table = ""] =
      /\| outcome \| means \|\n\|---\|---\|\n([\s\S]*?)\n\n/.exec(read(`docs/how-to/${kind}.md`)) ?? [];
    const told = table
      .split("\n")
      .flatMap((row) => [...row.split("|")[1]!.matchAll(/`([^`]+)`/g)].map(([, code]) => code!));
    expect(told.toSorted()).toEqual([...new Set(codes)].filter((code) => code !== "table-not-newer").toSorted());
  },
);

function printed(kind: string, location: string, config: string): readonly string[] {
  return ["edge", kind, "--location", location, "--config", config];
}

const made = (name: string): string => readFileSync(file(name), "utf8");

const run = (words: readonly string[]): Promise<Ended> => captured(() => runHouston(words));
