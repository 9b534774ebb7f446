import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readConfig } from "./config-file.ts";
import { vantagesOf } from "./probes-shape.ts";

const example = readFileSync(new URL("../../examples/houston.yaml", import.meta.url), "utf8");
const without = example.slice(0, example.indexOf("\nprobes:"));
const probed = (probes: string, config = without): ReturnType<typeof readConfig> =>
  readConfig(`${config}\nprobes:\n${probes}`);

test("who looks from outside is counted once each", () => {
  const read = readConfig(example);
  expect("problems" in read ? read.problems : vantagesOf(read.probes)).toEqual(["us-east-1", "us-west-2", "eu-west-1"]);
  expect(vantagesOf(null)).toEqual([]);
  const elsewhere = probed("  remote: [{ from: eu-west-1, url: 'http://127.0.0.1:7443' }]");
  expect("problems" in elsewhere ? elsewhere.problems : vantagesOf(elsewhere.probes)).toEqual(["eu-west-1"]);
});

test.each([
  ["  http: { from: us-est-1, url: https://www.example.com/ }", "unknown-location", "probes.http.from"],
  ["  blackbox: { vantages: [us-east-1, us-east-1] }", "vantage-twice", "probes.blackbox.vantages[1]"],
  [
    "  http: { from: us-east-1, url: https://www.example.com/ }\n  blackbox: { vantages: [us-east-1] }",
    "vantage-twice",
    "probes.blackbox.vantages[0]",
  ],
  [
    "  blackbox: { vantages: [eu-west-1] }\n  remote: [{ from: eu-west-1, url: https://eu.example.net }]",
    "vantage-twice",
    "probes.remote[0].from",
  ],
  ["  remote: [{ from: us-est-1, url: https://eu.example.net }]", "unknown-location", "probes.remote[0].from"],
  ["  remote: [{ from: us-east-1, url: http://eu.example.net }]", "bad-value", "probes.remote[0].url"],
  ["  blackbox: { vantages: [mars] }", "unknown-location", "probes.blackbox.vantages[0]"],
])("%s is a problem", (probes, code, path) => {
  expect(probed(probes)).toMatchObject({ problems: [{ code, path }] });
});

test("nobody can look where it is not said where locations are", () => {
  const noSteering = without.slice(0, without.indexOf("\nsteering:"));
  expect(probed("  http: { from: us-east-1, url: https://www.example.com/ }", noSteering)).toMatchObject({
    problems: [{ code: "no-address", path: "probes.http" }],
  });
  expect(probed("  blackbox: { vantages: [us-east-1] }", noSteering)).not.toHaveProperty("problems");
});
