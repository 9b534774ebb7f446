import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { madeWorld, passSecond, type MadeService, type World } from "../../test/stories/judge-world.ts";
import { drawn, type Axis, type Chart, type Line } from "../chart.ts";

/**
 * Draws the pictures of docs/concepts/certainty.md from what the judge itself says, second by second, in the small made world that the
 * stories are told in: `node --conditions=reactive-production:source bench/judge/pictures.ts [FOLDER]`. The same seed draws the same bytes.
 */
const HERE = "us-east-1";
const PLACES = [HERE, "us-east-2", "us-west-2", "ca-central-1", "eu-west-1", "eu-central-1", "ap-south-1"];
const BAR = { at: 19.2, label: "the bar" };
const BEGINS = 10;

type Seen = ReturnType<typeof seenAt>;

/** What each second shows, from a calm minute on. */
function watch(seconds: number, ail: (world: World, second: number) => void): Seen[] {
  const world = madeWorld({ seed: 1, rps: 60, names: PLACES });
  for (let second = 0; second < CALM_SECONDS; second++) passSecond(world);
  const seen: Seen[] = [];
  for (let second = 0; second <= seconds; second++) {
    ail(world, second);
    passSecond(world);
    seen.push(seenAt(world));
  }
  return seen;
}

function seenAt(world: World) {
  const state = world.judges.get(HERE)!;
  const { evidenceNats, aloneNats, healthyNats } = state.view;
  const natsOf = (service: MadeService): number => Math.max(0, state.streams.get(service)?.failures.relativeNats ?? 0);
  const sharing = state.joints.find(({ name }) => name === "dynamodb")?.failures.relativeNats ?? 0;
  return {
    evidenceNats,
    aloneNats,
    healthyNats,
    sharing: Math.max(0, sharing),
    services: { cart: natsOf("cart"), session: natsOf("session"), stock: natsOf("stock") },
  };
}

/** From a second on so many of a service's requests fail, in one place or in all. */
const fails =
  (services: readonly MadeService[], share: number, where: "here" | "everywhere", until = Infinity) =>
  (world: World, second: number): void => {
    const isOn = second >= BEGINS && second < until;
    world.ails = (place, service) =>
      isOn && services.includes(service) && (where === "everywhere" || place === HERE) ? { fails: share } : {};
  };

const line = (label: string, look: Line["look"], nats: readonly number[]): Line => ({
  label,
  look,
  points: nats.map((up, across) => ({ across, up })),
});
const NATS: Axis = { unit: "nats", scale: "linear", from: 0, to: 30, ticks: [0, 10, 20, 30] };
const secondsTo = (to: number): Axis => ({
  unit: "seconds",
  scale: "linear",
  from: 0,
  to,
  ticks: Array.from({ length: Math.floor(to / 10) + 1 }, (_, i) => i * 10),
});
const evidence = (seen: readonly Seen[]): number[] => seen.map(({ evidenceNats }) => evidenceNats);
const begins = { at: BEGINS, label: "the fault begins" };

const edgeFails = (share: number): number[] => evidence(watch(50, fails(["edge"], share, "here")));

function howSoon(): Chart {
  return {
    title: "The larger the fault, the sooner it is certain",
    says: "Evidence over fifty seconds: a fault of 20 % of the requests passes the bar within seconds, one of 5 % soon after, one of 1 % after half a minute; without a fault it stays near zero.",
    across: secondsTo(50),
    up: NATS,
    lines: [
      line("20 % of requests fail", "strong", edgeFails(0.2)),
      line("5 %", "other", edgeFails(0.05)),
      line("1 %", "other", edgeFails(0.01)),
      line("no fault: chance alone", "quiet", edgeFails(0)),
    ],
    rules: [BAR],
    marks: [begins],
  };
}

function hereOrEverywhere(): Chart {
  const here = watch(40, fails(["cart"], 0.18, "here"));
  const everywhere = watch(40, fails(["cart"], 0.18, "everywhere"));
  return {
    title: "The same fault here, and everywhere",
    says: "When cart fails in one place its evidence against the others passes the bar. When it fails in all places the evidence against its own past does, and that against the others stays near zero.",
    across: secondsTo(40),
    up: NATS,
    lines: [
      line("here alone, against the others", "strong", evidence(here)),
      line(
        "everywhere, against its past",
        "other",
        everywhere.map(({ aloneNats }) => aloneNats),
      ),
      line("everywhere, against the others", "quiet", evidence(everywhere)),
    ],
    rules: [BAR],
    marks: [begins],
  };
}

function together(): Chart {
  const seen = watch(120, fails(["cart", "session", "stock"], 0.012, "here"));
  return {
    title: "Three slightly shaky services, one database",
    says: "cart, session and stock each gather evidence slowly; taken together, as those that share dynamodb, they pass the bar sooner than any of them alone.",
    across: secondsTo(120),
    up: NATS,
    lines: [
      line(
        "those that share dynamodb",
        "strong",
        seen.map(({ sharing }) => sharing),
      ),
      line(
        "cart alone",
        "quiet",
        seen.map(({ services }) => services.cart),
      ),
      line(
        "session alone",
        "quiet",
        seen.map(({ services }) => services.session),
      ),
      line(
        "stock alone",
        "quiet",
        seen.map(({ services }) => services.stock),
      ),
    ],
    rules: [BAR],
    marks: [begins],
  };
}

function wellAgain(): Chart {
  const mended = 40;
  const seen = watch(60, fails(["edge"], 0.2, "here", mended));
  return {
    title: "Being well again is proved, not assumed",
    says: "Evidence stands at its ceiling while the fault lasts. When it is mended, proof of health grows second by second; at 5 nats the fault is over, its evidence is forgotten, and proof begins anew.",
    across: secondsTo(60),
    up: NATS,
    lines: [
      line("evidence against it", "strong", evidence(seen)),
      line(
        "proof that it is well",
        "other",
        seen.map(({ healthyNats }) => Math.min(healthyNats, 10)),
      ),
    ],
    rules: [BAR, { at: 5, label: "5 nats of proof" }],
    marks: [begins, { at: mended, label: "mended" }],
  };
}

const CALM_SECONDS = 70;
const PICTURES: Readonly<Record<string, () => Chart>> = {
  "how-soon": howSoon,
  "here-or-everywhere": hereOrEverywhere,
  together,
  "well-again": wellAgain,
};

const folder = process.argv[2] ?? join(import.meta.dirname, "../../docs/images");
mkdirSync(folder, { recursive: true });
for (const [name, chart] of Object.entries(PICTURES))
  writeFileSync(join(folder, `certainty-${name}.svg`), drawn(chart()));
