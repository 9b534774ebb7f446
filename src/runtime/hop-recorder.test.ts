import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { HopsStore } from "../drivers/store/hops-contract.ts";
import { sqliteHops } from "../drivers/store/sqlite-hops.ts";
import { hopRecorder, type SeenHop } from "./hop-recorder.ts";
import { madeClock } from "./made-clock.testing.ts";

const root = mkdtempSync(join(tmpdir(), "hop-recorder-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
/** The beginning of a minute. */
const AT = 1_795_000_020_000;

function made(
  options: {
    readonly sampledRpsMax?: number;
    readonly keptPerSecondMax?: number;
    readonly open?: () => HopsStore;
  } = {},
) {
  const clock = madeClock(AT);
  const folder = join(root, String((folders += 1)));
  const open = options.open ?? (() => sqliteHops(folder, { bytesMax: 64e6, keptMs: 3_600_000 }));
  const recorder = hopRecorder({ clock, open, sampledRpsMax: 100, keptPerSecondMax: 1000, ...options });
  const take = (requestId: string, hop: Partial<SeenHop> = {}): void =>
    recorder.take({
      requestId,
      traceId: `trace of ${requestId}`,
      kind: "edge",
      at: clock.now(),
      ms: 1,
      status: 200,
      ...hop,
    });
  return { clock, recorder, take, open };
}

test("a request is found at once and later, by its id, its trace and its key, its hops in order of time", async () => {
  const { clock, recorder, take } = made();
  take("r-1", { kind: "cart", at: AT + 5 });
  take("r-1", { idempotencyKey: "key-1" });
  take("r-2");
  for (const name of ["r-1", "trace of r-1", "key-1"])
    expect(recorder.find(name).map(({ kind }) => kind)).toEqual(["edge", "cart"]);
  await clock.pass(10_000);
  for (const name of ["r-1", "trace of r-1", "key-1"])
    expect(recorder.find(name).map(({ kind }) => kind)).toEqual(["edge", "cart"]);
  take("r-1", { at: AT + 10_000, status: 502 });
  expect(recorder.find("r-1").map(({ at }) => at - AT)).toEqual([0, 5, 10_000]);
  recorder.stop();
});

test("its end decides about all of it: a hop that went well stays with a request that failed seconds later", async () => {
  const { clock, recorder, take } = made({ sampledRpsMax: 1e-9 });
  take("r-0");
  await clock.pass(61_000);
  take("r-1", { kind: "cart" });
  take("r-2", { kind: "cart" });
  await clock.pass(1500);
  take("r-1", { kind: "edge", status: 504 });
  take("r-2", { kind: "edge" });
  await clock.pass(5000);
  expect(recorder.find("r-1").map(({ kind }) => kind)).toEqual(["cart", "edge"]);
  expect(recorder.find("r-2")).toEqual([]);
  recorder.stop();
});

test("every request is counted in its minute, kept or not; a busy minute makes the next ones' sample sparser", async () => {
  const { clock, recorder, take } = made({ sampledRpsMax: 1 });
  for (let each = 0; each < 240; each += 1) take(`first-${each}`);
  await clock.pass(60_000);
  for (let each = 0; each < 400; each += 1) take(`second-${each}`);
  take("relayed", { relayed: true });
  await clock.pass(5000);
  expect(recorder.kept(AT)).toMatchObject({ since: AT, oneIn: 1, sampled: 240, notSampled: 0 });
  const second = recorder.kept(AT + 61_000);
  expect(second).toMatchObject({ since: AT + 60_000, oneIn: 4, relayed: 1, tooMany: 0, lost: 0 });
  expect(second.sampled + second.notSampled).toBe(400);
  expect(second.sampled).toBeGreaterThan(50);
  expect(second.sampled).toBeLessThan(150);
  expect(recorder.kept()).toMatchObject({ since: AT, oneIn: 4, relayed: 1 });
  expect(recorder.kept(AT - 3_600_000)).toMatchObject({ since: null, oneIn: 1 });
  recorder.stop();
});

test("a disk that fails costs what it was to keep, which is counted; it is tried again, and nobody is told that nothing came", async () => {
  let broken = true;
  const { open } = made();
  const { clock, recorder, take } = made({
    open: () => {
      if (broken) throw new Error("disk full");
      return open();
    },
  });
  take("r-1");
  await clock.pass(4000);
  expect(() => recorder.find("r-1")).toThrow("tried again");
  broken = false;
  await clock.pass(10_000);
  take("r-2");
  await clock.pass(4000);
  expect(recorder.find("r-2")).toHaveLength(1);
  expect(recorder.kept()).toMatchObject({ lost: 1, sampled: 1 });
  recorder.stop();
});
