import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Suspect } from "../../src/core/suspects.ts";
import type { Verdict } from "../../src/core/verdict.ts";
import type { Reading } from "../../src/core/reading.ts";
import { madeWorld, NAMES, passSecond, SERVICES, type Ailment, type MadeService, type World } from "./judge-world.ts";

/**
 * Stories of the judge: comment, command, `----`, what it then says. `REWRITE=1` writes what is said now into the
 * file; read it before committing.
 *
 *   world [N locations] [N rps] [seed N]     fifteen, or the first N, places with a shop in each; a calm minute passes
 *   ails PLACE SERVICE fails 2% slower 1.5x [over 60s] [for 2s]   from now on, growing over that time; PLACE may be *
 *   rps PLACE 40                             so many requests a second come to it from now on
 *   well                                     everything that ails is mended, and the dead return
 *   stalls 3x                                the machine under all places slows them alike
 *   probes FROM -> TO refused|timeout|error|status what probes get; either may be *
 *   dies PLACE                               its node falls silent, and nothing answers there
 *   deploys VERSION PLACE                    a new version of cart; PLACE may be *
 *   load PLACE entered 300 shed 90 served 200
 *   suspects PLACE public 7 60% 9 nats       a bucket that holds so much of the trouble there, this sure
 *   moved FROM TO                            chunks go, now
 *   lies PLACE SERVICE negative|nan|impossible|1000x   its exporter does: below zero, no numbers, more good than all, latencies times so much
 *   clock PLACE SERVICE 3600s                its readings are stamped so far ahead; -3600s: behind
 *   restarts PLACE SERVICE                   its process begins anew, and its counters from zero
 *   users PLACE NETWORK fails 60%            ten beacons a second of users of a network from now on, so many of requests that failed
 *   silent PLACE SERVICE                     its counters do not come through; * is all of them
 *   run 20s                                  time passes: a line for each change of verdict, cause, scope or action
 *   why PLACE                                its evidence in words, what would have been enough, and what would change the verdict
 */
const FOLDER = join(import.meta.dirname, "../../scenarios/judge");

describe("judge", () => {
  for (const file of readdirSync(FOLDER)
    .filter((name) => name.endsWith(".story"))
    .sort((a, b) => (a < b ? -1 : 1))) {
    test(file.replace(".story", ""), { timeout: 120_000 }, () => {
      const path = join(FOLDER, file);
      const written = readFileSync(path, "utf8");
      const told = tell(written);
      if (process.env["REWRITE"] === "1") writeFileSync(path, told);
      else expect(told).toBe(written);
    });
  }
});

/** Plays a story, and gives it back with what is said now. */
function tell(story: string): string {
  const parts: string[] = [];
  let scene: Scene | null = null;
  // A command ends at ----; what follows, up to an empty line, is what was said.
  for (const block of story.trimEnd().split(/\n\n+/)) {
    const lines = block.split("\n");
    const rule = lines.indexOf("----");
    const commands = rule === -1 ? lines : lines.slice(0, rule);
    const said: string[] = [];
    for (const line of commands) {
      if (line.startsWith("#") || line.trim() === "") continue;
      if (line.startsWith("world")) {
        scene = newScene(line);
        continue;
      }
      if (scene === null) throw new Error("a story begins with a world");
      said.push(...act(scene, line));
    }
    const comment = commands.every((line) => line.startsWith("#"));
    parts.push(
      comment ? commands.join("\n") : [...commands, "----", ...(said.length === 0 ? ["ok"] : said)].join("\n"),
    );
  }
  return `${parts.join("\n\n")}\n`;
}

type Scene = {
  readonly world: World;
  ails: {
    place: string;
    service: MadeService;
    fails: number;
    slower: number;
    from: number;
    over: number;
    until: number;
  }[];
  probes: { from: string; to: string; answer: "refused" | "timeout" | "error" | "status" }[];
  versions: Map<string, string>;
  loads: Map<string, { enteredRps: number; shedRps: number; servedRps: number; readyRps: number; utilisation: number }>;
  suspects: Map<string, readonly Suspect[]>;
  told: { place: string; service: string; how: (reading: Reading) => Reading[] }[];
  restarted: { place: string; service: string }[];
  /** By network, how many requests fail of those that its users tell of. */
  beacons: Map<string, Map<string, number>>;
  /** When the story began to be told. */
  zero: number;
  last: Map<string, Verdict>;
};

