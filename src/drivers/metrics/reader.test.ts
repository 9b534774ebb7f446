import * as fc from "fast-check";
import { expect, test } from "vitest";
import { damage, damagedText } from "../../../test/damage.ts";
import { parse } from "./parse.ts";
import { metricsReader } from "./reader.ts";

test("reads what production writes: escapes, exponents, stamps, odd values", () => {
  const page = [
    "# HELP rp_ready_rps x",
    'a{b="c\\"d\\\\e\\nf",g="",} 1.5e3 1395066363000',
    "plain 12",
    "odd{} NaN",
    'inf{le="+Inf"} +Inf',
    "",
    "  \t ",
    "crlf 3\r",
  ].join("\n");
  const { samples, refused } = parse(page);
  expect(refused).toBe(0);
  expect(samples.map(({ name, labels, value }) => [name, { ...labels }, value])).toEqual([
    ["a", { b: 'c"d\\e\nf', g: "" }, 1500],
    ["plain", {}, 12],
    ["odd", {}, Number.NaN],
    ["inf", { le: "+Inf" }, Number.POSITIVE_INFINITY],
    ["crlf", {}, 3],
  ]);
});

test("a bad line is refused by name and the others are used", () => {
  const { samples, refused, refusals } = parse('good 1\nbad{a=1} 2\n9x 1\nshort\nhex 0x10\nb{a="x",a="y"} 1\ngood 2\n');
  expect(samples.map((sample) => sample.value)).toEqual([1, 2]);
  expect(refused).toBe(5);
  expect(refusals).toEqual([
    { line: 2, why: 'label "a" without quotes' },
    { line: 3, why: "no metric name" },
    { line: 4, why: "no value" },
    { line: 5, why: 'value "0x10" is no number' },
    { line: 6, why: 'label "a" twice' },
  ]);
});

test(
  "100,000 garbled lines: never a throw, and each line is a sample, a refusal, a comment or blank",
  { timeout: 60_000 },
  () => {
    const piece = fc.constantFrom(
      "rp_x",
      "{",
      "}",
      '"',
      "=",
      ",",
      " ",
      "\\",
      "le",
      "1e9",
      "+Inf",
      "-",
      "#",
      "\t",
      "\u0000",
      "é",
      "__proto__",
      "0",
      "\r",
    );
    const garbled = fc.oneof(
      fc.array(piece, { maxLength: 12 }).map((parts) => parts.join("")),
      fc.string({ maxLength: 24 }),
    );
    const page = fc.array(garbled, { minLength: 100, maxLength: 100 });
    fc.assert(
      fc.property(page, (lines) => {
        const text = lines.map((line) => line.replaceAll("\n", " ")).join("\n");
        const { samples, refused } = parse(`${text}\nlast 7\n`);
        expect(samples.length + refused).toBeLessThanOrEqual(101);
        expect(samples.at(-1)).toEqual({ name: "last", labels: Object.create(null) as object, value: 7 });
        for (const sample of samples) expect(typeof sample.value).toBe("number");
      }),
      { numRuns: 1000 },
    );
  },
);

const LINES = [
  'rp_requests_total{service="checkout",outcome="good"} 1.5e3 1395066363000',
  'rp_request_duration_ms_bucket{service="check\\"out\\\\",le="+Inf"} 12',
  "rp_ready_rps 80.25",
];
const PIECES = [
  "{",
  "}",
  '"',
  "=",
  ",",
  " ",
  "\\",
  "1e999",
  "NaN",
  "-",
  "#",
  "\t",
  "\n",
  "\u0000",
  "é",
  "__proto__",
  "\r",
];

test(
  "100,000 damaged lines of true pages: each page still gives the lines that stayed whole",
  { timeout: 60_000 },
  () => {
    const pick = damage(17).below;
    let refusedAll = 0;
    for (let round = 0; round < 10_000; round++) {
      const damaged = Array.from({ length: 10 }, () => damagedText(LINES[pick(LINES.length)]!, PIECES, pick));
      const { samples, refused, refusals } = parse([...damaged, ...LINES].join("\n"));
      const lines = damaged.join("\n").split("\n").length + LINES.length;
      if (samples.length + refused > lines || refusals.length > 5) throw new Error(damaged.join("\n"));
      if (samples.at(-1)?.name !== "rp_ready_rps" || samples.at(-1)?.value !== 80.25)
        throw new Error(damaged.join("\n"));
      refusedAll += refused;
    }
    expect(refusedAll).toBeGreaterThan(10_000);
  },
);

