import { beforeAll, expect, test, vi } from "vitest";
import type { ControlView } from "../../core/control-contract.ts";
import { partsOf, textOf, widthOf, type Line } from "../colour.ts";
import type { Effect, EffectAt } from "../../api/effect.ts";
import type { Status } from "../../api/status.ts";
import { NO_REQUESTS, type RequestCounts } from "../../core/requests.ts";
import * as made from "../made-views.testing.ts";
import { headline, statusLines, type Picture } from "./status-lines.ts";

beforeAll(() => void vi.stubEnv("TZ", "UTC"));

const pictureOf = (view: ControlView, now = view.at): Picture => ({
  status: made.statusFor(view),
  view,
  now,
  api: "http://127.20.0.70:7070",
});
const plain = (line: Line): string => partsOf(line).map(textOf).join("");
const shown = (view: ControlView, width = 110): string[] => statusLines(pictureOf(view), { width }).map(plain);
const tonesOf = (view: ControlView): string =>
  statusLines(pictureOf(view), { width: 110 })
    .flatMap((line) => partsOf(line).flatMap((part) => (typeof part === "string" ? [] : [`${part.tone} ${part.text}`])))
    .join("\n");

test("a calm night: the first line says that nothing is wrong and nobody need act", () => {
  expect(shown(made.calm).slice(0, 5)).toEqual([
    "All 9 locations serve and are healthy. You need to do nothing.",
    "900 rps, ready for 1440. Mode act, table 12, led by houston. 03:12:41, http://127.20.0.70:7070",
    "",
    "location              state    verdict  rps              full  failed  ready  can grow to",
    "ap-northeast-1        serving  healthy  100  ██████░░░░  63 %  0.02 %    160          400",
  ]);
});

test("requests on their way have a line when there is anything to tell; who waits for a person is told where to look", () => {
  const { status, ...picture } = pictureOf(made.calm);
  const [first, ...others] = status.locations.map((place) => ({ ...place, requests: NO_REQUESTS }));
  const linesWith = (counts: Partial<RequestCounts>) => {
    const requests = { ...NO_REQUESTS, ...counts };
    const locations = [{ ...first!, requests }, ...others];
    const told = { ...picture, status: { ...status, locations, requests: { ...requests, silent: [] } } };
    return statusLines(told, { width: 200 }).map(plain);
  };
  expect(linesWith({}).some((line) => line.startsWith("Requests"))).toBe(false);
  expect(linesWith({ inFlight: 3 })[2]).toBe("Requests: 3 in flight.");
  expect(linesWith({ parked: 2, inDoubt: 1 }).slice(2, 4)).toEqual([
    `Requests: 2 parked (${first!.name} 2), 1 of them in doubt.`,
    "Parked ones wait for a person: `houston doubt list`.",
  ]);
});

const bound = (by: NonNullable<ControlView["locations"][number]["bound"]>["by"]) => ({
  bound: { declaredRps: 200, by },
});

test("a place whose scaler says more than counts is named, with the reason; many of them are counted", () => {
  const at = Date.UTC(2026, 10, 12, 19, 40);
  const lines = shown(
    made.viewWith({
      "us-east-1": bound({ kind: "proven", rps: 160, at }),
      "us-east-2": bound({ kind: "limit", name: "licences", rps: 160 }),
      "us-west-2": bound({ kind: "unproven", share: 0.8 }),
      "eu-west-1": bound({ kind: "warming", until: made.AT + 20_000 }),
    }),
  ).filter((line) => line.startsWith("Counted: "));
  expect(lines).toEqual([
    "Counted: us-east-1: ready 160 of 200 rps: proven 2026-11-12 at 19:40",
    "Counted: us-east-2: ready 160 of 200 rps: limited by licences",
    "Counted: us-west-2: ready 160 of 200 rps: 80 % count until it has carried more",
    "Counted: eu-west-1: ready 160 of 200 rps: the rest warms up for 20 s",
  ]);
  const all = Object.fromEntries(
    made.calm.locations.map(({ name }) => [name, bound({ kind: "unproven" as const, share: 0.8 })]),
  );
  expect(shown(made.viewWith(all)).at(-2)).toBe("Counted: and 4 more: `houston why LOCATION` says what bounds each");
});

