import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { control, initialControl } from "../core/control.ts";
import type { ConditionFinding } from "../core/conditions.ts";
import type { ControlEvent } from "../core/control-contract.ts";
import { BrokenInvariant } from "../core/errors.ts";
import type { LogStore } from "../drivers/store/contract.ts";
import type { ConditionDriver } from "../drivers/condition/contract.ts";
import { memoryStore } from "../drivers/store/memory.ts";
import { sqliteStore } from "../drivers/store/sqlite.ts";
import { recordingLines } from "./recording-lines.ts";
import { readLine, type ControlRecordingLine } from "./control-recording.ts";
import { replayControl } from "./replay.ts";
import { madeClock } from "./made-clock.testing.ts";
import { madeEstate, madeHouston, madeServers, type MadeHouston } from "./made-houston.testing.ts";

const folder = mkdtempSync(join(tmpdir(), "houston-controller-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const STARTS_AT = 1_795_000_000_000;

function stateOf(houston: MadeHouston, name: string) {
  return houston.controller.view().locations.find((place) => place.name === name);
}

const breaksForMallory: typeof control = (state, event) => {
  if (event.event === "order" && event.by === "mallory") throw new BrokenInvariant("two tables at once");
  return control(state, event);
};

async function events(store: LogStore, after = 0): Promise<ControlEvent[]> {
  const all: ControlEvent[] = [];
  for await (const batch of store.read(after)) all.push(...batch.events);
  return all;
}

async function recorded(store: LogStore): Promise<ControlRecordingLine[]> {
  const lines: ControlRecordingLine[] = [];
  let first = true;
  for await (const text of recordingLines({ store, estate: madeEstate, version: "test", tickMs: 250 })) {
    const line = readLine(text, first);
    if (typeof line === "string" || line === null) throw new Error(`a line of ours can't be read: ${line}`);
    lines.push(line);
    first = false;
  }
  return lines;
}

async function* each<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}

test(
  "killed in the middle of an evacuation, Houston goes on where it was, and a replay decides the same bytes",
  { timeout: 60_000 },
  async () => {
    const clock = madeClock(STARTS_AT);
    const servers = madeServers();
    const file = join(folder, "restart.sqlite");
    const first = await madeHouston({ clock, store: sqliteStore(file), servers });
    for (let second = 0; second < 12; second += 1) await first.second();
    expect(servers.tables.get("name-server")?.version).toBeGreaterThan(0);
    for (let second = 0; second < 40 && !(stateOf(first, "east")!.movedShare > 0.2); second += 1)
      await first.second(["east"]);
    expect(stateOf(first, "east")).toMatchObject({ state: "draining" });
    const shareThen = stateOf(first, "east")!.movedShare;
    expect(shareThen).toBeLessThan(1);
    const versionThen = servers.tables.get("name-server")!.version;
    const decidedThen = [...first.decided];

    // A kill: nothing is closed or snapshotted; the next process opens the same file after three dark seconds.
    const killed = clock.now();
    const store = sqliteStore(file);
    const nextClock = madeClock(killed + 3000);
    const sinceSnapshot = (await events(store, (await store.newestSnapshot())!.seq)).length;
    expect(sinceSnapshot).toBeLessThan((await events(store)).length);
    const second = await madeHouston({ clock: nextClock, store, servers });
    // A restart is short: nothing from before the newest snapshot is decided again.
    expect(second.controller.counters.replayedEvents).toBe(sinceSnapshot);
    expect(stateOf(second, "east")).toMatchObject({ state: "draining", movedShare: shareThen });
    expect(second.controller.view().routeTableVersion).toBeGreaterThanOrEqual(versionThen);
    for (let turn = 0; turn < 40 && stateOf(second, "east")!.state !== "evacuated"; turn += 1)
      await second.second(["east"]);
    expect(stateOf(second, "east")).toMatchObject({ state: "evacuated" });
    expect(servers.tables.get("name-server")!.version).toBeGreaterThan(versionThen);
    expect(second.words.map((words) => words.what).join("\n")).not.toContain("blind");

    // The whole log, both lives, through the pure core once more.
    const again: string[] = [];
    let state = initialControl();
    for (const event of await events(store)) {
      const stepped = control(state, event);
      state = stepped.state;
      if (stepped.effects.length > 0) again.push(JSON.stringify(stepped.effects));
    }
    expect(again.slice(0, decidedThen.length)).toEqual(decidedThen);
    expect(again.at(-1)).toBe(second.decided.at(-1));
    expect(JSON.stringify(state)).toBe(JSON.stringify(second.controller.state()));

    // And as a recording: the same fingerprint each time, another one with another budget for moves.
    const lines = await recorded(store);
    const run = async (changes?: { mode: "observe" }) => {
      const steps = replayControl(each(lines), {
        initial: initialControl(),
        step: control,
        ...(changes ? { changes } : {}),
      });
      for (;;) {
        const next = await steps.next();
        if (next.done) return next.value.digest;
      }
    };
    const digest = await run();
    expect(await run()).toBe(digest);
    expect(await run({ mode: "observe" })).not.toBe(digest);
    await second.controller.stop();
    expect((await store.newestSnapshot())?.state).toMatchObject({ digest });
    await store.close();
  },
);

test("an event is in the log before it is decided on; while the log can't be written nothing is decided", async () => {
  const clock = madeClock(STARTS_AT);
  const servers = madeServers();
  const memory = memoryStore();
  let full = false;
  let written = 0;
  const store: LogStore = {
    ...memory,
    async append(batch) {
      if (full) throw new Error("disk full");
      const seq = await memory.append(batch);
      written += batch.events.length;
      return seq;
    },
  };
  let stepped = 0;
  const houston = await madeHouston({
    clock,
    store,
    servers,
    step(state, event) {
      stepped += 1;
      expect(written).toBeGreaterThanOrEqual(stepped);
      return control(state, event);
    },
  });
  for (let second = 0; second < 5; second += 1) await houston.second();
  full = true;
  const before = stepped;
  const order = houston.controller.order("alice", { kind: "hold" });
  await houston.second();
  expect(stepped).toBe(before);
  expect(houston.controller.view().hold).toBeNull();
  full = false;
  await houston.second();
  expect((await order).words[0]?.what).toContain("alice");
  expect(houston.controller.view().hold).toMatchObject({ by: "alice" });
  await houston.controller.stop();
});

test("a new log goes on above what servers hold when a person lets it; in an old one a higher version is told to people", async () => {
  const clock = madeClock(STARTS_AT);
  const servers = madeServers();
  const first = await madeHouston({ clock, store: memoryStore(), servers });
  for (let second = 0; second < 5; second += 1) await first.second();
  await first.controller.stop();
  for (const [name, table] of servers.tables) servers.tables.set(name, { ...table, version: 37 });
  const houston = await madeHouston({ clock, store: memoryStore(), servers });
  // One server was started anew and takes whatever comes; the others tell what they hold after the first table is out.
  servers.tables.delete("west");
  for (let second = 0; second < 5; second += 1) await houston.second();
  for (const name of servers.tables.keys()) houston.say(name, { summaries: [], tableVersion: 37 });
  for (let second = 0; second < 5; second += 1) await houston.second();
  expect(servers.tables.get("name-server")!.version).toBe(37);
  const [question] = houston.controller.view().questions;
  expect(question!.asks).toContain("Servers hold table 37 of an earlier log");
  await houston.controller.order("alice", { kind: "answer", question: question!.id, choice: 1 });
  for (let second = 0; second < 5; second += 1) await houston.second();
  expect([...servers.tables.values()].map(({ version }) => version)).toEqual(Array(6).fill(38));
  expect(houston.controller.state().table?.version).toBe(38);
  for (let second = 0; second < 60; second += 1) await houston.second();
  houston.say("east", { summaries: [], tableVersion: 99 });
  for (let second = 0; second < 5; second += 1) await houston.second();
  expect(houston.controller.state().table!.version).toBeLessThan(99);
  expect(houston.words.find(({ what }) => what.includes("99"))).toMatchObject({ level: "urgent" });
  await houston.controller.stop();
});

test("a dead server holds up nobody, and gets the newest table when it is back", async () => {
  const clock = madeClock(STARTS_AT);
  const servers = madeServers();
  servers.down.add("west");
  const houston = await madeHouston({ clock, store: memoryStore(), servers });
  for (let second = 0; second < 5; second += 1) await houston.second();
  const version = servers.tables.get("name-server")!.version;
  expect(servers.tables.has("west")).toBe(false);
  expect(houston.controller.behind()).toEqual(["west"]);
  servers.down.delete("west");
  await houston.second();
  await houston.second();
  expect(servers.tables.get("west")!.version).toBeGreaterThanOrEqual(version);
  expect(houston.controller.behind()).toEqual([]);
  await houston.controller.stop();
});

test("when an invariant of ours breaks, Houston stops deciding, says so, and stays so after a restart", async () => {
  const clock = madeClock(STARTS_AT);
  const servers = madeServers();
  const store = memoryStore();
  const step = breaksForMallory;
  const houston = await madeHouston({ clock, store, servers, step });
  for (let second = 0; second < 5; second += 1) await houston.second();
  const version = servers.tables.get("name-server")!.version;
  // Ana's is on its way to the log, so the two others are decided on together.
  const answers = await Promise.all(
    ["ana", "mallory", "bob"].map((by) => houston.controller.order(by, { kind: "restore", location: "east" })),
  );
  expect(answers.map(({ reasons }) => reasons[0]?.code)).toEqual([
    "refused-not-left",
    "stopped-deciding",
    "stopped-deciding",
  ]);
  expect(houston.words.at(-1)).toMatchObject({ level: "urgent", what: expect.stringContaining("two tables at once") });
  for (let second = 0; second < 20; second += 1) await houston.second(["east"]);
  expect(servers.tables.get("name-server")!.version).toBe(version);
  await houston.controller.stop();
  const again = await madeHouston({ clock, store, servers, step });
  expect(again.controller.broken()?.says).toBe("two tables at once");
  await again.controller.stop();
});

test("who is about to be given traffic is asked first, nobody goes where a condition fails, and a replay needs nobody to ask", async () => {
  const clock = madeClock(STARTS_AT);
  const servers = madeServers();
  const store = memoryStore();
  const asked: string[] = [];
  const driver: ConditionDriver = {
    name: "tls",
    locations: ["east", "west", "north", "south", "middle"],
    everyMs: 60_000,
    withinMs: 500,
    async ask(location) {
      asked.push(location);
      return location === "west" ? { kind: "fails", failures: [{ says: "no certificate" }] } : { kind: "holds" };
    },
  };
  const houston = await madeHouston({
    clock,
    store,
    servers,
    conditions: {
      known: [{ name: "tls", kind: "tls", doubt: "bars", doubtAfterSeconds: 120, askedBy: "houston" }],
      drivers: [driver],
    },
  });
  for (let second = 0; second < 12; second += 1) await houston.second();
  expect(houston.controller.view().bars).toEqual([
    {
      condition: "tls",
      location: "west",
      because: "fails",
      classes: ["public"],
      buckets: null,
      says: "no certificate",
    },
  ]);
  const roundAsks = asked.length;
  for (let second = 0; second < 30 && !(stateOf(houston, "east")!.movedShare > 0.2); second += 1)
    await houston.second(["east"]);
  expect(asked.length).toBeGreaterThan(roundAsks);
  const { assignment, locations } = houston.controller.table()!;
  const west = locations.indexOf("west");
  const given = Object.entries(assignment["public"]!).filter(
    ([zone, runs]) => zone !== "zone-west" && runs.some(([location]) => location === west),
  );
  expect(given).toEqual([]);
  const lines = (await recorded(store)).flatMap((line) => (line.kind === "event" ? [line.event.event] : []));
  expect(lines).toContain("conditions");
  const replayed = (await events(store)).reduce((state, event) => control(state, event).state, initialControl());
  expect(JSON.stringify(replayed)).toBe(JSON.stringify(houston.controller.state()));
  await houston.controller.stop();
});

const holds = async (): Promise<ConditionFinding> => ({ kind: "holds" });

test("a location's node answers what is asked of nodes, and nothing that Houston asks itself", async () => {
  const houston = await madeHouston({
    clock: madeClock(STARTS_AT),
    store: memoryStore(),
    servers: madeServers(),
    conditions: {
      known: [
        { name: "tls", kind: "tls", doubt: "bars", doubtAfterSeconds: 120, askedBy: "houston" },
        { name: "payments", kind: "third-party", doubt: "bars", doubtAfterSeconds: 120, askedBy: "location" },
      ],
      drivers: [{ name: "tls", locations: ["east", "west"], everyMs: 60_000, withinMs: 500, ask: holds }],
    },
  });
  await houston.second();
  houston.say("east", {
    summaries: [],
    conditions: ["tls", "payments"].map((condition) => ({
      condition,
      location: "east",
      kind: "fails",
      failures: [{ says: "it says so itself" }],
    })),
  });
  for (let second = 0; second < 2; second += 1) await houston.second();
  expect(houston.controller.view().bars.map(({ condition, location }) => `${condition} ${location}`)).toEqual([
    "payments east",
  ]);
  await houston.controller.stop();
});
