// Exit codes of commands and what they ask, in this process: the real program, and the real API of a made Houston.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { MADE_START, MADE_TOKEN as TOKEN, startMadeApi, type MadeApi } from "../api/made-api.testing.ts";
import type { MadeHouston } from "../runtime/made-houston.testing.ts";
import { captured, type Ended } from "./captured.testing.ts";
import { runHouston } from "./run.ts";

/** What a person types at the question. */
const typed = vi.hoisted(() => ({ answer: "", questions: 0 }));
vi.mock("node:readline/promises", () => ({
  createInterface: () => ({
    question: () => {
      typed.questions += 1;
      return Promise.resolve(typed.answer);
    },
    close: () => {},
  }),
}));

const folder = mkdtempSync(join(tmpdir(), "houston-exit-codes-"));
let made: MadeApi;
let houston: MadeHouston;
let api = "";

beforeAll(async () => {
  vi.stubEnv("XDG_RUNTIME_DIR", folder);
  vi.stubEnv("HOUSTON_API", undefined);
  vi.stubEnv("HOUSTON_BY", "ana");
  // The whole program is loaded by the first slip of the finger: not in that test's time.
  await import("./program.ts");
  made = await startMadeApi();
  houston = made.houston;
  api = made.url;
}, 60_000);
afterAll(async () => {
  await made.stop();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  typed.questions = 0;
});

/** Runs a command while the made clock goes on, for orders are answered at its ticks. */
async function run(words: readonly string[], terminal = false): Promise<Ended> {
  const streams = [process.stdin, process.stderr];
  const were = streams.map((stream) => stream.isTTY);
  for (const stream of streams) stream.isTTY = terminal;
  try {
    return await captured(() => made.meanwhile(runHouston(words)));
  } finally {
    streams.forEach((stream, index) => (stream.isTTY = were[index] ?? false));
  }
}

/** As `run`, against the made Houston. */
const ask = (words: string, terminal = false): Promise<Ended> =>
  run([...words.split(" "), "--api", api, "--token", TOKEN], terminal);

// Nobody listens at port 1: what is wrong with the call is told before anybody is called.
const NOBODY = ["--api", "http://127.0.0.1:1"];

test.each<[string, string]>([
  ["evacuaet east", "evacuate"],
  ["evacuate", "missing required argument"],
  ["evacuate east --sahre 5%", "--share"],
  ["evacuate east --share 500%", "for example 5%"],
  ["evacuate east --share 0", "for example 5%"],
  ["evacuate east --share half", "for example 5%"],
  ["evacuate east --for soon", "10m"],
  ["evacuate east --for 0s", "10m"],
  ["evacuate east --for 31d", "30 days"],
  ["weight east 140", "140 is not a share over 0 % and at most 100 %, for example 5%"],
  ["restore", "missing required argument"],
  ["restore east west", "too many arguments"],
  ["hold east west", "too many arguments"],
  ["mode obsrve", "did you mean observe?"],
  ["mode xyz", "one of observe, approve, act"],
  ["answer question-1 0", "from 1"],
  ["answer question-1 yes", "from 1"],
  ["why east --at yesterday-ish", "14:03"],
  ["plan --timing", "--problem"],
  ["plan --without east --problem file.json", "without"],
  ["record --from 5m", "--location"],
  ["record --location east --from never", "14:03"],
  ["record --location east --from 5m --to 10m", "--to is before --from"],
  ["trace", "missing required argument"],
])("bad usage, exit 2: houston %s", async (words, says) => {
  const ended = await run([...words.split(" "), ...NOBODY]);
  expect(ended).toMatchObject({ code: 2, out: "", err: expect.stringContaining(says) });
});

test.each<[string, string]>([
  ["status --api nowhere", "for example http://"],
  ["simulate hard-dwon", "did you mean hard-down?"],
  ["simulate constructor", "there is no scenario constructor"],
  ["simulate --seeds 0", "--seeds"],
  ["simulate --seed x", "a seed is a whole number"],
  ["simulate --seconds 1.5", "--seconds"],
  ["replay no.ndjson --set moode=act", "did you mean mode?"],
  ["replay no.ndjson --set toString=1", "there is no setting toString"],
  ["replay no.ndjson --set mode", "SETTING=VALUE"],
  ["replay no.ndjson --set mode=fast", "observe, approve or act"],
  ["replay no.ndjson --set needlessMovesPerYear=Infinity", "over 0"],
  ["judge no.ndjson --where-at noon", "Unix milliseconds"],
  ["judge no.ndjson --where-at 5 --scores", "one of them"],
  ["planet zone", "zones"],
  ["report 0", "from 1"],
  ["report one", "from 1"],
  ["report 1 --format pdf", "one of md, html, json"],
  ["report 1 --format htm", "did you mean html?"],
  ["run --vantage east", "goes with --probe-only"],
  ["run --probe-only", "--vantage LOCATION"],
  ["run --probe-only --vantage east --state x", "--state does not go with"],
  ["run --probe-only --vantage east --certificate x", "go together"],
  ["help statsu", "Did you mean status?"],
  ["statsu --help", "Did you mean status?"],
  ["completion bsh", "did you mean bash?"],
])("bad usage, exit 2, of what asks no Houston: houston %s", async (words, says) => {
  expect(await run(words.split(" "))).toMatchObject({ code: 2, out: "", err: expect.stringContaining(says) });
});

