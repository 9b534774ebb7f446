// docs/how-to/middleware.md says what is so: its config is a good one, and its shop, put together by a new user, in two locations.
import { type ChildProcess, fork } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { problemLines, readConfig } from "../../src/config/config-file.ts";
import { madeAuthority } from "../../src/drivers/condition/made-certificate.testing.ts";
import { freePort } from "../../src/drivers/edge/asked-edge.testing.ts";
import { ask, documentOf, HOST, tableTo } from "../../src/drivers/edge/own/made-edge.testing.ts";

const root = join(import.meta.dirname, "..", "..");
const page = readFileSync(join(root, "docs/how-to/middleware.md"), "utf8");
const blockOf = (kind: string): string => new RegExp(`\`\`\`${kind}\\n([\\s\\S]*?)\`\`\``).exec(page)![1]!;

// Inside the package, so that its own name resolves.
const scratch = join(import.meta.dirname, ".scratch");
mkdirSync(scratch, { recursive: true });
const folder = mkdtempSync(join(scratch, "how-to-"));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

test("the config of the how-to is a good one, in place of the example's own", () => {
  const example = readFileSync(join(root, "examples/houston.yaml"), "utf8");
  const found = readConfig(`${example.slice(0, example.indexOf("steering:\n"))}${blockOf("yaml")}`);
  expect("problems" in found ? problemLines("middleware.md", found.problems) : found).toMatchObject({
    steering: { drivers: [{ kind: "application", file: "/var/lib/houston/route.json" }] },
  });
});

test("the how-to's shop in two locations: the first hands its users on when the file says so, and is told who serves them", async () => {
  const file = join(folder, "shop.ts");
  writeFileSync(file, blockOf("ts"));
  const route = join(folder, "route.json");
  const [portEast, portWest, peerPort, metricsPort] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  const addresses = { east: { v4: ["127.0.0.1"], v6: [] }, west: { v4: ["127.0.0.2"], v6: [] } };
  const write = (to: number, version: number) =>
    writeFileSync(route, JSON.stringify(documentOf(tableTo(to, version), { addresses })));
  write(0, 1);
  const authority = await madeAuthority();
  writeFileSync(join(folder, "ca.pem"), authority.pem);
  for (const [location, port, host] of [
    ["east", portEast, "127.0.0.1"],
    ["west", portWest, "127.0.0.2"],
  ] as const) {
    const { cert, key } = await authority.certificate({ hosts: [location], days: 9 });
    writeFileSync(join(folder, `${location}.pem`), cert);
    writeFileSync(join(folder, `${location}.key`), key);
    const env = {
      ...process.env,
      LOCATION: location,
      ROUTE: route,
      KEPT: join(folder, location, "route.json"),
      CERTIFICATE: join(folder, `${location}.pem`),
      KEY: join(folder, `${location}.key`),
      AUTHORITY: join(folder, "ca.pem"),
      PEER_PORT: String(peerPort),
      PORT: String(port),
      HOST: host,
      METRICS_PORT: String(metricsPort),
      METRICS_HOST: host,
    };
    children.push(fork(file, [], { env, execArgv: ["--conditions=reactive-production:source"] }));
  }
  const says = () =>
    ask(portEast, { host: "127.0.0.1" }).then(
      ({ body, headers }) => `${String(headers["x-location"])}: ${body}`,
      () => "not there yet",
    );
  await expect.poll(says).toBe("east: hello from east, 127.0.0.1\n");
  write(1, 2);
  await expect.poll(says).toBe("west: hello from west, 127.0.0.1, 127.0.0.1\n");
  expect((await ask(metricsPort)).body).toContain("rp_edge_table_version 2");
  expect((await ask(portEast, { path: "/metrics", headers: { host: "admin.internal" } })).status).toBe(404);
  expect(HOST).toBe("www.example.com");
});