test.each<[what: string, effects: Status["effects"], line: string]>([
  ["nothing was changed yet", [], ""],
  [
    "seen by all",
    [effect("seen", { seenAt: made.AT - 55_000 })],
    "Table 7 is answered by all 2 that are asked, after 5 s.",
  ],
  [
    "waiting for a resolver",
    [effect("waiting", { seenAt: null })],
    "Table 7 is answered by 1 of 2 that are asked; the others have until 03:12:51.",
  ],
  [
    "late, and an older one was seen",
    [effect("late", { seenAt: null, isLate: true, says: "www.example.com A is not found there" }), effect("seen", {})],
    "NOT APPLIED: table 7 is not answered by 192.0.2.1 (www.example.com A is not found there).",
  ],
  ["replaced", [effect("replaced", { seenAt: null })], "Table 7 was replaced before all answered by it."],
])("whether users are told what was decided: %s", (_what, effects, line) => {
  const { status, ...picture } = pictureOf(made.calm);
  const lines = statusLines({ ...picture, status: { ...status, effects } }, { width: 200 }).map(plain);
  expect(lines[2]).toBe(line);
});

test("who still comes to a place that was left has a line", () => {
  const { status, ...picture } = pictureOf(made.calm);
  const tail = {
    location: "us-east-1",
    since: made.AT - 30_000,
    outShare: 0.982,
    isMeasured: true,
    until: made.AT + 10_000,
    holdsLongerShare: 0.005,
    resolvers: [],
  };
  const lines = statusLines({ ...picture, status: { ...status, tails: [tail] } }, { width: 200 }).map(plain);
  expect(lines[2]).toBe(
    "us-east-1: 98.2 % out (counted at its edge); the rest until 03:12:51 UTC (TTL), 0.5 % hold names longer.",
  );
});

test("a place that is not heard is called silent, as in the first line, and stands before those that are shaky", () => {
  const shaky = { ...made.calm.locations[0]!.verdict, verdict: "shaky" as const };
  const lines = shown(
    made.viewWith({
      "us-east-1": { summaryAt: made.AT - 60_000 },
      "eu-west-1": { summaryAt: null },
      "ca-central-1": { verdict: shaky },
    }),
  );
  const head = lines.findIndex((line) => line.startsWith("location "));
  expect(lines.slice(head + 1, head + 4).map((line) => line.split(/ {2,}/).slice(0, 3).join(" "))).toEqual([
    "eu-west-1 serving silent",
    "us-east-1 serving silent",
    "ca-central-1 serving shaky",
  ]);
});

test("a brownout that is left: the brief, the seven parts in their order, how far it is, and the place first", () => {
  const lines = shown(made.brownoutLeft);
  expect(lines[0]).toBe(made.brownoutLeft.incidents[0]?.brief);
  const parts = ["What", "Users", "Why", "Certain", "Doing", "Not doing", "You need to"];
  const at = parts.map((part) => lines.findIndex((line) => line.startsWith(`  ${part.padEnd(13)}`)));
  expect(at).not.toContain(-1);
  expect(at).toEqual(at.toSorted((a, b) => a - b));
  expect(lines).toContain("  You need to  do nothing. I will not go back without you.");
  expect(lines).toContain("  Moved        ████████████░░░░░░░░ 62 % of 100 %, done about 03:17:01");
  const head = lines.findIndex((line) => line.startsWith("location "));
  expect(lines[head + 1]).toMatch(
    /^us-east-1 +draining {2}failing {2}dynamodb 81 % {2}22\.2 of 20\.0 +100 {2}█+░+ +24 % +3\.4 % +62 %/,
  );
  expect(lines.at(-1)).toBe("Incident 46, eu-west-1, over since 02:32:41 after 10 min: eu-west-1 was left and is back");
});

test("a bad deploy everywhere: one incident of no place, and what a person has to do stands out", () => {
  const lines = shown(made.badDeploy);
  expect(lines[0]).toBe(
    "Bad everywhere, not a place: checkout 2026.11.23-4. Nothing moves, nothing should. Roll it back.",
  );
  expect(lines).toContain("Incident 48, everywhere, since 03:11:39 (62 s)");
  expect(tonesOf(made.badDeploy)).toContain("bad Bad everywhere");
  expect(tonesOf(made.badDeploy)).toContain("strong roll back to 2026.11.23-3.");
});

