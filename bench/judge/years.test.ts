import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { deserialize, serialize } from "node:v8";
import { describe, expect, test } from "vitest";
import { DAY_TICKS } from "./healthy-world.ts";
import { passMonth, type Going, type Month } from "./healthy-month.ts";

/** Of ten minutes, kept once before it is over. */
const DAYS = 60 / DAY_TICKS;
const MONTH = { days: DAYS, learningDays: 0 };
const SEED = 3;

describe("a month of healthy locations that is interrupted", () => {
  const unbroken = passed(null);

  test("goes on from where it was kept to the very same judges, readings and moves", () => {
    const goneOn = passed(keptOf(unbroken, 0));
    expect(goneOn.month).toEqual(unbroken.month);
    expect(isDeepStrictEqual(keptOf(goneOn, -1), keptOf(unbroken, -1))).toBe(true);
  });

  test("and would not have if one drawn number were lost", () => {
    const from = keptOf(unbroken, 0);
    from.world.chance.state += 1;
    expect(passed(from).month.digest).not.toBe(unbroken.month.digest);
  });

  test("goes on so after its process was killed in the middle, and in the middle of a line", async () => {
    const folder = mkdtempSync(join(tmpdir(), "houston-years-"));
    const file = join(folder, "years.ndjson");
    try {
      const first = years(file);
      while (!existsSync(`${file}.going`)) await new Promise((resolve) => setTimeout(resolve, 5));
      first.kill("SIGKILL");
      await once(first, "exit");
      expect(existsSync(file)).toBe(false);
      writeFileSync(file, '{"seed":3,"days":0.0');
      await once(years(file), "exit");
      expect(readFileSync(file, "utf8").split("\n").filter(Boolean).map(parsed)).toEqual([unbroken.month]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

type Passed = { readonly month: Month; readonly kept: readonly Buffer[] };

function passed(from: Going | null): Passed {
  const kept: Buffer[] = [];
  const month = passMonth(SEED, { ...MONTH, from, goOn: (going) => kept.push(serialize(going)) > 0 });
  return { month: month!, kept };
}

const keptOf = ({ kept }: Passed, which: number): Going => deserialize(kept.at(which)!) as Going;

const parsed = (line: string): Month => JSON.parse(line) as Month;

/** One month, kept as often as it can be. */
function years(file: string) {
  const bench = new URL("years.ts", import.meta.url).pathname;
  const args = ["--seed", SEED, "--days", DAYS, "--learning-days", 0, "--years", 1e-9, "--keep-each", 0];
  const options = ["--conditions=reactive-production:source", bench, "--json", "--results", file, ...args.map(String)];
  return spawn(process.execPath, options, { stdio: "ignore" });
}
