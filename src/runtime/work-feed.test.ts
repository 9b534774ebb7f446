import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { ControlState } from "../core/control.ts";
import { learntFile } from "../drivers/store/learnt-file.ts";
import { workFeed } from "./work-feed.ts";

const folder = mkdtempSync(join(tmpdir(), "houston-work-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A Houston of two places, of which `west` is left or not. */
function made(options: { readonly file?: (location: string) => string } = {}) {
  const seen = { at: 1_000_000, left: false, blind: false, broken: false };
  const listeners = new Set<() => void>();
  const said: string[] = [];
  const state = (): ControlState =>
    ({
      estate: { classes: [{ name: "public", data: { kind: "everywhere" } }], guards: { peopleOnly: [] } },
      at: seen.at,
      heardMajority: true,
      blind: seen.blind,
      places: {
        east: { name: "east", state: "serving", leave: null, lostAt: null },
        west: {
          name: "west",
          state: seen.left ? "draining" : "serving",
          leave: seen.left ? { share: 1, zones: null, classes: ["public"], by: "ana" } : null,
          lostAt: null,
        },
      },
    }) as unknown as ControlState;
  const feed = workFeed({
    locations: ["east", "west"],
    controller: {
      state,
      broken: () => (seen.broken ? {} : null),
      follow(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    ...(options.file && { keep: (location: string) => learntFile(options.file!(location)) }),
    say: (what) => said.push(what),
  });
  const decided = (afterMs = 0): void => {
    seen.at += afterMs;
    for (const each of listeners) each();
  };
  return { seen, feed, said, listeners, decided };
}

const fileOf = (location: string): string => join(folder, `${location}.json`);
const inFile = (location: string): unknown => JSON.parse(readFileSync(fileOf(location), "utf8"));

test("each change counts, and the file says what the feed says", () => {
  const houston = made({ file: fileOf });
  expect(houston.feed.of("west")).toMatchObject({ mayWork: true, code: "not-known-yet", change: 0 });
  houston.decided();
  expect(houston.feed.of("west")).toMatchObject({ mayWork: true, code: "serving", change: 0, since: 1_000_000 });
  houston.seen.left = true;
  houston.decided(5000);
  const left = { mayWork: false, code: "leaving", change: 1, since: 1_005_000, says: expect.stringContaining("ana") };
  expect(houston.feed.of("west")).toMatchObject(left);
  expect(inFile("west")).toEqual(houston.feed.of("west"));
  expect(inFile("east")).toMatchObject({ mayWork: true, change: 0 });
  // Nothing changes for a while: the file says now and then that it is still so.
  houston.decided(9000);
  expect(inFile("west")).toMatchObject({ confirmedAt: 1_005_000 });
  houston.decided(1000);
  expect(inFile("west")).toMatchObject({ ...left, confirmedAt: 1_015_000 });
  houston.feed.stop();
  expect(houston.listeners.size).toBe(0);
});

test("it fails static: blind, broken or begun anew, Houston takes back nothing that was said", () => {
  const houston = made({ file: fileOf });
  // What the Houston before it wrote.
  expect(houston.feed.of("west")).toMatchObject({ mayWork: false, code: "leaving", change: 1 });
  houston.seen.blind = true;
  houston.decided();
  houston.seen.blind = false;
  houston.seen.broken = true;
  houston.decided(45_000);
  expect(inFile("west")).toMatchObject({ mayWork: false, change: 1, confirmedAt: 1_015_000 });
  houston.seen.broken = false;
  houston.decided();
  expect(inFile("west")).toMatchObject({ mayWork: true, code: "serving", change: 2, since: 1_045_000 });
  houston.feed.stop();
});

test("a file that can't be written is said once, and the answer by HTTP goes on", () => {
  const houston = made({ file: (location) => join(folder, "no-such-folder", location) });
  houston.decided();
  houston.decided(30_000);
  expect(houston.said).toEqual([expect.stringMatching(/^whether east may work can't be written: .*stays$/)]);
  expect(houston.feed.of("east").code).toBe("serving");
  houston.feed.stop();
});