test("receivers that can't grow: numbered choices, a countdown by Houston's clock, and what happens with no answer", () => {
  const later = pictureOf(made.cannotGrow, made.AT + 10_500);
  const lines = statusLines(later, { width: 110 }).map(plain);
  expect(lines[0]).toBe("us-east-1 failing; 450 rps have no place. Decide 1-4; I do 1 in 4:12.");
  const question = lines.indexOf("QUESTION question-7: 4:02 left, until 03:16:53");
  expect(lines.slice(question + 1, question + 7)).toEqual([
    "450 rps of us-east-1 have no place. What now?",
    "  1  shed INTERNAL in us-east-2: room for 260   <- if nobody answers",
    "  2  send 190 to eu-west-1: +78 ms",
    "  3  receivers to 95 % for 30 min: never proven",
    "  4  leave them",
    "  answer: houston answer question-7 NUMBER",
  ]);
  expect(lines).toContain("  Moved        ████████████░░░░░░░░ 64 % of 100 %, 450 rps have no place");
});

test("blind, held and stopped are said first, with what ends them", () => {
  expect(shown(made.blind, Infinity)[0]).toMatch(/^BLIND: .* You need to see whether this machine .* is cut off\.$/);
  expect(shown({ ...made.brownoutLeft, blind: true }, Infinity)[0]).toMatch(/^BLIND: .* Leaving us-east-1/);
  const about = made.incident({ number: 9, location: null, level: "urgent", brief: "Blind: I hear 2 of 9 locations." });
  expect(shown({ ...made.blind, incidents: [about] }, Infinity)[0]).toBe(shown(made.blind, Infinity)[0]);
  expect(shown(made.held).slice(0, 4)).toEqual([
    "All 9 locations serve and are healthy. HELD by ana.",
    expect.stringContaining("900 rps"),
    "HELD by ana since 03:10:41: nothing moves by itself. `houston release` ends it.",
    "HELD: us-west-2 (by ben). `houston release LOCATION` ends it.",
  ]);
  const stopped = { ...made.brownoutLeft, stopped: { at: made.AT - 5000, says: "us-east-2 sickened like us-east-1" } };
  expect(plain(headline(pictureOf(stopped)))).toMatch(/Automatic moves are STOPPED\.$/);
  expect(shown(stopped)).toContain(
    "STOPPED since 03:12:36: us-east-2 sickened like us-east-1. `houston release` lets me go on.",
  );
});

test("what people set by hand stands beside what is measured, with who, until when and why", () => {
  const by = { by: "ana", at: made.AT - 60_000, until: made.AT + 600_000, why: "new switches" };
  const lines = shown(
    {
      ...made.viewWith({
        "us-east-1": { forced: { to: "up", ...by }, verdict: made.brownoutLeft.locations[0]!.verdict },
        "eu-west-1": { weight: { share: 0.4, classes: ["public"], by: "ben", at: made.AT } },
      }),
      pins: [{ what: "zone", name: "lyon", location: "eu-west-1", by: "ana", at: made.AT, share: 0.25 }],
    },
    Infinity,
  );
  expect(lines.slice(2, 5)).toEqual([
    "us-east-1 is FORCED up by ana until 03:22:41 (new switches); measured: failing, 22.2 of 20.0 nats. `houston force us-east-1 auto` ends it.",
    "eu-west-1 serves at most 40 % of its own PUBLIC, by ben. `houston restore eu-west-1` ends it.",
    "zone lyon is pinned to eu-west-1 by ana: 25 % of it is there.",
  ]);
  expect(lines.find((line) => line.startsWith("us-east-1  "))).toContain("serving, forced up");
});

test("who gets no more of what is said with the condition's name, and what bars nobody although it does not hold", () => {
  const bar = {
    condition: "certificates",
    location: "us-west-2",
    because: "fails" as const,
    classes: ["public"],
    buckets: [7],
    says: "its certificate is not for www.tenant.example",
  };
  const lag = { condition: "replica", says: "it can't be told in 9 of 9 locations (no answer in time)" };
  expect(shown({ ...made.calm, bars: [bar], liftedConditions: [lag] }).slice(2, 4)).toEqual([
    "us-west-2 gets no more PUBLIC (bucket 7), by certificates: its certificate is not for www.tenant.example.",
    "replica bars nobody: it can't be told in 9 of 9 locations (no answer in time).",
  ]);
  const many = Array.from({ length: 8 }, (_, index) => ({ ...bar, condition: `c${index}` }));
  expect(shown({ ...made.calm, bars: many }).slice(8, 10)).toEqual(["And 2 more.", ""]);
});

