import * as fc from "fast-check";
import { expect, test } from "vitest";
import { SERVICES } from "../../../test/stories/judge-world.ts";
import { sufficientWords } from "../verdict.ts";
import { fuse, newAll, newJoints, type Parts } from "./fuse.ts";
import { graphOf } from "./graph.ts";
import { newStream } from "./stream.ts";
import { sufficientOf } from "./sufficient.ts";

const BAR = 20;
const NAMES = ["edge", "web", "cart", "session", "dynamodb"] as const;
const graph = graphOf({ services: SERVICES, journeys: { buy: { needs: ["web", "cart"] } } });

/** A case of five services' failures, and of those that share dynamodb. */
function caseOf(nats: readonly number[], sharing: number): Parts {
  const streams = NAMES.map((name) => newStream(name, name, undefined));
  for (const [i, stream] of streams.entries()) stream.failures.relativeNats = nats[i] ?? 0;
  const joints = newJoints(graph).filter(({ name }) => name === "dynamodb");
  for (const joint of joints) joint.failures.relativeNats = sharing;
  return { streams, joints, all: newAll(), graph };
}

/** Everything else counts for nothing. */
function only(parts: Parts, kept: ReadonlySet<string>): number {
  const nats = parts.streams.map(({ key, failures }) => (kept.has(`service ${key}`) ? failures.relativeNats : -1e9));
  const sharing = kept.has("sharing dynamodb") ? (parts.joints[0]?.failures.relativeNats ?? 0) : -1e9;
  const left = caseOf(nats, sharing);
  for (const each of [...left.streams, ...left.joints, left.all]) each.latency.relativeNats = -1e9;
  left.all.failures.relativeNats = -1e9;
  return fuse(left).relativeNats;
}

test("the facts pass the bar by the fusion's own weights, and no smaller set of facts does", () => {
  const natsOf = fc.double({ min: 0, max: 30, noNaN: true });
  fc.assert(
    fc.property(fc.array(natsOf, { minLength: 5, maxLength: 5 }), natsOf, (nats, sharing) => {
      const parts = caseOf(nats, sharing);
      const sufficient = sufficientOf(parts, { side: "relative", barNats: BAR });
      const all = [...NAMES.map((name) => `service ${name}`), "sharing dynamodb"];
      const subsets = Array.from({ length: 1 << all.length }, (_, bits) => all.filter((_fact, i) => bits & (1 << i)));
      const passing = subsets.filter((facts) => only(parts, new Set(facts)) >= BAR);
      const fewest = Math.min(...passing.map(({ length }) => length));
      expect(sufficient?.facts.length ?? 5).toBe(Math.min(5, fewest));
      const named = new Set(sufficient?.facts.map(({ of, name }) => `${of} ${name}`));
      if (sufficient !== null) expect(only(parts, named)).toBeGreaterThanOrEqual(BAR);
    }),
  );
});

test("what each alone could not show and two can is said of both", () => {
  // Of six statistics of services cart's is one, of two of resources dynamodb's: 22.8 + ln(0.2 / 6) = 19.4, 21.6 + ln(0.3 / 2) = 19.7.
  const parts = caseOf([0, 0, 22.8, 0, 21.6], 0);
  const sufficient = sufficientOf(parts, { side: "relative", barNats: BAR });
  expect(sufficient?.facts.map(({ name }) => name)).toEqual(["dynamodb", "cart"]);
  expect(sufficientWords(sufficient!, BAR)).toMatch(
    /^These two alone would have been enough: dynamodb failing; cart failing \(20\.\d nats of 20\.0\)$/,
  );
  expect(sufficientOf(caseOf([0, 0, 19, 0, 12], 3), { side: "relative", barNats: BAR })).toBeNull();
});
