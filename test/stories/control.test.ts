import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { forbiddenHoursOf, forbiddenHoursShape } from "../../src/config/forbidden-hours.ts";
import { byHandWords, pinLine } from "../../src/core/control/by-hand-words.ts";
import { boundWords } from "../../src/core/control/bound-words.ts";
import { firstLine } from "../../src/core/control/first-line.ts";
import type { Condition, ConditionFinding, ConditionKind } from "../../src/core/conditions.ts";
import type { FaultKind, ForbiddenHours, Mode, ModeRule, Unanswered } from "../../src/core/estate.ts";
import { barWords } from "../../src/core/control/conditions.ts";
import type { Order } from "../../src/core/order.ts";
import type { RouteTable } from "../../src/core/route/table.ts";
import {
  makeWorld,
  movesBetween,
  WELL,
  type Health,
  type Made,
  type MadeLocation,
  type MadeZone,
} from "./control-world.ts";

/**
 * Runs scenarios/control/*.story: a comment, a command, `----`, and what control then did and said. REWRITE=1
 * writes what it says now; nobody commits that unread.
 */
/** Minutes of ticks are seconds of work when other work goes on beside it. */
const SLOW_MACHINE_MS = 60_000;
const FOLDER = join(import.meta.dirname, "../../scenarios/control");

for (const file of readdirSync(FOLDER)
  .filter((name) => name.endsWith(".story"))
  .sort()) {
  test(
    `story: ${file}`,
    () => {
      const path = join(FOLDER, file);
      const written = readFileSync(path, "utf8");
      const told = tell(written);
      if (process.env["REWRITE"] === "1") writeFileSync(path, told);
      else expect(told).toBe(written);
    },
    SLOW_MACHINE_MS,
  );
}

/** The story with each answer replaced by what is answered now. */
function tell(story: string): string {
  const teller: Teller = { made: null, table: null };
  return `${story
    .trim()
    .split(/\n\n+/)
    .map((block) => {
      const lines = block.split("\n");
      const end = lines.indexOf("----");
      const asked = end < 0 ? lines : lines.slice(0, end);
      const commands = asked.filter((line) => !line.startsWith("#"));
      if (commands.length === 0) return asked.join("\n");
      return [...asked, "----", ...answer(teller, commands)].join("\n");
    })
    .join("\n\n")}\n`;
}

type Teller = { made: Made | null; table: RouteTable | null };

/** One block: commands in order; lines that are indented belong to `world`. */
function answer(teller: Teller, commands: readonly string[]): readonly string[] {
  const [first] = commands;
  if (first!.startsWith("world")) {
    const [zones, locations] = [commands.slice(1).filter(isZone), commands.slice(1).filter((line) => !isZone(line))];
    teller.made = makeWorld(locations.map(madeLocation), settingsOf(first!.split(/\s+/).slice(1)), zones.map(madeZone));
    teller.table = null;
    const { held } = options(first!.split(/\s+/));
    if (held !== undefined) teller.made.holds(Number(held));
    teller.made.run(3);
    return saidSince(teller);
  }
  const made = teller.made!;
  const answers: string[] = [];
  for (const command of commands) {
    const words = command.trim().split(/\s+/);
    const special = obey(made, words);
    answers.push(...saidSince(teller), ...special);
  }
  return answers.length > 0 ? answers : ["nothing"];
}

const isZone = (line: string): boolean => line.trim().startsWith("users of ");

/** `users of lyon, 200 rps, at 6`: away from any location. */
function madeZone(line: string): MadeZone {
  const found = /^\s+users of (\S+), (\d+) rps, at (\d+)$/.exec(line);
  if (found === null) throw new Error(`not a zone: ${line}`);
  return { name: found[1]!, demandRps: Number(found[2]), position: Number(found[3]) };
}

/**
 * `us-east-1 900 rps, ready 1200, up to 2000, at 0`, `, of google` where there is more than one provider, `, limit licences 800`, and `, later`:
 * until it joins nobody has heard of it.
 */
function madeLocation(line: string): MadeLocation {
  const found =
    /^\s+(\S+)\s+(\d+) rps, ready (\d+), up to (\d+), at (\d+)(?:, of (\S+))?(?:, limit (.+) (\d+))?(, later)?$/.exec(
      line,
    );
  if (found === null) throw new Error(`not a location: ${line}`);
  const [, name, demand, ready, capacity, position, provider, limit, limitRps, later] = found;
  return {
    name: name!,
    demandRps: Number(demand),
    readyRps: Number(ready),
    capacityRps: Number(capacity),
    position: Number(position),
    ...(provider !== undefined && { provider }),
    ...(limit !== undefined && { limits: [{ name: limit, rps: Number(limitRps) }] }),
    ...(later !== undefined && { isLater: true }),
  };
}

