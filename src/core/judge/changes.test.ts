import { expect, test } from "vitest";
import { madeEstate, NAMES } from "../../../test/stories/judge-world.ts";
import type { OwnView, Sight, Summary } from "../summary.ts";
import type { Change, Verdict } from "../verdict.ts";
import type { Moved } from "./around.ts";
import { judgeEstate } from "./scope.ts";

const AT = 1_700_000_000_000;
const SEVEN: readonly string[] = NAMES.slice(0, 7);
const [HERE, THERE] = NAMES;

const CALM: OwnView = {
  verdict: "healthy",
  evidenceNats: 0,
  aloneNats: 0,
  barNats: 20,
  promise: "none",
  usersHurt: 0,
  worthMoving: false,
  healthyNats: 0,
  causes: [],
  because: [],
  rates: [],
  deploys: [],
  load: {
    servedRps: 100,
    enteredRps: 100,
    readyRps: 200,
    capacityRps: 400,
    utilisation: 0.5,
    shedRps: 0,
    queueMs: 0,
    failedRatio: 0,
  },
  suspects: [],
  cutOff: false,
};

type Ask = {
  readonly own?: (name: string) => Partial<OwnView>;
  readonly sees?: (name: string) => Summary["sees"];
  readonly heardAt?: (name: string) => number;
  readonly moved?: readonly Moved[];
  readonly at?: number;
};

function ask({ own, sees, heardAt, moved = [], at = AT }: Ask): Verdict {
  const summaries = SEVEN.map((name) => {
    const about = { from: name, seq: 1, at: heardAt?.(name) ?? at, sees: sees?.(name) ?? {} };
    return { ...about, own: { ...CALM, ...own?.(name) } };
  });
  return judgeEstate({ estate: madeEstate(SEVEN), summaries, moved, at })[0]!;
}

const to = (verdict: Verdict, what: Change["to"]): Change | undefined =>
  verdict.wouldChange?.find((change) => change.to === what);
const numberIn = (change: Change | undefined, of: RegExp): number => Number(of.exec(change?.says ?? "")?.[1]);

const cart = { layer: "service", name: "cart", share: 1 } as const;
const alike: Partial<OwnView> = { aloneNats: 30, evidenceNats: 3, usersHurt: 0.2, causes: [cart] };
const ill: Partial<OwnView> = { ...alike, verdict: "failing", evidenceNats: 30, worthMoving: true };

test("everywhere: when so many as are named are well again it is here, and with one fewer it is not", () => {
  const everywhere = ask({ own: () => alike });
  expect(everywhere).toMatchObject({ scope: "everywhere", verdict: "failing" });
  expect(to(everywhere, "location")?.says).toBe(
    "4 of the 7 being as usual again while it is not, and 20.0 nats against the others: now there are 3.0",
  );
  const well = (count: number): Verdict => ask({ own: (name) => (SEVEN.indexOf(name) >= 7 - count ? {} : ill) });
  expect(well(3).scope).toBe("everywhere");
  expect(well(4)).toMatchObject({ scope: "location", action: "leave" });
});

test("a travelling version: so many sickening without it as are named make it a place's own, and so does time", () => {
  const deploys = (minutes: number) => [{ service: "cart", version: "v4", at: AT - minutes * 60_000 }];
  const world = (without: number, at = AT): Verdict =>
    ask({
      at,
      own: (name) => {
        const place = SEVEN.indexOf(name);
        if (place < 2) return { ...ill, aloneNats: 0, deploys: deploys(place === 0 ? 4 : 9) };
        return place < 2 + without ? { ...ill, aloneNats: 0 } : {};
      },
    });
  const wave = world(0);
  expect(wave).toMatchObject({ scope: "deploy", action: "hold" });
  expect(to(wave, "location")?.says).toBe("one place more sickening without cart v4");
  expect(world(1).scope).toBe("location");
  const seconds = wave.wouldChange?.find((change) => change.seconds !== undefined)?.seconds;
  expect(seconds).toBe(6 * 60);
  expect(world(0, AT + seconds! * 1000).scope).toBe("deploy");
  expect(world(0, AT + (seconds! + 1) * 1000).scope).toBe("location");
});

