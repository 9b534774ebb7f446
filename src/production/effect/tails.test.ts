import { expect, test } from "vitest";
import { tailWords } from "../../api/tail-words.ts";
import type { ControlView, Words } from "../../core/control-contract.ts";
import type { RouteTable, Run } from "../../core/route/table.ts";
import type { ToldAsker } from "../../drivers/steering-context.ts";
import { madeClock, type MadeClock } from "../../runtime/made-clock.testing.ts";
import { watchTails, type Tails } from "./tails.ts";

const AT = 1_795_000_000_000;
const TTL_SECONDS = 60;

test("by times alone the tail shrinks evenly until the last answer has run out, and the stubborn stay", async () => {
  const { tails, clock } = made();
  tails.decided(table(1, AT, [[0, 256]]));
  tails.decided(table(2, AT, [[1, 256]]));
  await clock.pass(30_000);
  const [half] = tails.tails();
  expect(half).toMatchObject({ location: "east", isMeasured: false, until: AT + 60_000 });
  expect(half!.outShare).toBeCloseTo(0.5 * 0.995);
  await clock.pass(30_000);
  expect(tails.tails()[0]!.outShare).toBeCloseTo(0.995);
});

test("in steps each step has its own end, and a shorter time to keep answers shortens none that was given before", async () => {
  const { tails, clock } = made();
  tails.decided(table(1, AT, [[0, 256]]));
  // From here on answers that name it are kept for 5 s, and nobody is moved yet.
  tails.decided(table(2, AT, [[0, 256]], { east: 5 }));
  await clock.pass(20_000);
  tails.decided(
    table(
      3,
      AT + 20_000,
      [
        [0, 128],
        [1, 128],
      ],
      { east: 5 },
    ),
  );
  expect(tails.tails()[0]!.until).toBe(AT + 60_000);
  await clock.pass(50_000);
  tails.decided(table(4, AT + 70_000, [[1, 256]], { east: 5 }));
  expect(tails.tails()[0]).toMatchObject({ until: AT + 75_000 });
});

test("what its edge counts goes first; who stays after the end is what is taken next time", async () => {
  const world = made({ east: 400 });
  const { tails, clock, said } = world;
  tails.decided(table(1, AT, [[0, 256]]));
  tails.decided(table(2, AT, [[1, 256]]));
  world.comes("east", 100);
  await clock.pass(10_000);
  world.comes("east", 100);
  expect(tails.tails()[0]).toMatchObject({ outShare: 0.75, isMeasured: true });
  world.comes("east", 8, AT + 66_000);
  await clock.pass(56_000);
  expect(said.map(({ what }) => what)).toEqual([
    expect.stringMatching(
      /^east is told to nobody any more: 0 % out \(counted at its edge\); the rest until .* \(TTL\), 0\.5 % hold names longer$/,
    ),
    "east: 98 % out (counted at its edge); all that resolvers may keep has run out, 2 % hold names longer",
  ]);
  tails.decided(table(3, AT + 66_000, [[0, 256]]));
  expect(tails.tails()).toEqual([
    expect.objectContaining({ location: "west", holdsLongerShare: expect.closeTo(0.02) as number }),
  ]);
});

test("an edge that is not heard, or a part too small to count, is told by times", async () => {
  const world = made({ east: 400 });
  world.tails.decided(table(1, AT, [[0, 256]]));
  world.tails.decided(
    table(2, AT, [
      [0, 243],
      [1, 13],
    ]),
  );
  expect(world.tails.tails()[0]!.isMeasured).toBe(false);
  world.tails.decided(table(3, AT, [[1, 256]]));
  expect(world.tails.tails()[0]!.isMeasured).toBe(true);
  await world.clock.pass(11_000);
  expect(world.tails.tails()[0]!.isMeasured).toBe(false);
});

test("resolvers that may still hold it are named, those with the most answers first", () => {
  const told: ToldAsker[] = [
    { address: "192.0.2.1", until: AT + 40_000, answers: 25 },
    { address: "192.0.2.2", until: AT + 50_000, answers: 75 },
    { address: "192.0.2.3", until: AT - 1, answers: 900 },
  ];
  const { tails } = made({}, told);
  tails.decided(table(1, AT, [[0, 256]]));
  tails.decided(table(2, AT, [[1, 256]]));
  const [tail] = tails.tails();
  expect(tail!.resolvers).toEqual([
    { address: "192.0.2.2", until: AT + 50_000, share: 0.75 },
    { address: "192.0.2.1", until: AT + 40_000, share: 0.25 },
  ]);
  expect(tailWords(tail!, AT)).toMatch(/hold names longer; held by 192\.0\.2\.2 75 %, 192\.0\.2\.1 25 %$/);
});

type World = {
  readonly tails: Tails;
  readonly clock: MadeClock;
  readonly said: Words[];
  comes(location: string, rps: number, at?: number): void;
};

function made(comes: Readonly<Record<string, number>> = {}, told: readonly ToldAsker[] = []): World {
  const clock = madeClock(AT);
  const said: Words[] = [];
  const heard = new Map(Object.entries(comes).map(([name, rps]) => [name, { rps, at: AT }]));
  const tails = watchTails({
    clock,
    ttlSeconds: TTL_SECONDS,
    appliedWithinMs: 0,
    steering: [{ told: { servers: [], rightFor: () => null, toldOf: (name) => (name === "east" ? told : []) } }],
    view: () => ({
      locations: [...heard].map(([name, { rps, at }]) => ({
        name,
        demandRps: rps,
        summaryAt: at,
      })) as unknown as ControlView["locations"],
    }),
    demandRps: () => null,
    tell: (_id, words) => void said.push(words),
  });
  return { tails, clock, said, comes: (name, rps, at = clock.now()) => void heard.set(name, { rps, at }) };
}

function table(
  version: number,
  at: number,
  runs: readonly Run[],
  ttlSeconds: RouteTable["ttlSeconds"] = {},
): RouteTable {
  return {
    version,
    at,
    locations: ["east", "west"],
    assignment: { public: { here: runs } },
    contingency: {},
    apart: [],
    ttlSeconds,
  };
}