function settingsOf(words: readonly string[]): Parameters<typeof makeWorld>[1] {
  const settings = options(words);
  return {
    ...(settings["mode"] !== undefined && { mode: settings["mode"] as Mode }),
    ...(settings["restore"] !== undefined && { restore: settings["restore"] as "auto" | "person" }),
    ...(settings["headroom"] !== undefined && { headroom: settings["headroom"] as "location" | "provider" }),
    ...(settings["unproven-share"] !== undefined && { unprovenShare: Number(settings["unproven-share"]) }),
    ...(settings["prepare"] !== undefined && {
      prepare: { maxAddedCostShare: Number(settings["prepare"]), ttlSeconds: Number(settings["short-ttl"] ?? 2) },
    }),
    ...(settings["slow-start"] !== undefined && { slowStartSeconds: Number(settings["slow-start"]) }),
    ...(settings["conditions"] !== undefined && { conditions: settings["conditions"].split(",").map(madeCondition) }),
    guards: {
      maxShareMovedPerMinute: Number(settings["share-per-minute"] ?? 0.3),
      minLocationsServing: 2,
      maxUtilisation: 0.85,
      peopleOnly: [],
      ...(settings["forbidden"] !== undefined && { forbidden: [madeHours(settings["forbidden"])] }),
    },
    ...(settings["rules"] !== undefined && { modeRules: settings["rules"].split("+").map(madeRule) }),
    ...(settings["unanswered"] !== undefined && { unanswered: madeUnanswered(settings["unanswered"]) }),
  };
}

/** `act/public/hard-down/0.3`; a dash stands for all of them. */
function madeRule(text: string): ModeRule {
  const [mode, className, fault, share] = text.split("/").map((each) => (each === "-" ? undefined : each));
  return {
    mode: mode as Mode,
    ...(className !== undefined && { classes: [className] }),
    ...(fault !== undefined && { faults: [fault as FaultKind] }),
    ...(share !== undefined && { maxShare: Number(share) }),
  };
}

/** `approve/60` */
function madeUnanswered(text: string): Unanswered {
  const [answer, seconds] = text.split("/");
  return { answer: answer as Unanswered["answer"], afterSeconds: Number(seconds) };
}

/** `22:13-22:15/stay`: every day, for all classes. A story begins at 22:13:20. */
function madeHours(text: string): ForbiddenHours {
  const [hours, losses] = text.split("/");
  return forbiddenHoursOf(forbiddenHoursShape.parse({ hours, losses }));
}

/** `tls`, `replica-lag:editor` for one class, or `tls@a+b` at two places: in doubt after half a minute, and then it bars. */
function madeCondition(text: string): Condition {
  const [what, places] = text.split("@") as [string, string?];
  const [kind, className] = what.split(":") as [ConditionKind, string?];
  return {
    name: kind,
    kind,
    doubt: "bars",
    doubtAfterSeconds: 30,
    askedBy: "houston",
    ...(className !== undefined && { classes: [className] }),
    ...(places !== undefined && { locations: places.split("+") }),
  };
}

const options = (words: readonly string[]): Record<string, string> =>
  Object.fromEntries(words.filter((word) => word.includes("=")).map((word) => word.split("=") as [string, string]));

