import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { commandMachines } from "./command.ts";
import { scaledRig } from "./scaled-rig.testing.ts";
import { AT_REST, machinesConformance, scaleConformance, type MachinesRig } from "./testing.ts";

const folder = mkdtempSync(join(tmpdir(), "houston-command-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An operator's program: it keeps its machines in a file. */
const program = join(folder, "grow.cjs");
writeFileSync(
  program,
  `const { readFileSync, writeFileSync } = require("node:fs");
const [file, verb, location, part, replicas] = process.argv.slice(2);
const state = JSON.parse(readFileSync(file, "utf8"));
const end = (code, said) => { process.stdout.write(typeof said === "string" ? said : JSON.stringify(said ?? {})); process.exitCode = code; };
const { trouble } = state;
if (process.env.HOME !== undefined) end(1, { says: "it was given more of the environment than it may have" });
else if (process.env.CLOUD_TOKEN !== "made-cloud-token-0001") end(1, { code: "forbidden", says: "who are you?" });
else if (trouble === "silent") setInterval(() => JSON.parse(readFileSync(file, "utf8")).trouble === "silent" || process.exit(75), 50);
else if (trouble === "fault") end(75, { says: "the cloud is away" });
else if (trouble === "conflict" || trouble === "throttled") end(1, { code: trouble });
else if (trouble === "garbled") end(0, "not JSON");
else if (trouble === "echo") end(1, { says: "not taken: " + process.env.CLOUD_TOKEN });
else if (part !== "web") end(1, { code: "unknown-target" });
else if (verb === "look") end(0, { floor: state.floor, ready: state.ready, most: state.most, ...(trouble === "short" && { quota: "quota used up" }) });
else if (trouble === "quota") end(1, { code: "quota", says: "no more machines" });
else { writeFileSync(file, JSON.stringify({ ...state, floor: Number(replicas), changes: state.changes + 1 })); end(0); }
`,
);

/** The program reads and writes a file; the suite sees it as an object. */
function stateIn(file: string): MachinesRig["provider"]["state"] {
  const read = (): MachinesRig["provider"]["state"] => JSON.parse(readFileSync(file, "utf8")) as typeof AT_REST;
  writeFileSync(file, JSON.stringify(AT_REST));
  return new Proxy(
    { ...AT_REST },
    {
      get: (_target, name) => (read() as Record<string | symbol, unknown>)[name],
      ownKeys: () => Reflect.ownKeys(read()),
      getOwnPropertyDescriptor: (_target, name) => Reflect.getOwnPropertyDescriptor(read(), name),
      set(_target, name, value) {
        writeFileSync(file, JSON.stringify({ ...read(), [name]: value as unknown }));
        return true;
      },
    },
  );
}

let made = 0;
async function rig(): Promise<MachinesRig> {
  const file = join(folder, `state-${(made += 1)}.json`);
  const state = stateIn(file);
  const machinesOf = (token: string, part: string) =>
    commandMachines(
      { argv: [process.execPath, program, file], environment: ["CLOUD_TOKEN"], location: "us-east-1", part },
      { PATH: process.env["PATH"], HOME: "/nowhere", CLOUD_TOKEN: token },
    );
  return {
    provider: { state, wrong: [], secrets: ["made-cloud-token-0001"], async stop() {} },
    machines: machinesOf("made-cloud-token-0001", "web"),
    machinesWithoutRight: machinesOf("somebody-else", "web"),
    machinesNotThere: machinesOf("made-cloud-token-0001", "nowhere"),
  };
}

machinesConformance("a command", rig, { hasMost: true, saysWhen: false });
scaleConformance("a command", () => scaledRig(rig));

const never = new AbortController().signal;
const commandOf = (argv: readonly string[]) =>
  commandMachines({ argv, environment: [], location: "us-east-1", part: "web" }, { PATH: process.env["PATH"] });

test("no shell reads the words of a command", async () => {
  const trace = join(folder, "trace");
  const argv = [
    process.execPath,
    "-e",
    "process.exit(process.argv.includes(`; touch ${process.argv[1]}`) ? 0 : 1)",
    trace,
  ];
  expect(await commandOf([...argv, `; touch ${trace}`]).ask(5, never)).toEqual({ kind: "done" });
  expect(existsSync(trace)).toBe(false);
});

test("a program that is not there, or says too much, is a problem and no crash", async () => {
  expect(await commandOf([join(folder, "none")]).look(never)).toMatchObject({
    kind: "refused",
    code: "unknown-target",
  });
  const endless = ["-e", "setInterval(() => process.stdout.write('x'.repeat(65536)), 1)"];
  expect(await commandOf([process.execPath, ...endless]).look(never)).toMatchObject({
    kind: "refused",
    code: "refused",
  });
});

test("what a program began ends with it", async () => {
  const began = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const server = createServer((socket) => {
    began.resolve();
    socket.on("error", () => {}).on("close", () => ended.resolve());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const child = `require("node:net").connect(${port}, "127.0.0.1").resume()`;
  const parent = `require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(child)}]); setInterval(() => {}, 1000)`;
  const abort = new AbortController();
  const asked = commandOf([process.execPath, "-e", parent]).ask(5, abort.signal);
  await began.promise;
  abort.abort();
  expect(await asked).toMatchObject({ kind: "retry", code: "timeout" });
  await ended.promise;
  server.close();
});

test("whom a program left behind with its output open is not waited for", async () => {
  const pidFile = join(folder, "left-behind");
  const parent = `const left = require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { detached: true, stdio: ["ignore", "inherit", "ignore"] });
require("node:fs").writeFileSync(${JSON.stringify(pidFile)}, String(left.pid));
left.unref();
process.stdout.write('{"floor":6,"ready":5,"most":40}');`;
  try {
    expect(await commandOf([process.execPath, "-e", parent]).look(never)).toEqual({
      kind: "seen",
      floor: 6,
      ready: 5,
      most: 40,
    });
  } finally {
    process.kill(Number(readFileSync(pidFile, "utf8")));
  }
});
