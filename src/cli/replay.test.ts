import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { control } from "../core/control.ts";
import { foldDecision, NOTHING_DECIDED } from "../runtime/decision-digest.ts";
import type { ControlStep } from "../simulation/houston-life.ts";
import { simulate } from "../simulation/run.ts";
import { runHouston } from "./run.ts";
import { saveLines } from "./save-lines.ts";

const folder = mkdtempSync(join(tmpdir(), "houston-replay-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the command prints, document by document. */
async function printed(...words: readonly string[]): Promise<Record<string, unknown>[]> {
  let text = "";
  const out = vi.spyOn(process.stdout, "write").mockImplementation((chunk) => ((text += String(chunk)), true));
  const err = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  try {
    expect(await runHouston(words)).toBe(0);
  } finally {
    out.mockRestore();
    err.mockRestore();
  }
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

test(
  "an incident that was recorded is decided again to the byte by `houston replay`",
  { timeout: 300_000 },
  async () => {
    let digest = NOTHING_DECIDED;
    let steps = 0;
    const decided: string[] = [];
    const listens: ControlStep = (state, event) => {
      const stepped = control(state, event);
      digest = foldDecision(digest, stepped);
      steps += 1;
      if (stepped.effects.length > 0) decided.push(JSON.stringify(stepped.effects));
      return stepped;
    };
    const file = join(folder, "incident.ndjson.gz");
    let live = { steps: 0, digest: "", decided: [] as readonly string[] };
    await simulate({
      seed: 1,
      scenario: "hard-down",
      seconds: 5,
      step: listens,
      async record(lines) {
        // What is stepped after this is the simulator's own check.
        live = { steps, digest, decided: [...decided] };
        await saveLines(lines, file);
      },
    });
    expect(live.decided.join("\n")).toContain("is lost");

    const again = await printed("replay", file, "--json");
    expect(again.at(-1)).toEqual({ steps: live.steps, digest: live.digest, changes: {} });
    const effects = again
      .slice(0, -1)
      .flatMap((step) => ((step["effects"] as unknown[]).length > 0 ? [step["effects"]] : []));
    expect(effects.map((each) => JSON.stringify(each))).toEqual(live.decided);
    expect(await printed("replay", file, "--json")).toEqual(again);
    // With another mode it is decided otherwise: the fingerprint notices.
    const observed = await printed("replay", file, "--set", "mode=observe", "--json");
    expect(observed.at(-1)?.["digest"]).not.toBe(live.digest);
  },
);

test(
  "`houston simulate --record` saves a run; a line that is changed by a hair gives another fingerprint",
  { timeout: 300_000 },
  async () => {
    const file = join(folder, "run.ndjson");
    const [run] = await printed("simulate", "hard-down", "--seed", "2", "--seconds", "3", "--record", file, "--json");
    expect(run).toMatchObject({ seed: 2, scenario: "hard-down" });
    const replayed = await printed("replay", file, "--json");
    const lines = readFileSync(file, "utf8").split("\n");
    const index = lines.findIndex((line) => line.includes('"event":"demand"'));
    lines[index] = lines[index]!.replace(/:(\d+)\.(\d+)/, ":1$1.$2");
    const changed = join(folder, "changed.ndjson");
    writeFileSync(changed, lines.join("\n"));
    const other = await printed("replay", changed, "--json");
    expect(other.at(-1)?.["steps"]).toBe(replayed.at(-1)?.["steps"]);
    expect(other.at(-1)?.["digest"]).not.toBe(replayed.at(-1)?.["digest"]);
  },
);