function obey(made: Made, words: readonly string[]): readonly string[] {
  const [verb, name, ...rest] = words;
  switch (verb ?? "") {
    case "tick":
      made.run(Number(name));
      return [];
    case "says":
      if (rest[0] === "healthy" && rest.length === 1) made.health.delete(name!);
      else made.health.set(name!, healthOf(rest));
      return [];
    case "all-say":
      for (const location of made.estate.locations) made.health.set(location.name, healthOf([name!, ...rest]));
      return [];
    case "poison": {
      // Whoever serves most of this bucket of public sickens.
      const bucket = Number(name);
      made.ill.sickAt = (table, location) => {
        if (!serves(made, table, location, bucket)) return null;
        const health = healthOf(rest);
        const named = options(rest)["named-by"] === location;
        return named ? { ...health, suspects: [{ class: "public", bucket, share: 0.8, nats: SURE_NATS }] } : health;
      };
      return [];
    }
    case "held":
      // Servers answer from this version of a table that nobody here made.
      made.holds(Number(name));
      return [];
    case "joins":
      made.joins(name!);
      return [];
    case "forbids":
      // forbids lyon us-east-2: by law, from now on
      made.forbids(name!, rest[0]!);
      return [];
    case "lost":
      made.lost.add(name!);
      return [];
    case "found":
      made.lost.delete(name!);
      return [];
    case "silent":
      for (const each of [name!, ...rest]) made.unheard.add(each);
      return [];
    case "heard":
      for (const each of [name!, ...rest]) made.unheard.delete(each);
      return [];
    case "path":
      // path lyon eu-west-1 60%
      made.path(name!, rest[0]!, Number(rest[1]!.replace("%", "")) / 100);
      return [];
    case "served": {
      const served = made.servedOf(name!);
      return [...served.keys()].sort().map((place) => `  ${name} at ${place} ${Math.round(served.get(place)!)} rps`);
    }
    case "no-growth":
      for (const each of [name!, ...rest]) made.noGrowth.add(each);
      return [];
    case "stuck":
      for (const each of [name!, ...rest]) made.stuck.add(each);
      return [];
    case "lies":
      // Of what it says it has grown only so much is there.
      made.honesty.set(name!, Number(rest[0]));
      return [];
    case "scatter":
      // Its next counts are, by chance, so many times what it serves.
      made.scatter.set(name!, Number(rest[0]));
      return [];
    case "retries":
      // Users who are refused there ask again: so many times what they want comes.
      made.retries.set(name!, Number(rest[0]));
      return [];
    case "demand":
      made.ill.factor = Number(name);
      return [];
    case "forecast":
      made.forecast(Number(name), Number(rest[0]));
      return [];
    case "proven": {
      made.proven(
        words
          .slice(1)
          .map((each) => each.split("=") as [string, string])
          .map(([at, rps]) => [at, Number(rps)]),
      );
      return [];
    }
    case "condition":
      for (const location of rest[0] === "everywhere" ? made.estate.locations.map((each) => each.name) : [rest[0]!])
        made.findings.set(`${name!} ${location}`, findingOf(rest.slice(1)));
      return [];
    case "flood":
      made.floods.set(name!, Number(rest[0]));
      return [];
    case "meter":
      // Its edge tells so many times what comes in.
      made.meters.set(name!, Number(rest[0]));
      return [];
    case "ready":
      // What it has ready is so much from now on, whoever did it.
      made.shrinks(name!, Number(rest[0]));
      return [];
    case "servers":
      // `take`, `refuse CODE WHY`, or the code with which they don't take it now.
      made.ill.servers =
        name === "take"
          ? null
          : name === "refuse"
            ? { kind: "refused", code: rest[0]!, says: rest.slice(1).join(" ") }
            : { kind: "retry", code: name! };
      return [];
    case "order":
      made.order(name!, orderOf(rest));
      return [];
    case "loads": {
      const loads = made.loads();
      return made.estate.locations.map(
        (location) =>
          `  ${location.name} ${Math.round(loads.get(location.name)!)} rps of ${readyWords(made, location.name)}`,
      );
    }
    case "status": {
      const view = made.view();
      const states = view.locations.map(
        (each) =>
          `  ${each.name} ${each.state}${each.movedShare > 0.001 ? `, ${Math.round(each.movedShare * 100)} % elsewhere` : ""}`,
      );
      const flags = [
        view.hold === null ? "" : `held by ${view.hold.by}`,
        view.stopped === null ? "" : "stopped",
        view.blind ? "blind" : "",
        view.questions.length > 0 ? `${view.questions.length} open` : "",
      ].filter((flag) => flag !== "");
      const clock = (at: number): string => `${(at - made.start) / 1000}s`;
      const byHand = [
        ...view.locations.flatMap((place) => byHandWords(view, place, clock)),
        ...(view.pins ?? []).map((pin) => pinLine(pin, clock)),
      ].map((line) => `  ${line}`);
      return [...states, ...byHand, ...(flags.length > 0 ? [`  ${flags.join(", ")}`] : [])];
    }
    case "room":
      return made.view().locations.map(({ name: at, readyRps, bound }) => {
        const says =
          bound &&
          boundWords({ readyRps, ...bound }, { now: made.at(), when: (then) => `${(then - made.start) / 1000}s` });
        return `  ${at} ${says ?? `ready ${Math.round(readyRps)} rps`}`;
      });
    case "first-line": {
      const { text, more } = firstLine(made.view());
      return [`  ${text}${more > 0 ? ` And ${more} more.` : ""}`];
    }
    case "incidents":
      return made.view().incidents.flatMap((each) => [
        `  ${each.number}${each.closedAt === null ? "" : " (closed)"}  ${each.brief}`,
        ...(
          [
            ["What", each.what],
            ["Users", each.users],
            ["Why", each.why],
            ["Certain", each.certain],
            ["Doing", each.doing],
            ["Not doing", each.notDoing],
            ["You need to", each.youNeedTo],
          ] as const
        ).map(([part, says]) => `     ${part}: ${says}`),
      ]);
    case "contingency": {
      const rows = made.state().table!.contingency[name!]?.["public"] ?? {};
      const names = made.estate.locations.map((each) => each.name);
      return Object.keys(rows)
        .sort()
        .map((zone) => `  ${zone}: ${rows[zone]!.map(([index, count]) => `${names[index]!} ${count}`).join(", ")}`);
    }
    case "bars": {
      const { bars, liftedConditions } = made.view();
      const lines = [
        ...bars.map((bar) => `  ${bar.location}: ${barWords(bar)}`),
        ...liftedConditions.map(({ condition, says }) => `  ${condition} bars nobody: ${says}`),
      ];
      return lines.length > 0 ? lines : ["  none"];
    }
    case "contingencies":
      return [
        `  ${Object.keys(made.state().table!.contingency).sort().join(", ") || "none"}`,
        ...Object.entries(made.state().table!.providerContingency ?? {}).map(
          ([provider, { locations }]) => `  all of ${provider}: ${locations.join(", ")}`,
        ),
      ];
    case "restart":
      return [
        JSON.stringify(made.replayed()) === JSON.stringify(made.state())
          ? "  the replayed state is the same, byte for byte"
          : "  the replayed state DIFFERS",
      ];
    default:
      throw new Error(`unknown command: ${words.join(" ")}`);
  }
}

