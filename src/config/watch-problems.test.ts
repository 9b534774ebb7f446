import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readConfig } from "./config-file.ts";

const example = readFileSync(new URL("../../examples/houston.yaml", import.meta.url), "utf8");

test.each([
  [
    "good: sum by (region, app) (http_requests_total",
    "good: sum by (region, app) (rate(http_requests_total",
    "rate-not-counter",
  ],
  ["url: http://127.0.0.1:9090", "url: http://me:secret@127.0.0.1:9090", "secret-in-file"],
  ["service: app }", "service: region }", "one-label-for-two"],
  ["entry: web", "entry: wep", "unknown-service"],
])("what would seem calm whatever happens is refused: %s", (is, becomes, code) => {
  const changed = example.replace(is, becomes);
  expect(changed).not.toBe(example);
  const read = readConfig(changed);
  expect(read).toMatchObject({ problems: [{ code }] });
  expect(JSON.stringify(read)).not.toContain("me:secret");
});