function newScene(line: string): Scene {
  const count = Number(/(\d+) locations/.exec(line)?.[1] ?? NAMES.length);
  const rps = Number(/(\d+) rps/.exec(line)?.[1] ?? 60);
  const seed = Number(/seed (\d+)/.exec(line)?.[1] ?? 1);
  const world = madeWorld({ seed, rps, names: NAMES.slice(0, count) });
  const scene: Scene = {
    world,
    ails: [],
    probes: [],
    versions: new Map(),
    loads: new Map(),
    suspects: new Map(),
    told: [],
    restarted: [],
    beacons: new Map(),
    zero: 0,
    last: new Map(),
  };
  world.ails = (place, service, second) => ailmentOf(scene, place, service, second);
  world.answers = (from, to) =>
    scene.probes.find((each) => matches(each.from, from) && matches(each.to, to))?.answer ?? "ok";
  world.deploys = (place) => scene.versions.get(place) ?? "v3";
  world.load = (place) => scene.loads.get(place) ?? {};
  world.tells = (place, readings) => toldOf(scene, place, readings);
  world.suspects = (place) => scene.suspects.get(place) ?? [];
  for (let second = 0; second < CALM_SECONDS; second++)
    for (const verdict of passSecond(world)) scene.last.set(verdict.location, verdict);
  scene.zero = world.second;
  return scene;
}

function act(scene: Scene, line: string): string[] {
  const { world } = scene;
  const [command = "", ...words] = line.trim().split(/\s+/);
  const [first = "", second = "", third = ""] = words;
  switch (command) {
    case "ails": {
      if (!(second in SERVICES)) throw new Error(`no service ${second}`);
      const fails = Number(/fails ([\d.]+)%/.exec(line)?.[1] ?? 0) / 100;
      const slower = Number(/slower ([\d.]+)x/.exec(line)?.[1] ?? 1);
      scene.ails.push({
        place: first,
        service: second as MadeService,
        fails,
        slower,
        from: world.second,
        over: Number(/over (\d+)s/.exec(line)?.[1] ?? 0),
        until: world.second + Number(/for (\d+)s/.exec(line)?.[1] ?? Number.POSITIVE_INFINITY),
      });
      return [];
    }
    case "rps":
      world.rps.set(first, Number(second));
      return [];
    case "well":
      scene.ails = [];
      scene.probes = [];
      scene.told = [];
      world.dead.clear();
      return [];
    case "lies":
      scene.told.push({ place: first, service: second, how: (reading) => [lie(reading, third)] });
      return [];
    case "clock":
      scene.told.push({
        place: first,
        service: second,
        how: (reading) => [{ ...reading, at: reading.at + Number.parseInt(third, 10) * 1000 }],
      });
      return [];
    case "users": {
      const fails = Number(/fails ([\d.]+)%/.exec(line)?.[1] ?? 0) / 100;
      scene.beacons.set(first, new Map(scene.beacons.get(first)).set(second, fails));
      return [];
    }
    case "silent":
      scene.told.push({ place: first, service: second, how: () => [] });
      return [];
    case "restarts":
      scene.restarted.push({ place: first, service: second });
      return [];
    case "stalls":
      world.everySlower = () => Number.parseFloat(first);
      return [];
    case "probes":
      scene.probes.push({ from: first, to: third, answer: (words[3] ?? "refused") as "refused" });
      return [];
    case "dies":
      world.dead.add(first);
      scene.probes.push({ from: "*", to: first, answer: "refused" });
      return [];
    case "deploys":
      for (const name of world.judges.keys()) if (matches(second, name)) scene.versions.set(name, first);
      return [];
    case "load": {
      const number = (name: string): number => Number(new RegExp(`${name} (\\d+)`).exec(line)?.[1] ?? 0);
      scene.loads.set(first, {
        enteredRps: number("entered"),
        shedRps: number("shed"),
        servedRps: number("served"),
        readyRps: 200,
        utilisation: number("served") / 200,
      });
      return [];
    }
    case "suspects":
      scene.suspects.set(first, [
        {
          class: second,
          bucket: Number(third),
          share: Number.parseFloat(words[3] ?? "0") / 100,
          nats: Number(words[4]),
        },
      ]);
      return [];
    case "moved":
      // As control tells it: with what was wrong at the sender when the chunks left.
      world.moved.push({
        from: first,
        to: second,
        at: world.summaries.get(first)?.at ?? 0,
        ...troubleAt(scene, first),
      });
      return [];
    case "run":
      return run(scene, Number.parseInt(first, 10));
    case "why":
      return whyWords(scene.last.get(first));
    default:
      throw new Error(`no command ${command}`);
  }
}

function whyWords(verdict: Verdict | undefined): string[] {
  if (verdict === undefined) return [];
  return [
    ...verdict.because.map((each) => `${each.service} ${each.signal}: ${each.says}`),
    ...(verdict.sufficient === undefined ? [] : [verdict.sufficient.says]),
    ...(verdict.wouldChange ?? []).map(({ to, says }) => `to ${to}: ${says}`),
  ];
}