test.each<[string, string]>([
  ["restore east --yes", "is not left"],
  ["answer question-99 1 --yes", "there is no question"],
  ["trace nobody-knows", "nobody remembers"],
  ["report", "no incident in the last 30 days"],
  ["report 47", "there was none in the last 30 days"],
  ["record --location west", "west is silent"],
])("refused by the running Houston, exit 1: houston %s", async (words, says) => {
  expect(await ask(words)).toMatchObject({ code: 1, out: "", err: expect.stringContaining(says) });
});

test.each<[string, string]>([
  ["why easst", "did you mean east?"],
  ["plan --without easst", "did you mean east?"],
  ["evacuate easst --yes", "did you mean east?"],
  ["evacuate east --class publik --yes", "did you mean public?"],
  ["hold easst", "did you mean east?"],
  ["release easst --yes", "did you mean east?"],
  ["record --location wesst", "did you mean west?"],
])(
  "a name that only the running Houston knows, mistyped, is bad usage like any other, exit 2: houston %s",
  async (words, says) => {
    expect(await ask(words)).toMatchObject({ code: 2, out: "", err: expect.stringContaining(says) });
  },
);

test("an incident that is not there: those that are, are named", async () => {
  const incident = { number: 7, openedAt: 1, closedAt: 2, location: "east", brief: "Leaving east." };
  await made.store.record({ kind: "incident", id: "7", at: MADE_START, location: "east", body: incident });
  expect(await ask("report 99")).toMatchObject({
    code: 1,
    out: "",
    err: expect.stringContaining("there is 7 alone; `houston report` without a number gives the newest"),
  });
});

test("the console's address carries the token, unless none is known or an address can't carry it", async () => {
  expect(await ask("console")).toEqual({ code: 0, out: `${api}/#token=${TOKEN}\n`, err: "" });
  expect(await ask("console --json")).toEqual({ code: 0, out: `{"console":"${api}/#token=${TOKEN}"}\n`, err: "" });
  const none = await run(["console", "--api", `${api}/`]);
  expect(none).toMatchObject({ code: 0, out: `${api}/\n`, err: expect.stringContaining("orders nothing") });
  const odd = await run(["console", "--api", api, "--token", "a b"]);
  expect(odd).toMatchObject({ code: 0, out: `${api}/\n`, err: expect.stringContaining("type it in the console") });
  expect(await run(["console"])).toMatchObject({ code: 1, err: expect.stringContaining("houston up") });
});

test("what answers there and is not Houston is told apart from nobody", async () => {
  const page = createServer((request, response) => {
    response.writeHead(request.url === "/api/status" ? 502 : 200).end("<html>");
  });
  await new Promise<void>((resolve) => page.listen(0, "127.0.0.1", resolve));
  const at = `http://127.0.0.1:${(page.address() as AddressInfo).port}`;
  const bad = await run(["status", "--json", "--api", at]);
  expect(bad).toMatchObject({
    code: 1,
    out: "",
    err: expect.stringMatching(/is not Houston: it says HTTP 502\n.*--api/),
  });
  const plan = await run(["plan", "--api", at]);
  expect(plan).toMatchObject({
    code: 1,
    out: "",
    err: expect.stringContaining("is not Houston: its answer is no JSON"),
  });
  page.close();
});

test("a Houston that stands still, or takes calls and says nothing, does not look well: exit 1", async () => {
  const pictures = new Map<string, string>();
  for (const path of ["/api/status", "/api/view"]) pictures.set(path, await (await fetch(`${api}${path}`)).text());
  let isFrozen = false;
  const standing = createServer((request, response) => {
    if (!isFrozen) response.setHeader("content-type", "application/json").end(pictures.get(request.url ?? ""));
  });
  await new Promise<void>((resolve) => standing.listen(0, "127.0.0.1", resolve));
  const at = `http://127.0.0.1:${(standing.address() as AddressInfo).port}`;
  expect(await run(["status", "--api", at])).toMatchObject({
    code: 1,
    out: expect.stringMatching(/^STALE: this is of /),
  });
  isFrozen = true;
  expect(await run(["status", "--api", at])).toMatchObject({
    code: 1,
    out: "",
    err: expect.stringContaining("Houston does not answer"),
  });
  standing.closeAllConnections();
  standing.close();
}, 60_000);