/** `holds`, `holds behind=4`, `fails bucket=7 the words`, `unknown the words`, `silent`. */
function findingOf(words: readonly string[]): ConditionFinding | "silent" {
  const [kind, ...rest] = words;
  const given = options(rest);
  const says = rest.filter((word) => !word.includes("=")).join(" ");
  const behind = given["behind"] === undefined ? {} : { behindSeconds: Number(given["behind"]) };
  if (kind === "silent") return "silent";
  if (kind === "holds") return { kind, ...behind };
  if (kind === "unknown") return { kind, says };
  const bucket = given["bucket"] === undefined ? {} : { bucket: Number(given["bucket"]) };
  return { kind: "fails", failures: [{ says, ...bucket }], ...behind };
}

function readyWords(made: Made, name: string): string {
  const [says, takes] = [Math.round(made.ready.get(name)!), Math.round(made.realRps(name))];
  return says === takes ? `${says} ready` : `${says} said to be ready, ${takes} really`;
}

function healthOf(words: readonly string[]): Health {
  const [verdict, nats, cause] = words;
  const given = options(words);
  const suspect = given["suspect"];
  return {
    ...WELL,
    verdict: verdict as Health["verdict"],
    nats: Number(nats ?? 0),
    aloneNats: Number(given["alone"] ?? nats ?? 0),
    cause: cause === undefined || cause.includes("=") ? "unknown" : cause,
    hurt: verdict === "healthy" ? 0 : Number(given["hurt"] ?? 0.02),
    queueMs: Number(given["queue"] ?? WELL.queueMs),
    failedRatio: Number(given["failed"] ?? WELL.failedRatio),
    shedRps: Number(given["shed"] ?? 0),
    deploy: given["deploy"] ?? null,
    cutOff: given["cutoff"] === "yes",
    habit: given["habit"] === undefined ? null : Number(given["habit"]),
    suspects: suspect === undefined ? [] : suspectsOf(suspect),
  };
}

/** `7,9:5.5`: buckets of public, each surely suspect or with so many nats. */
function suspectsOf(text: string): Health["suspects"] {
  return text.split(",").map((each) => {
    const [bucket, nats = SURE_NATS] = each.split(":").map(Number);
    return { class: "public", bucket: bucket!, share: 0.8, nats };
  });
}

const SURE_NATS = 20;

