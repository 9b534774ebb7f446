// docs/how-to/steer.md says what is so: its config is a good one.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { problemLines, readConfig } from "./config-file.ts";

const root = join(import.meta.dirname, "..", "..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");

test("the config of the how-to is a good one, in place of the example's own", () => {
  const example = read("examples/houston.yaml").replace(/^(mode|ttlSeconds): .*\n/gm, "");
  const blocks = [...read("docs/how-to/steer.md").matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block]) => block);
  const found = readConfig(`${example.slice(0, example.indexOf("steering:\n"))}${blocks.join("\n")}`);
  expect("problems" in found ? problemLines("steer.md", found.problems) : found).toMatchObject({
    estate: { mode: "approve" },
    steering: { otherwise: "us-east", drivers: [{ kind: "embedded" }] },
    probes: { http: { from: "us-east-1" } },
  });
});
