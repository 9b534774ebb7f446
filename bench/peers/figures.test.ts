import { expect, test } from "vitest";
import { figuresOf, type Run } from "./figures.ts";
import { pageOf } from "./page.ts";
import type { Row } from "./measure.ts";
import { peersPicture } from "./picture.ts";
import type { Visit } from "./users.ts";
import { locationsFor, zones } from "./world.ts";

const SECONDS = 60;
const homes = ["ashburn", "dublin", "singapore"];

/** Ten visits a second in each zone for ten seconds before the fault at 0 and a minute after it. */
function visits(of: (visit: { second: number; zone: number; index: number }) => Partial<Visit>): Visit[] {
  return Array.from({ length: (SECONDS + 10) * 30 }, (_, index) => {
    const at = -10_000 + Math.floor(index / 3) * 100;
    const zone = index % 3;
    const usual = { at, zone, called: null, served: homes[zone]!, good: true, ms: 3 };
    return { ...usual, ...of({ second: at / 1000, zone, index }) };
  });
}

const run: Run = {
  visits: [],
  faultAt: 0,
  until: SECONDS * 1000,
  bad: "ashburn",
  zones,
  locations: locationsFor({ rpsPerZone: 10, half: false }),
  overloaded: 0,
  purchases: [],
};

test("users are well from the first moment after which no 5 s are bad, and only the bad location's count", () => {
  const seen = visits(({ second, zone }) => ({ good: !(zone === 0 && second >= 0 && second < 8) }));
  expect(figuresOf({ ...run, visits: seen })).toMatchObject({
    requests: 600,
    failedPercent: 13.3,
    wellSeconds: 8,
    failedBeforePercent: 0,
    movedWronglyPercent: 0,
    p99Ms: 3,
  });
});

test("who falls ill again at the end is never well", () => {
  const seen = visits(({ second, zone }) => ({ good: !(zone === 0 && second >= 55) }));
  expect(figuresOf({ ...run, visits: seen }).wellSeconds).toBeNull();
});

test("those who were sent from a good place elsewhere are counted, and those who left the bad one are not", () => {
  const seen = visits(({ zone }) => (zone === 2 ? {} : { served: "singapore" }));
  expect(figuresOf({ ...run, visits: seen }).movedWronglyPercent).toBe(50);
  expect(figuresOf({ ...run, visits: seen, bad: null }).movedWronglyPercent).toBe(66.7);
});

test("a user whom nobody answered was sent where it called", () => {
  const seen = visits(() => ({ served: "", called: "127.61.0.3", good: false }));
  expect(figuresOf({ ...run, visits: seen }).movedWronglyPercent).toBe(50);
});

test("a purchase that was carried out three times is one that was doubled", () => {
  expect(figuresOf({ ...run, purchases: ["a", "b", "a", "c", "a"] }).doubled).toBe(1);
});

test("the page names each figure in which another is better than ours, and what was not measured", () => {
  const systems = [
    { name: "mine", says: "as it is", kind: "DNS", isOurs: true },
    { name: "theirs", says: "best", kind: "edge", isOurs: false },
  ] as const;
  const page = pageOf(
    [
      row("mine", { wellSeconds: 9, failedPercent: 4 }),
      row("theirs", { wellSeconds: null, failedPercent: 3, failedBeforePercent: 2 }),
    ],
    systems,
    { machine: "2 cores", picture: "images/peers.svg" },
  );
  expect(page).toContain("| mine | 9 | 4 % | 0 | 0 % | 0 | 3 |");
  expect(page).toContain("| theirs ! | never | 3 % |");
  expect(page).toContain("- gray: mine failed 4 %; theirs (edge) 3 %");
  expect(page).not.toContain("mine well after");
  expect(page).toContain("- `theirs`: hard-down, black-hole, errors, slow, bad-deploy, half-room");
});

test("the picture has a bar for each system in each fault, longer for more failures, and says what was not measured", () => {
  const systems = [
    { name: "mine", isOurs: true },
    { name: "theirs", isOurs: false },
  ];
  const picture = peersPicture(
    [
      row("mine", { wellSeconds: 9, failedPercent: 4 }),
      row("theirs", { wellSeconds: null, failedPercent: 16 }),
      row("theirs", { fault: "slow", wellSeconds: 1, failedPercent: 0 }),
    ],
    systems,
  );
  const widths = [...picture.matchAll(/<rect class="(ours|other)" [^>]*width="([\d.]+)"/g)].map(([, look, width]) => [
    look,
    Number(width),
  ]);
  expect(widths).toEqual([
    ["ours", 44],
    ["other", 88],
    ["other", 1],
  ]);
  expect(picture).toContain("4 %, 9 s");
  expect(picture).toContain("16 %, never well");
  expect(picture.match(/not measured/g)).toHaveLength(1);
});

function row(system: string, rest: Partial<Row>): Row {
  const figures = figuresOf({ ...run, visits: visits(() => ({})) });
  const how = { at: Date.UTC(2026, 10, 30), seconds: 60, rpsPerZone: 10, ttlSeconds: 5, worstLateMs: 2 };
  return { ...figures, ...how, fault: "gray", system, ...rest };
}