const spread = (n: number): string =>
  [
    `rp_edge_requests_total{class="public",bucket="all",outcome="good"} ${n * 500}`,
    `rp_edge_requests_total{class="public",bucket="all",outcome="bad"} ${n * 50}`,
    ...[...Array(50).keys()].flatMap((bucket) => [
      `rp_edge_requests_total{class="public",bucket="${bucket}",outcome="good"} ${n * 10}`,
      `rp_edge_requests_total{class="public",bucket="${bucket}",outcome="bad"} ${n}`,
    ]),
  ].join("\n");

const page = (world: {
  good: number;
  bad: number;
  fast: number;
  slow: number;
  poison?: number;
  all?: number;
}): string =>
  [
    `rp_requests_total{service="cart",outcome="good"} ${world.good}`,
    `rp_requests_total{service="cart",outcome="bad"} ${world.bad}`,
    `rp_request_duration_ms_bucket{service="cart",le="8"} ${world.fast}`,
    `rp_request_duration_ms_bucket{service="cart",le="16"} ${world.fast + world.slow}`,
    `rp_request_duration_ms_bucket{service="cart",le="+Inf"} ${world.fast + world.slow}`,
    `rp_edge_requests_total{class="public",bucket="all",outcome="good"} ${world.all ?? 0}`,
    `rp_edge_requests_total{class="public",bucket="all",outcome="bad"} ${world.poison ?? 0}`,
    `rp_edge_requests_total{class="public",bucket="7",outcome="bad"} ${world.poison ?? 0}`,
    "rp_ready_rps 50",
    'rp_deploy_info{service="cart",version="v4"} 1',
  ].join("\n");

test("counters become increments, resets are recognised, histograms are not cumulative", () => {
  const reader = metricsReader("here");
  expect(reader.take({ at: 1000, text: page({ good: 100, bad: 5, fast: 90, slow: 15 }) }).readings).toEqual([
    { at: 1000, location: "here", service: "cart", signal: "deploy", version: "v4" },
  ]);
  const second = reader.take({ at: 2000, text: page({ good: 140, bad: 6, fast: 110, slow: 36, all: 46 }) });
  expect(second.readings[0]).toEqual({
    at: 2000,
    location: "here",
    service: "cart",
    signal: "requests",
    good: 40,
    total: 41,
    overMs: 1000,
  });
  expect(second.readings[1]).toMatchObject({
    signal: "latency_hist",
    bounds: [8, 16],
    counts: [20, 21, 0],
    overMs: 1000,
  });
  expect(second.load).toMatchObject({ servedRps: 46, enteredRps: 46, readyRps: 50, utilisation: 0.92 });
  const restarted = reader.take({ at: 3000, text: page({ good: 12, bad: 0, fast: 10, slow: 2 }) });
  expect(restarted.resets).toEqual(["cart", "edge"]);
  expect(restarted.readings[0]).toMatchObject({ good: 12, total: 12 });
  expect(restarted.readings[1]).toMatchObject({ counts: [10, 2, 0] });
  expect(restarted.readings.filter(({ signal }) => signal === "set-aside")).toEqual([
    { at: 3000, location: "here", service: "cart", signal: "set-aside", kind: "reset", count: 1 },
    { at: 3000, location: "here", service: "edge", signal: "set-aside", kind: "reset", count: 1 },
  ]);
});

test("a bucket that holds the trouble is suspect; trouble that is spread names nobody", () => {
  const reader = metricsReader("here");
  reader.take({ at: 1000, text: page({ good: 0, bad: 0, fast: 0, slow: 0, all: 0 }) });
  const poisoned = reader.take({ at: 2000, text: page({ good: 0, bad: 0, fast: 0, slow: 0, all: 200, poison: 20 }) });
  expect(poisoned.suspects).toMatchObject([{ class: "public", bucket: 7, share: 1 }]);

  const even = metricsReader("here");
  even.take({ at: 1000, text: spread(0) });
  expect(even.take({ at: 2000, text: spread(8) }).suspects).toEqual([]);
});
