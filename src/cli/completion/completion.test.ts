// The completion scripts in the shells themselves, with names of a Houston that runs; and names that would be commands.
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as made from "../made-views.testing.ts";
import { pictureApi, type PictureApi } from "../picture-api.testing.ts";
import { houstonProgram } from "../program.ts";
import { completionModel } from "./model.ts";
import { completionScript } from "./script.ts";
import { SHELLS, type Shell } from "./shells.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const BIN = join(root, "bin", "houston.js");
const SLOW = { timeout: 120_000 };

const folder = mkdtempSync(join(tmpdir(), "houston-completion-"));
const model = completionModel(houstonProgram());
const scriptOf = (shell: Shell): string => join(folder, `houston.${shell}`);
let api: PictureApi;

/** What somebody might call a service or a place, to have it run by whoever presses Tab, or Enter after it. */
const TRAP = join(folder, "sprung");
const EVIL = [
  `x;touch ${TRAP}`,
  `$(touch ${TRAP})`,
  `\`touch ${TRAP}\``,
  "-rf",
  "a b",
  "a\nb",
  "\u001b[31mred",
  "..",
  "*",
];

beforeAll(async () => {
  for (const shell of SHELLS) writeFileSync(scriptOf(shell), completionScript(shell, model, BIN));
  api = await pictureApi({
    ...made.cannotGrow,
    locations: [...made.cannotGrow.locations, ...EVIL.map((name) => made.place(name))],
  });
  api.answers.set("/api/incidents", { incidents: [made.incident({})] });
  api.answers.set("/api/world", {
    estate: {
      classes: ["public", "editor", ...EVIL].map((name) => ({ name })),
      services: Object.fromEntries(["cart", "checkout", ...EVIL].map((name) => [name, { layer: "service" }])),
    },
  });
});
afterAll(async () => {
  await api.stop();
  rmSync(folder, { recursive: true, force: true });
});

type Ended = { readonly code: number | null; readonly out: string; readonly err: string };

function run(file: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      file,
      args,
      {
        cwd: folder,
        env: { ...process.env, HOUSTON_API: api.api, XDG_RUNTIME_DIR: folder, HOUSTON_TAB_MS: "30000", ...env },
      },
      (_error, out, err) => resolve({ code: child.exitCode, out, err }),
    );
    child.stdin?.end();
  });
}

const hasShell = (shell: Shell): boolean => spawnSync(shell, ["-c", "exit 0"]).status === 0;

/** What each shell says to these lines when Tab is pressed at their ends, a list of names for each line. */
const COMPLETE: Readonly<Record<Shell, (lines: readonly (readonly string[])[]) => string>> = {
  bash: (lines) => `
    source ${scriptOf("bash")} || exit 3
    complete -p houston >&2
    ${lines
      .map(
        (words) =>
          `COMP_WORDS=(houston ${words.map(inQuotes).join(" ")}); COMP_CWORD=${words.length}; _houston; printf '%s ' "\${COMPREPLY[@]}"; echo`,
      )
      .join("\n")}`,
  // _describe gets all that fits the place, and leaves what is begun to zsh.
  zsh: (lines) => `
    _describe() { local of=\${@[-1]} each; for each in "\${(@P)of}"; do [[ $each == "\${words[CURRENT]#*=}"* ]] && printf '%s ' "\${each%%:*}"; done }
    _files() { printf 'files ' }
    compset() { : }
    source ${scriptOf("zsh")} || exit 3
    ${lines
      .map((words) => `words=(houston ${words.map(inQuotes).join(" ")}); CURRENT=${words.length + 1}; _houston; echo`)
      .join("\n")}`,
  fish: (lines) => `
    source ${scriptOf("fish")}; or exit 3
    ${lines.map((words) => `echo (complete -C ${inQuotes(`houston ${words.join(" ")}`)} | string split -f 1 \\t)`).join("\n")}`,
};
const inQuotes = (word: string): string => `'${word}'`;

async function completed(shell: Shell, lines: readonly (readonly string[])[]): Promise<readonly string[][]> {
  const { out, err, code } = await run(shell, [
    ...(shell === "bash" ? ["--norc"] : shell === "zsh" ? ["-f"] : ["-N"]),
    "-c",
    COMPLETE[shell](lines),
  ]);
  expect({ code: code === 3, err: err.replace("complete -F _houston houston\n", "") }).toEqual({
    code: false,
    err: "",
  });
  return out
    .split("\n")
    .slice(0, lines.length)
    .map((line) =>
      line
        .split(" ")
        .filter((word) => word !== "")
        .toSorted(),
    );
}