test("not well and no incident yet: says who, of what, and that the others are well", () => {
  const unsure = made.viewWith({
    "eu-west-1": {
      verdict: {
        ...made.place("eu-west-1").verdict,
        verdict: "shaky",
        causes: [{ layer: "service", name: "cart", share: 0.5 }],
      },
    },
    "us-west-2": { state: "evacuated", movedShare: 0.9996 },
  });
  expect(shown(unsure)[0]).toBe(
    "us-west-2 is evacuated, eu-west-1 is shaky (cart); the other 7 serve and are healthy. No incident is open.",
  );
  const many = { ...made.badDeploy, incidents: [] };
  expect(shown(many, Infinity)[0]).toMatch(
    /^9 of 9 locations are unwell at once \(9 failing\): more likely something they share/,
  );
  // Not everybody is out: then it is not 100 %.
  expect(shown(unsure).find((line) => line.startsWith("us-west-2 ") && line.includes("evacuated "))).toContain(
    "99.9 %",
  );
  expect(shown(made.viewWith({}, { locations: [] }))[0]).toContain("No location is known yet");
  const nobody = statusLines(
    { ...pictureOf(made.calm), status: { ...made.statusFor(made.calm), leader: null } },
    { width: 110 },
  );
  expect(plain(nobody[1]!)).toContain("NOBODY LEADS");
});

test("several incidents: the first is told in one line with how many more; where room is short the others are one line each", () => {
  const [first] = made.brownoutLeft.incidents;
  const view = { ...made.brownoutLeft, incidents: [first!, made.incident({ number: 50, brief: "eu-west-1 too." })] };
  expect(shown(view, Infinity)[0]).toBe(`${first?.brief} And 1 more.`);
  const lines = statusLines(pictureOf(view), { width: 110, compact: true }).map(plain);
  expect(lines).toContain("eu-west-1 too.");
  expect(lines.filter((line) => line.startsWith("  What "))).toHaveLength(1);
  expect(shown(view).filter((line) => line.startsWith("  What "))).toHaveLength(2);
  // Who wants a person comes before who came last.
  const asking = { ...view, incidents: [...view.incidents, ...made.cannotGrow.incidents] };
  expect(shown(asking, Infinity)[0]).toBe(`${made.cannotGrow.incidents[0]?.brief} And 2 more.`);
});

test("a narrow window goes without columns and breaks sentences, and a wide one has all", () => {
  for (const width of [60, 80, 100]) {
    for (const view of [made.brownoutLeft, made.cannotGrow, made.badDeploy]) {
      const tooWide = statusLines(pictureOf(view), { width })
        .map(plain)
        // What is one name, one command or one address is not broken.
        .filter((line) => widthOf(line) > width && !/http:|if nobody answers|^Incident/.test(line));
      expect(tooWide).toEqual([]);
    }
  }
  expect(shown(made.brownoutLeft, 50).find((line) => line.startsWith("location"))).toBe(
    "location              verdict  full  failed  moved",
  );
  expect(shown(made.brownoutLeft, Infinity).find((line) => line.startsWith("location"))).toContain("can grow to");
});

test("names and sentences from outside add no lines and shift no columns", () => {
  const evil = "eu\u001b[2J\nAll 9 locations serve\u202e";
  const view = made.viewWith(
    {},
    { locations: [made.place(evil), made.place("us-east-1")], incidents: [made.incident({ why: `${evil} ${evil}` })] },
  );
  const lines = shown(view);
  expect(lines.join("")).not.toContain("\u001b");
  expect(lines.join("")).not.toContain("\u202e");
  const rows = lines.slice(lines.findIndex((line) => line.startsWith("location")));
  expect(rows.pop()).toBe("Needless moves: no promise at 2 of 2 locations: without a day of their own past.");
  expect(rows).toHaveLength(3);
  expect(new Set(rows.map((line) => line.indexOf("serving"))).size).toBe(2);
  expect(rows[1]!.indexOf("serving")).toBe(rows[2]!.indexOf("serving"));
});

function effect(state: Effect["state"], resolver: Partial<EffectAt>): Effect {
  const decidedAt = made.AT - 60_000;
  const at = {
    at: "203.0.113.53:53",
    asked: 2,
    seenAt: decidedAt + 100,
    dueAt: decidedAt + 3000,
    isLate: false,
    says: null,
  };
  return {
    version: 7,
    decidedAt,
    state,
    servers: [at],
    resolvers: [{ ...at, at: "192.0.2.1", dueAt: made.AT + 10_000, ...resolver }],
  };
}