function troubleAt(scene: Scene, place: string) {
  const own = scene.world.summaries.get(place)?.own;
  return own === undefined ? {} : { causes: own.causes, suspects: own.suspects };
}

function run(scene: Scene, seconds: number): string[] {
  const said: string[] = [];
  for (let i = 0; i < seconds; i++) {
    const alike = new Map<string, string[]>();
    for (const verdict of passSecond(scene.world)) {
      const before = scene.last.get(verdict.location);
      scene.last.set(verdict.location, verdict);
      if (keyOf(before) === keyOf(verdict)) continue;
      const cause =
        verdict.causes[0] === undefined || verdict.verdict === "healthy" ? "" : `   cause: ${verdict.causes[0].name}`;
      const says = `${before?.verdict ?? "healthy"} -> ${verdict.verdict}   ${verdict.scope}, ${verdict.action}${cause}`;
      alike.set(says, [...(alike.get(says) ?? []), `${verdict.location} ${verdict.evidenceNats.toPrecision(3)}`]);
    }
    for (const [says, places] of alike) {
      const [one = ""] = places;
      const [name = "", nats = ""] = one.split(" ");
      const who = places.length === 1 ? `${name}: ` : `${places.length} locations: `;
      said.push(
        `${scene.world.second - scene.zero}s`.padEnd(5) + who + says + (places.length === 1 ? `   ${nats} nats` : ""),
      );
    }
  }
  return said.length === 0 ? ["nothing changes"] : said;
}

/** What a story tells of; the scope of the well is nobody's business. */
function keyOf(verdict: Verdict | undefined): string {
  if (verdict === undefined) return "healthy";
  if (verdict.verdict === "healthy" && (verdict.scope === "location" || verdict.scope === "unknown")) return "healthy";
  return [
    verdict.verdict,
    verdict.scope,
    verdict.action,
    verdict.verdict === "healthy" ? "" : verdict.causes[0]?.name,
  ].join(" ");
}

function toldOf(scene: Scene, place: string, readings: readonly Reading[]): Reading[] | null {
  if (scene.told.some((each) => each.place === place && each.service === "*")) return null;
  const told = readings.flatMap((reading) => {
    const service = "service" in reading ? reading.service : "";
    const how = scene.told.find((each) => each.place === place && each.service === service)?.how;
    return how === undefined ? [reading] : how(reading);
  });
  const at = readings[0]?.at ?? 0;
  // As the reader of its page notes it (steady-counters.ts).
  for (const { service } of scene.restarted.filter((each) => each.place === place))
    told.push({ at, location: place, service, signal: "set-aside", kind: "reset", count: 1 });
  for (const [network, fails] of scene.beacons.get(place) ?? []) {
    const vantage = `users:${network}`;
    const good = BEACONS - Math.round(BEACONS * fails);
    told.push({
      at,
      location: place,
      service: "edge",
      signal: "requests",
      good,
      total: BEACONS,
      overMs: 1000,
      vantage,
    });
  }
  scene.restarted = scene.restarted.filter((each) => each.place !== place);
  return told;
}

function lie(reading: Reading, how: string): Reading {
  if (reading.signal === "latency_hist") {
    if (how === "nan") return { ...reading, counts: reading.counts.map(() => Number.NaN) };
    if (how === "negative") return { ...reading, counts: reading.counts.map((count) => -count) };
    if (how === "impossible") return { ...reading, counts: [] };
    return { ...reading, bounds: reading.bounds.map((bound) => bound * Number.parseFloat(how)) };
  }
  if (reading.signal !== "requests") return reading;
  if (how === "nan") return { ...reading, good: Number.NaN };
  if (how === "negative") return { ...reading, good: -reading.good };
  return how === "impossible" ? { ...reading, good: reading.total * 2 } : reading;
}

function ailmentOf(scene: Scene, place: string, service: MadeService, second: number): Ailment {
  let [fails, slower] = [0, 1];
  for (const each of scene.ails) {
    if (!matches(each.place, place) || each.service !== service || second > each.until) continue;
    const grown = each.over === 0 ? 1 : Math.min(1, (second - each.from) / each.over);
    fails = Math.max(fails, each.fails * grown);
    slower = Math.max(slower, 1 + (each.slower - 1) * grown);
  }
  return { fails, slower };
}

const matches = (pattern: string, name: string): boolean => pattern === "*" || pattern === name;

const BEACONS = 10;
const CALM_SECONDS = 70;