test("failed, exit 1: nobody answers, no such file, bad news", async () => {
  expect(await run(["status", ...NOBODY])).toMatchObject({ code: 1, err: expect.stringContaining("fix:") });
  expect(await run(["judge", join(folder, "none.ndjson")])).toMatchObject({ code: 1, out: "" });
  expect(await run(["replay", join(folder, "none.ndjson")])).toMatchObject({ code: 1, out: "" });
  expect(await run(["plan", "--problem", join(folder, "none.json")])).toMatchObject({ code: 1, out: "" });
  const broken = join(folder, "broken.yaml");
  writeFileSync(broken, "mode: act\n");
  expect(await run(["check", "--config", broken])).toMatchObject({ code: 1 });
  expect(await run(["record", "--location", "east", "-o", join(folder, "no", "file"), "--api", api])).toMatchObject({
    code: 1,
    err: expect.stringContaining("not whole"),
  });
});

test("a Houston of one's own is not started by a file that lacks something, and says what", async () => {
  const example = readFileSync("examples/houston.yaml", "utf8");
  const file = join(folder, "houston.yaml");
  const ran = async (text: string, ...words: readonly string[]) => {
    writeFileSync(file, text);
    return run(["run", "--config", file, ...words]);
  };
  expect(await run(["run", "--config", join(folder, "none.yaml")])).toMatchObject({
    code: 1,
    err: expect.stringContaining("(no-config)"),
  });
  const { code, err } = await ran(example.replace("mode: observe", 'mode: "?"'));
  expect({ code, lines: err.split("\n").map((line) => line.replaceAll(file, "FILE")) }).toEqual({
    code: 1,
    lines: [
      "houston: 1 problem in FILE",
      expect.stringMatching(/^ {2}FILE:\d+:\d+ {2}mode: a '\?' stands here/),
      expect.stringMatching(/^ {6}fix: write /),
      "  fix: `houston check --config FILE` lists them again; nothing was done  (bad-config)",
      "",
    ],
  });
  const blind = example.slice(0, example.indexOf("watch:"));
  expect(await ran(blind)).toMatchObject({ code: 1, err: expect.stringContaining("`watch:` is missing") });
  const eager = example.slice(0, example.indexOf("steering:")).replace("mode: observe", "mode: act");
  expect(await ran(eager)).toMatchObject({ code: 1, err: expect.stringContaining("(mode-too-far)") });
  expect(await ran(example, "--listen", "0.0.0.0:7070")).toMatchObject({ code: 2, out: "" });
});

test("a past that can't be had is refused with the reason", async () => {
  const past = ["record", "--config", "examples/houston.yaml"];
  expect(await run(past)).toMatchObject({ code: 2, err: expect.stringContaining("wants --from") });
  expect(await run([...past, "--from", "1h", "--location", "east"])).toMatchObject({ code: 2 });
  expect(await run(["record", "--prometheus", "http://127.0.0.1:1"])).toMatchObject({ code: 2 });
  expect(await run([...past, "--from", "1h", "--prometheus", "http://127.0.0.1:1"])).toMatchObject({
    code: 1,
    err: expect.stringContaining("ECONNREFUSED"),
  });
});

test("what only looks is done without a question", async () => {
  for (const words of ["status", "why east", "plan --without east", "plan"])
    expect(await ask(words)).toMatchObject({ code: 0, err: "" });
  const file = join(folder, "east.ndjson.gz");
  const saved = await ask(`record --location east --from 1795000000000 --to 1795000001000 -o ${file}`);
  expect(saved).toMatchObject({ code: 0, out: "" });
  expect(gunzipSync(readFileSync(file)).toString()).toContain("1795000000000 1795000001000\n");
});

test("what would be refused is refused before anybody is asked", async () => {
  await ask("mode observe");
  for (const words of ["evacuate east", "evacuate east --yes"])
    expect(await ask(words, true)).toMatchObject({
      code: 1,
      out: "",
      err: "houston: mode is observe, nothing moves\n  fix: `houston mode act`  (refused-mode-observe)\n",
    });
  expect(typed.questions).toBe(0);
});

const MAY_MOVE = ["evacuate north", "restore north", "release", "release east", "mode act"];

