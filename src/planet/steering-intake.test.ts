import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { planetSteering } from "../drivers/dns/planet.ts";
import { steeringConformance } from "../drivers/dns/testing.ts";
import { answer } from "../core/route/route.ts";
import type { LossNotice, RouteTable } from "../core/route/table.ts";
import { adminServer } from "./admin-server.ts";
import { createRouteHolder } from "../drivers/route-holder.ts";
import { steeringIntake } from "./steering-intake.ts";

const LOCATIONS = ["a", "b", "c"];

steeringConformance(
  "the planet's driver",
  async () => {
    const route = createRouteHolder(LOCATIONS);
    const intake = steeringIntake({ route });
    let silent = false;
    const admin = await adminServer({
      address: "127.86.70.1",
      port: 0,
      token: "right",
      handle: (call) => (silent ? new Promise(() => {}) : (intake(call) ?? { status: 404 })),
    });
    const driver = (token: string): ReturnType<typeof planetSteering> =>
      planetSteering({ name: "test", adminUrl: `http://127.86.70.1:${admin.port}`, token, timeoutMs: 1500 });
    return {
      driver: driver("right"),
      driverWithoutToken: driver("wrong"),
      appliedVersion: () => route.state().table?.version ?? 0,
      silence: (on) => void (silent = on),
      stop: () => admin.stop(),
    };
  },
  LOCATIONS,
);

test("calls come from the address that is set", async () => {
  const seen: unknown[] = [];
  const server = createServer((request, response) => {
    seen.push(request.socket.remoteAddress);
    response.end('{"table":{"version":1}}');
  });
  onTestFinished(() => void server.close());
  server.listen(0, "127.86.70.3");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const adminUrl = `http://127.86.70.3:${port}`;
  const driver = planetSteering({ name: "near", adminUrl, token: "x", localAddress: "127.86.70.4" });
  await driver.apply(table(1), new AbortController().signal);
  expect(seen).toContain("127.86.70.4");
  server.closeAllConnections();
});

test("nobody at home is a retry", async () => {
  const driver = planetSteering({ name: "gone", adminUrl: "http://127.86.70.2:9", token: "x" });
  const outcome = await driver.apply(table(1), new AbortController().signal);
  expect(outcome).toMatchObject({ kind: "retry", code: "unreachable" });
});

test("two losses told within a moment: the stronger is followed, the other told why not", async () => {
  const route = createRouteHolder(LOCATIONS);
  const intake = steeringIntake({ route, now: () => 1000 });
  const put = (location: string, seenBy: readonly string[]): unknown => {
    const body: LossNotice = { location, tableVersion: 1, seenBy, at: 1000, expires: 5000 };
    return intake({ method: "PUT", path: "/notice", body });
  };
  expect(await put("a", ["b", "c"])).toMatchObject({ status: 409, body: { code: "notice-without-table" } });
  expect(intake({ method: "PUT", path: "/table", body: table(1) })).toEqual({ status: 204 });
  expect(await Promise.all([put("b", ["a", "c"]), put("a", ["b", "c"]), put("a", ["c", "b"])])).toMatchObject([
    { status: 409, body: { code: "notice-second" } },
    { status: 204 },
    { status: 204 },
  ]);
  expect(answer(route.state(), { class: "public", zone: "z", bucket: 0 }, "c")).toBe("b");
  expect(intake({ method: "GET", path: "/table" })).toMatchObject({
    body: { table: { version: 1 }, notice: { location: "a" } },
  });
  expect(intake({ method: "PUT", path: "/table", body: table(1) })).toMatchObject({
    status: 409,
    body: { version: 1 },
  });
  expect(intake({ method: "PUT", path: "/table", body: { junk: true } })).toMatchObject({ status: 400 });
  expect(await put("b", ["a"])).toMatchObject({ status: 409, body: { code: "notice-no-majority" } });
  expect(intake({ method: "GET", path: "/else" })).toBe(null);
});

function table(version: number): RouteTable {
  return {
    version,
    at: 0,
    locations: LOCATIONS,
    assignment: { public: { z: [[0, 256]] } },
    contingency: { a: { public: { z: [[1, 256]] } } },
    apart: [],
  };
}
