import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import type { PlanetOptions } from "../../planet/up.ts";
import { readRunFile, removeRunFile, writeRunFile } from "../../runtime/run-file.ts";
import { up } from "./up.ts";

/** In place of a planet's start: no planet starts in a unit test. */
const starts = vi.hoisted((): { start: (options: PlanetOptions) => Promise<never> } => ({
  start: () => Promise.reject(new Error("unset")),
}));
vi.mock("../../planet/up.ts", () => ({ startPlanet: (options: PlanetOptions) => starts.start(options) }));

const folder = mkdtempSync(join(tmpdir(), "houston-up-"));
beforeAll(() => void vi.stubEnv("XDG_RUNTIME_DIR", folder));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function said(): () => string {
  let text = "";
  const write = vi.spyOn(process.stderr, "write").mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  onTestFinished(() => write.mockRestore());
  return () => text;
}

function running(): Promise<unknown> {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const before = new Map(signals.map((signal) => [signal, process.listeners(signal)]));
  onTestFinished(() => {
    for (const signal of signals)
      for (const listener of process.listeners(signal))
        if (!before.get(signal)?.includes(listener)) process.off(signal, listener);
  });
  const program = new Command().exitOverride();
  up(program);
  return program.parseAsync(["node", "houston", "up"]);
}

test.each(["SIGINT", "SIGTERM"] as const)(
  "%s during the start breaks it off at once, and is no failure",
  async (how) => {
    const words = said();
    const started = Promise.withResolvers<void>();
    starts.start = ({ signal }) =>
      new Promise((_, reject) => {
        // What is started dies of the break, so the start fails of it.
        signal.addEventListener("abort", () => reject(new Error("world-us-east-1: ended with SIGTERM")));
        started.resolve();
      });
    const ended = running();
    await started.promise;
    process.emit(how);
    await ended;
    expect(words()).toBe("stopping ...\nstopped; nothing is left running\n");
    expect(readRunFile()).toBeNull();
  },
);

test("a start that fails by itself is a failure", async () => {
  starts.start = () => Promise.reject(new Error("no first table"));
  await expect(running()).rejects.toThrow("no first table");
});

test("while a Houston watches one's own services no planet starts, and it is not called one", async () => {
  writeRunFile({ pid: process.pid, api: "http://127.0.0.1:7070", token: "t" });
  onTestFinished(() => removeRunFile(process.pid));
  await expect(running()).rejects.toMatchObject({
    code: "already-running",
    message: `a Houston of yours runs already: process ${process.pid}, API http://127.0.0.1:7070`,
  });
});