test("follows the traffic: after the seconds that are named each is judged by itself", () => {
  const moved = [{ from: HERE, to: THERE, at: AT - 20_000, causes: [cart] }];
  const asked = (at: number): Verdict =>
    ask({ at, moved, own: (name) => (name === HERE || name === THERE ? { ...ill, aloneNats: 0 } : {}) });
  const following = asked(AT);
  expect(following).toMatchObject({ scope: "follows-the-traffic", action: "hold" });
  const { seconds } = to(following, "location")!;
  expect(asked(AT + seconds! * 1000).scope).toBe("follows-the-traffic");
  expect(asked(AT + seconds! * 1000 + 1).scope).toBe("location");
});

test("overload: with as few users as are named, or as much room, it is no overload", () => {
  const { load } = CALM;
  const asked = (enteredRps: number, readyRps: number): Verdict =>
    ask({ own: (name) => (name === HERE ? { load: { ...load, enteredRps, readyRps, shedRps: 1 } } : {}) });
  const overload = asked(900, 200);
  expect(overload).toMatchObject({ scope: "overload", action: "spill" });
  const change = to(overload, "location");
  const [most, needed] = [numberIn(change, /at most (\d+)/), numberIn(change, /with (\d+) ready/)];
  expect(asked(most, 200).scope).toBe("location");
  expect(asked(most + 1, 200).scope).toBe("overload");
  expect(asked(900, needed).scope).toBe("location");
  expect(asked(900, needed - 1).scope).toBe("overload");
});

test("unheard and unreachable: so many blind vantages as are named make it lost; so many that see again unmake it", () => {
  const dead: Sight = { lookedAt: AT, failedLooks: 3, looks: 3, failures: 3, lossNats: 10, grayNats: 0 };
  const blind = (count: number): Verdict =>
    ask({
      heardAt: (name) => (name === HERE ? AT - 60_000 : AT),
      sees: (name) => (SEVEN.indexOf(name) > 0 && SEVEN.indexOf(name) <= count ? { [HERE]: dead } : {}),
    });
  const silent = blind(1);
  expect(silent).toMatchObject({ scope: "watcher", verdict: "shaky" });
  expect(to(silent, "failing")?.says).toBe(
    "4 of 7 locations getting no answer twice in a row, then it is lost: now 1 get none",
  );
  expect(blind(3).verdict).toBe("shaky");
  const lost = blind(6);
  expect(lost).toMatchObject({ verdict: "failing", action: "leave" });
  expect(lost.sufficient?.facts).toHaveLength(4);
  expect(lost.sufficient?.says).toBe("4 vantages would have been enough (40.0 nats of 19.2)");
  const answered = numberIn(to(lost, "location"), /^(\d+) of the 6/);
  expect(blind(6 - answered).verdict).toBe("shaky");
  expect(blind(6 - answered + 1).verdict).toBe("failing");
});

test("certain and not worth moving: what is missing is harm, and it is said how much", () => {
  const outlook = { natsPerSecond: 0, movableHurt: 0.0013 };
  const trifle = ask({ own: (name) => (name === HERE ? { verdict: "shaky", evidenceNats: 25, outlook } : {}) });
  expect(to(trifle, "failing")?.says).toBe(
    "0.50 % of users' requests being hurt more than elsewhere; now it is 0.13 %",
  );
});

test("a node that tells no figures has none made up for it", () => {
  expect(ask({}).wouldChange).toEqual([{ to: "failing", nats: 20, says: "20.0 nats more" }]);
  expect(ask({ own: (name) => (name === HERE ? { ...ill, aloneNats: 0 } : {}) }).wouldChange).toEqual([
    { to: "healthy", says: "its evidence falling below 10.0 nats, half the bar" },
  ]);
});