test.each(MAY_MOVE)("houston %s says what it will do and asks; without a terminal --yes is needed", async (words) => {
  await ask("hold");
  await ask("mode approve");
  if (words === "restore north") await ask("evacuate north --yes");
  const before = JSON.stringify(houston.controller.view().locations.map(({ state, hold }) => [state, hold]));
  const unasked = await ask(words);
  expect(unasked).toMatchObject({ code: 2, out: "", err: expect.stringContaining("--yes") });
  typed.answer = "no";
  const denied = await ask(words, true);
  expect(denied).toMatchObject({ code: 1, out: "", err: expect.stringContaining("nothing was done") });
  expect(denied.err.split("\n")[0]).toMatch(/\w+ \w+/);
  expect(typed.questions).toBe(1);
  expect(houston.controller.view()).toMatchObject({ mode: "approve", hold: { by: "ana" } });
  expect(JSON.stringify(houston.controller.view().locations.map(({ state, hold }) => [state, hold]))).toBe(before);
});

test("a release and `mode act` name what they set free, and a yes does it", async () => {
  typed.answer = "yes";
  await ask("hold east");
  expect((await ask("release east", true)).err).toMatch(
    /the hold of ana on east .* ends[\s\S]*everything is held by ana/,
  );
  expect(houston.controller.view().locations.find(({ name }) => name === "east")?.hold).toBeNull();
  // What lets everything move is typed out, as in the console.
  expect(await ask("mode act", true)).toMatchObject({ code: 1, err: expect.stringContaining("nothing was done") });
  typed.answer = " act ";
  const acted = await ask("mode act", true);
  expect(acted).toMatchObject({ code: 0, out: expect.stringContaining("mode is act") });
  expect(acted.err).toMatch(/the mode is approve and becomes act[\s\S]*everything is held by ana/);
  expect(await ask("release --yes")).toMatchObject({ code: 0, err: expect.stringContaining("the hold of ana since") });
  expect(acted.err).toContain(`this is for the Houston at ${api}`);
  expect(houston.controller.view()).toMatchObject({ mode: "act", hold: null });
  expect(typed.questions).toBe(3);
});

test("`hold` and what takes back never ask", async () => {
  for (const words of ["hold", "hold west", "mode approve"])
    expect(await ask(words)).toMatchObject({ code: 0, err: "" });
  expect(houston.controller.view()).toMatchObject({ mode: "approve", hold: { by: "ana" } });
  await ask("release --yes");
  await ask("release west --yes");
});

test("an answer is read out before it is given: a no leaves the question open", async () => {
  // One that took nothing of what was moved above.
  for (let second = 0; second < 10 && houston.controller.view().questions.length === 0; second += 1)
    await houston.second(["middle"]);
  const [question] = houston.controller.view().questions;
  const words = `answer ${question?.id} 1`;
  expect(await ask(words)).toMatchObject({ code: 2, err: expect.stringContaining("--yes") });
  typed.answer = "n";
  const denied = await ask(words, true);
  expect(denied.code).toBe(1);
  expect(denied.err).toContain(`${question?.asks}\nyou answer 1: approve`);
  expect(houston.controller.view().questions.map(({ id }) => id)).toEqual([question?.id]);
  expect(await ask(`answer ${question?.id} 7 --yes`)).toMatchObject({
    code: 1,
    err: expect.stringContaining("2 choices"),
  });
  expect(await ask(`${words} --yes`)).toMatchObject({ code: 0, out: expect.stringContaining("[1] approve") });
  expect(houston.controller.view().questions).toEqual([]);
  const why = await ask("why middle");
  expect(why.out).toMatch(
    /on 40\.0 nats of 20\.0, failing; cause dynamodb 90 %\n\s+dynamodb requests: 10 % of requests fail/,
  );
});

test("a report is printed, or saved as its file's name says", async () => {
  const printed = await ask("report");
  expect(printed).toMatchObject({ code: 0, err: "", out: expect.stringMatching(/^# Incident \d+: middle\n/) });
  expect(JSON.parse((await ask("report 1 --json")).out)).toMatchObject({ version: 1, incident: { number: 1 } });
  const file = join(folder, "incident.html");
  expect(await ask(`report 1 -o ${file}`)).toMatchObject({ code: 0, out: "", err: `saved as ${file}\n` });
  expect(readFileSync(file, "utf8")).toMatch(/^<!doctype html>/);
  expect(await ask(`report 1 -o ${join(folder, "no", "file.md")}`)).toMatchObject({
    code: 1,
    err: expect.stringContaining("can't be written"),
  });
});