const US = ["us-east-1", "us-east-2", "us-west-2"];
/** Lines as they are typed, and what is offered at their ends. */
const LINES: readonly (readonly [readonly string[], readonly string[]])[] = [
  [["evac"], ["evacuate"]],
  [["st"], ["status"]],
  [["planet", "z"], ["zones"]],
  [["help", "evac"], ["evacuate"]],
  [["evacuate", "us-"], US],
  [["evacuate", "us-east-1", "--cl"], ["--class"]],
  [["evacuate", "us-east-1", "--class", "pu"], ["public"]],
  [["evacuate", "--class", "public", "--yes", "us-w"], ["us-west-2"]],
  [["why", "us-east-1", ""], []],
  [
    ["mode", "a"],
    ["act", "approve"],
  ],
  [["answer", "q"], ["question-7"]],
  [
    ["answer", "question-7", ""],
    ["1", "2", "3", "4"],
  ],
  [["answer", "question-8", ""], []],
  [["drill", "hard"], ["hard-down"]],
  [["fault", "cle"], ["clear"]],
  [["fault", "gray", "eu-w"], ["eu-west-1"]],
  [
    ["fault", "gray", "--services", "c"],
    ["cart", "checkout"],
  ],
  [
    ["simulate", "two"],
    ["two-down", "two-paths"],
  ],
  [["report", "4"], ["47"]],
  [["report", "47", "--format", "h"], ["html"]],
  [["completion", "b"], ["bash"]],
  [["plan", "--without", "ca-"], ["ca-central-1"]],
];

test.each(SHELLS.map((shell) => [shell]))(
  "in %s: commands, options, and the names that Houston knows now",
  SLOW,
  async (shell) => {
    // Debian has them all; a machine with fewer shells has nothing of the others to break.
    if (!hasShell(shell)) return expect(shell).not.toBe("bash");
    const offered = await completed(
      shell,
      LINES.map(([words]) => words),
    );
    expect(LINES.map(([words], index) => [words.join(" "), offered[index]])).toEqual(
      LINES.map(([words, names]) => [words.join(" "), names]),
    );
  },
);

test("bash breaks words at = and may not: both complete the value", SLOW, async () => {
  expect(
    await completed("bash", [
      ["evacuate", "--class", "=", "pu"],
      ["evacuate", "--class", "="],
      ["evacuate", "--class=pu"],
    ]),
  ).toEqual([["public"], ["editor", "public"], ["--class=public"]]);
});

test("files are completed as files", SLOW, async () => {
  writeFileSync(join(folder, "incident one.ndjson"), "");
  const { out } = await run("bash", [
    "--norc",
    "-c",
    `source ${scriptOf("bash")}; COMP_WORDS=(houston replay inc); COMP_CWORD=2; _houston; printf '%s|' "\${COMPREPLY[@]}"`,
  ]);
  expect(out).toBe("incident one.ndjson|");
});

test("a name that is a command is not offered and never run", SLOW, async () => {
  for (const shell of SHELLS.filter(hasShell)) {
    const [places, classes, services] = await completed(shell, [
      ["evacuate", ""],
      ["evacuate", "--class", ""],
      ["fault", "gray", "--services", ""],
    ]);
    expect([places?.length, classes, services]).toEqual([
      made.calm.locations.length,
      ["editor", "public"],
      ["cart", "checkout"],
    ]);
  }
  expect(spawnSync("test", ["-e", TRAP]).status).toBe(1);
});

test(
  "no Houston, one that is silent, one that talks nonsense, a kind that nobody knows: nothing is offered and nothing said",
  SLOW,
  async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const address = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const ask = (kind: string, at: string): Promise<Ended> =>
      run(BIN, ["__complete", kind], { HOUSTON_API: at, HOUSTON_TAB_MS: "150" });
    const asked = [
      ask("locations", "http://127.0.0.1:1"),
      ask("questions", address),
      ask("classes", "not an address"),
      ask("incidents", api.api),
      ask("nonsense", api.api),
      run(BIN, ["__complete"]),
    ];
    for (const answer of asked) expect(await answer).toEqual({ code: 0, out: "", err: "" });
    silent.closeAllConnections();
    silent.close();
  },
);

test("the scripts know every command and option of the program, and hide their own way in", () => {
  const paths = model.commands.map(({ path }) => path.join(" "));
  for (const name of houstonProgram().commands.map((each) => each.name())) expect(paths).toContain(name);
  expect(paths).toContain("planet zones");
  expect(houstonProgram().helpInformation()).not.toContain("__complete");
  const valued = model.commands.flatMap(({ path, options }) =>
    options.flatMap(({ flags, values }) =>
      values?.kind === "live" ? [`${path.join(" ")} ${flags.at(-1)}: ${values.names}`] : [],
    ),
  );
  expect(valued).toEqual(
    expect.arrayContaining([
      "drill --location: places",
      "drills --only: drills",
      "evacuate --class: classes",
      "fault --to: places",
      "plan --without: locations",
      "record --location: locations",
    ]),
  );
  // `--to <time>` of a recording is no place.
  expect(valued).not.toContain("record --to: locations");
});
