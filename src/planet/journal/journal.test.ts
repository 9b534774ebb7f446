import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { answer, continuation, serve, type JournalStore, type Trace } from "@reactive-production/continuity";
// By its path: the suite is for stores' authors, and no part of what applications install.
import { storeCases, type OpenedStore } from "../../../continuity/src/store-testing.ts";
import { journalStore } from "./client.ts";

// Each test starts real processes: 0.2 s each, and many times that on a machine that does much else.
vi.setConfig({ testTimeout: 60_000 });

const folder = mkdtempSync(join(tmpdir(), "journal-"));
const token = "journal-test-token";
const address = "127.77.20.90";
let ports = 20_000 + (process.pid % 20_000);
const running = new Set<ChildProcess>();

afterAll(() => {
  for (const child of running) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

async function startJournal(settings: { port: number; file: string }): Promise<ChildProcess> {
  const child = spawn(
    process.execPath,
    [
      "--conditions=reactive-production:source",
      join(import.meta.dirname, "main.ts"),
      JSON.stringify({ address, ...settings }),
    ],
    { env: { ...process.env, HOUSTON_TOKEN: token }, stdio: ["pipe", "pipe", "inherit"] },
  );
  running.add(child);
  child.once("exit", () => running.delete(child));
  await once(child.stdout, "data");
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

const clientOf = (port: number) => journalStore({ address, port, token, location: "A" });

describe("the journal's process passes the suite of all stores", async () => {
  const port = (ports += 1);
  for (const [index, { name, run }] of storeCases.entries()) {
    test(name, () =>
      run(async (): Promise<OpenedStore> => {
        const settings = { port, file: join(folder, `suite-${index}.sqlite`) };
        let child = await startJournal(settings);
        const opened: JournalStore[] = [];
        const beside = async () => {
          const store = clientOf(port);
          opened.push(store);
          return store;
        };
        const afterCrash = async () => {
          await kill(child);
          child = await startJournal(settings);
          return beside();
        };
        const dispose = async () => {
          await Promise.all(opened.map((store) => store.close()));
          await kill(child);
        };
        return { store: await beside(), beside, afterCrash, dispose };
      }),
    );
  }
});

const sells = continuation<{ item: string }>("sell", { version: 1 }, async ({ item }, step, run) => {
  const held = await step("hold", { kind: "idempotent", does: async (key) => ({ key, item }) });
  await step("charge", { kind: "askable", does: async () => "paid", asks: () => ({ done: false, final: true }) });
  return answer(201, { held, steps: run.done().map(({ name, location }) => `${name}@${location}`) });
});

test("requests in flight outlive kill -9 of the journal; the trace is found by key, order and id", async () => {
  const settings = { port: (ports += 1), file: join(folder, "restart.sqlite") };
  let child = await startJournal(settings);
  const store = clientOf(settings.port);
  const sell = (n: number) =>
    serve(sells, store, {
      key: `k${n}`,
      fingerprint: "f",
      request: { item: `i${n}` },
      location: "A",
      names: [`order-${n}`],
    });
  const first = Array.from({ length: 40 }, (_, n) => sell(n));
  await kill(child);
  const second = Array.from({ length: 40 }, (_, n) => sell(n + 40));
  child = await startJournal(settings);
  const answers = await Promise.all([...first, ...second]);
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
  expect(await sell(3)).toEqual(answers[3]);

  for (const name of ["k50", "order-50", "sell:k50"]) {
    const response = await fetch(`http://${address}:${settings.port}/requests/${encodeURIComponent(name)}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const trace = (await response.json()) as Trace;
    expect(trace).toMatchObject({
      id: "sell:k50",
      workflow: "sell",
      home: "A",
      state: "answered",
      status: 201,
      names: ["order-50"],
    });
    expect(
      trace.steps.map(({ name, attempt, location, outcome }) => `${name} ${attempt} ${location} ${outcome}`),
    ).toEqual(["hold 1 A done", "charge 1 A done"]);
  }
  await store.close();
  // The supervisor's death is the end of the journal: its standard input closes.
  const gone = once(child, "exit");
  child.stdin?.end();
  expect((await gone)[0]).toBe(0);
});

test("strangers, garbage and unknown calls are refused and the journal lives", async () => {
  const settings = { port: (ports += 1), file: join(folder, "garbage.sqlite") };
  await startJournal(settings);
  const origin = `http://${address}:${settings.port}`;
  const authorization = `Bearer ${token}`;
  const status = async (path: string, init: RequestInit = {}) =>
    (await fetch(origin + path, { headers: { authorization }, ...init })).status;
  expect(await status("/unfinished", { headers: {} })).toBe(401);
  expect(await status("/unfinished", { headers: { authorization: "Bearer wrong" } })).toBe(401);
  expect(await status("/batch", { method: "POST", body: "{not json" })).toBe(400);
  expect(await status("/batch", { method: "POST", body: '{"calls":7}' })).toBe(400);
  expect(await status("/changed", { method: "POST", body: "{}" })).toBe(400);
  expect(await status("/requests/nobody")).toBe(404);
  expect(await status("/requests/%E0%A4%A")).toBe(400);
  const calls = [
    { call: "append", write: { id: "x", expect: { seq: 0, epoch: 0 }, entries: [{ v: 9, kind: "begun" }] } },
    { call: "steal" },
  ];
  const response = await fetch(`${origin}/batch`, {
    method: "POST",
    headers: { authorization },
    body: JSON.stringify({ calls }),
  });
  const { outcomes } = (await response.json()) as { outcomes: { error?: { code: string } }[] };
  expect(outcomes[0]?.error?.code).toBe("entry-newer");
  expect(outcomes[1]?.error?.code).toBe("bad-input");
  expect(await status("/unfinished")).toBe(200);
});

test("a damaged file stops the journal with the fix, and is left as it is", async () => {
  const file = join(folder, "damaged.sqlite");
  writeFileSync(file, "no journal, ".repeat(1_000));
  const child = spawn(
    process.execPath,
    [
      "--conditions=reactive-production:source",
      join(import.meta.dirname, "main.ts"),
      JSON.stringify({ address, port: (ports += 1), file }),
    ],
    { env: { ...process.env, HOUSTON_TOKEN: token }, stdio: ["pipe", "ignore", "pipe"] },
  );
  let says = "";
  child.stderr.on("data", (chunk: Buffer) => (says += chunk.toString()));
  expect((await once(child, "exit"))[0]).toBe(1);
  expect(says).toContain("damaged");
  expect(says).toContain("fix: ");
});
