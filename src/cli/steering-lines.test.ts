import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readConfig } from "../config/config-file.ts";
import { vantagesOf } from "../config/probes-shape.ts";
import { mostModeOf } from "../production/most-mode.ts";
import { steeringLines } from "./steering-lines.ts";

const example = readFileSync(new URL("../../examples/houston.yaml", import.meta.url), "utf8");

test.each([
  [
    "as it is",
    example,
    `
  steers www.example.com, *.shops.example.com, edit.example.com by embedded; mode observe: it says what it would do, and moves nobody
  no name is of class internal: it stays where it is`,
  ],
  [
    "with one who looks, and a zone that can't be told apart",
    example
      .replace("mode: observe", "mode: act")
      .replace(/ {2}blackbox:[\s\S]*/, "")
      .replace("    us-west: [198.51.100.0/24]\n", ""),
    `
  steers www.example.com, *.shops.example.com, edit.example.com by embedded; mode approve: it asks before it moves anybody, and does what is ordered
  approve is the most: act needs 3 independent vantages, and there is only us-east-1 (\`probes\` in houston.yaml)
  us-west has no subnets: answered as us-east
  no name is of class internal: it stays where it is`,
  ],
  ["without steering", example.slice(0, example.indexOf("steering:")), "\n  It observes: nothing is moved."],
])("what is steered is said, and what is not as it could be: %s", (_what, text, lines) => {
  const read = readConfig(text);
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  const { steering, probes } = read;
  const most = mostModeOf({ drivers: steering?.drivers.length ?? 0, vantages: vantagesOf(probes) });
  expect(`\n${steeringLines(read, most).join("\n")}`).toBe(lines);
});