function orderOf(words: readonly string[]): Order {
  const kind = words[0] as Order["kind"];
  const what = words[1];
  const given = options(words);
  const lasting = given["for"] === undefined ? {} : { forSeconds: Number(given["for"]) };
  switch (kind) {
    case "evacuate":
      return {
        kind,
        location: what!,
        ...(given["class"] !== undefined && { class: given["class"] }),
        ...(given["share"] !== undefined && { share: Number(given["share"]) }),
        ...lasting,
      };
    case "restore":
      return { kind, location: what! };
    case "hold":
    case "release": {
      const location = what?.includes("=") === true ? undefined : what;
      return { kind, ...(location !== undefined && { location }), ...lasting };
    }
    case "mode":
      return { kind, mode: what as Mode, ...lasting };
    case "force": {
      const why = words.slice(3).filter((word) => !word.includes("="));
      return {
        kind,
        location: what!,
        to: words[2] as "up" | "down" | "auto",
        ...lasting,
        ...(why.length > 0 && { why: why.join(" ") }),
      };
    }
    case "weight":
      return {
        kind,
        location: what!,
        share: Number(words[2]),
        ...(given["class"] !== undefined && { class: given["class"] }),
        ...lasting,
      };
    case "pin":
    case "unpin": {
      const pinned = {
        what: what as "zone" | "tenant",
        name: words[2]!,
        ...(given["class"] !== undefined && { class: given["class"] }),
      };
      return kind === "unpin" ? { kind, ...pinned } : { kind, ...pinned, location: words[3]!, ...lasting };
    }
    case "answer":
      return { kind, question: what!, choice: Number(words[2]) };
  }
}

function serves(made: Made, table: RouteTable, location: string, bucket: number): boolean {
  if (table.apart.some((each) => each.class === "public" && each.bucket === bucket))
    return table.apart.some((each) => each.bucket === bucket && each.location === location);
  const index = table.locations.indexOf(location);
  const row = table.assignment["public"]![`at-${made.estate.locations[0]!.name}`]!;
  let next = 0;
  for (const [to, count] of row) {
    next += count;
    if (bucket < next) return to === index;
  }
  return false;
}

/** Reasons that are said in words anyway, or with every step. */
const SAID_ANYWAY = new Set([
  "verdict",
  "configured",
  "home",
  "evacuate",
  "evacuate-lost",
  "lost",
  "found",
  "out",
  "restore",
  "restored",
  "step",
  "step-back",
  "receivers-well",
  "back-well",
  "grow",
  "rolled-back",
  "stopped",
  "asked",
  "blind",
  "sighted",
  "answered",
  "spill",
  "growth-refused",
  "growth-late",
  "canary",
  "nothing-moves",
  "back-failed",
  "would",
  "stop-cleared",
  "contingencies-renewed",
  "floor-let-go",
  "floor-kept",
  "condition-bars",
  "condition-opens",
  "condition-lifted",
  "force",
  "weight",
  "pin",
  "unpin",
]);

function saidSince(teller: Teller): readonly string[] {
  const lines: string[] = [];
  for (const { effects, reasons, at } of teller.made!.heard()) {
    const when = `${(at / 1000).toFixed(2)}s`.padEnd(8);
    for (const effect of effects) {
      switch (effect.kind) {
        case "say":
          lines.push(`${when}${effect.words.level === "urgent" ? "! " : ""}${effect.words.what}`);
          if (effect.words.level !== "info")
            for (const part of [effect.words.notDoing, effect.words.youNeedTo])
              if (part !== undefined && part !== "do nothing") lines.push(`${" ".repeat(8)}. ${part}`);
          if (effect.words.question !== undefined) lines.push(`${" ".repeat(8)}? ${effect.words.question.id}`);
          break;
        case "publish": {
          const again = teller.table?.version === effect.table.version;
          const moves = movesBetween(teller.made!, teller.table, effect.table);
          const apart = effect.table.apart.map(
            (each) =>
              `${each.class} bucket ${each.bucket} ${each.location === null ? "shed" : `kept at ${each.location}`}`,
          );
          lines.push(
            `${when}table ${effect.table.version}${again ? " again" : ""}: ${[...moves, ...apart].join("; ") || "same places"}`,
          );
          teller.table = effect.table;
          break;
        }
        case "scale":
          lines.push(`${when}scale ${effect.location} to ${effect.targetRps}`);
          break;
        case "ask":
          lines.push(`${when}asks ${effect.locations.join(", ")}`);
          break;
        case "notice":
          lines.push(
            `${when}notice: ${effect.notice.location} is lost, seen by ${effect.notice.seenBy.length}, table ${effect.notice.tableVersion}`,
          );
          break;
      }
    }
    for (const { code, says } of reasons)
      if (
        !SAID_ANYWAY.has(code) &&
        !effects.some((effect) => effect.kind === "say" && effect.words.what.includes(says))
      )
        lines.push(`${when}[${code}] ${says}`);
  }
  return lines;
}
