// docs/install.md, walked command by command, with a real Prometheus that scrapes three shops.
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createServer as portServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { houstonProgram } from "../../src/cli/program.ts";

const root = join(import.meta.dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "houston-first-hour-"));
const here = process.cwd();
const REGIONS = ["us-east-1", "us-west-2", "europe-north1"];
let shop: Server;
let prometheus: ChildProcess;
let url: string;
let houston: ChildProcess | null = null;

beforeAll(async () => {
  const begun = Date.now();
  // One process shows what all three count: 100 requests a second each, one in 1,000 fails.
  shop = createServer((_request, response) => {
    const count = Math.floor((Date.now() - begun) / 10) + 1000;
    const lines = REGIONS.flatMap((region) => [
      `http_requests_total{region="${region}",service="web",code="200"} ${count}`,
      `http_requests_total{region="${region}",service="web",code="500"} ${Math.floor(count / 1000)}`,
      `http_request_duration_seconds_bucket{region="${region}",service="web",le="0.1"} ${count}`,
      `http_request_duration_seconds_bucket{region="${region}",service="web",le="+Inf"} ${count}`,
    ]);
    response.end(`${lines.join("\n")}\n`);
  });
  await new Promise<void>((resolve) => shop.listen(0, "127.0.0.1", resolve));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  writeFileSync(
    join(folder, "prometheus.yml"),
    `global: { scrape_interval: 1s }
scrape_configs: [{ job_name: shop, static_configs: [{ targets: ["127.0.0.1:${(shop.address() as AddressInfo).port}"] }] }]`,
  );
  prometheus = spawn(
    "prometheus",
    [
      `--config.file=${join(folder, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(folder, "tsdb")}`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--log.level=error",
    ],
    { stdio: "ignore" },
  );
  process.chdir(folder);
  vi.stubEnv("XDG_STATE_HOME", join(folder, "state"));
  vi.stubEnv("XDG_RUNTIME_DIR", folder);
  vi.stubEnv("KUBECONFIG", join(folder, "none"));
  vi.stubEnv("HOUSTON_API", undefined);
}, 90_000);

afterAll(async () => {
  vi.unstubAllEnvs();
  process.chdir(here);
  if (houston !== null && houston.exitCode === null) {
    houston.kill("SIGTERM");
    await once(houston, "exit");
  }
  prometheus?.kill("SIGKILL");
  shop?.close();
  shop?.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

/** How many regions have been scraped twice. */
async function scraped(): Promise<number> {
  const query = encodeURIComponent('count_over_time(http_requests_total{code="200"}[1m]) >= 2');
  const answer = await fetch(`${url}/api/v1/query?query=${query}`).catch(() => null);
  const body = (await answer?.json().catch(() => null)) as { data?: { result?: readonly unknown[] } } | null;
  return body?.data?.result?.length ?? 0;
}

type Block = { readonly isBackground: boolean; readonly commands: readonly string[] };

/** What the page has its reader type, in the order of the page. */
function blocksOf(page: string): readonly Block[] {
  return [...page.matchAll(/```sh( background)?\n([\s\S]*?)```/g)].map(([, background, code = ""]) => ({
    isBackground: background !== undefined,
    commands: code.trim().split("\n"),
  }));
}

test(
  "each command of docs/install.md does what the page says, from nothing to observe",
  { timeout: 170_000 },
  async () => {
    await expect.poll(scraped, { timeout: 60_000, interval: 200 }).toBe(REGIONS.length);
    const page = readFileSync(join(root, "docs", "install.md"), "utf8");
    const blocks = blocksOf(page.replaceAll("https://prometheus.example.com", url));
    const said: string[] = [];
    for (const { isBackground, commands } of blocks) {
      for (const command of commands) {
        if (isBackground) await begin(command);
        else said.push(`$ ${command}`, await typed(command));
      }
    }
    const all = said.join("\n");
    expect(all).toMatch(/the Prometheus counts http_requests_total: 3 locations by region, 1 service/);
    expect(all).toMatch(/with 3 '\?' left to you; next: `houston check`/);
    // The first check lists what is missing, the second is content, the third has asked.
    expect(all).toMatch(/locations\[0\]\.capacityRps: a '\?' stands here.*\n\s+fix: write the most requests/);
    expect(all).toMatch(/houston.yaml is good: 3 locations, 3 zones, 1 class, mode observe/);
    expect(all).toContain("the Prometheus answers, and has numbers of every location");
    expect(all).toMatch(/\$ npx houston status\n[\s\S]*us-east-1 +serving/);
    expect(all).toMatch(/\$ npx houston why us-east-1\nus-east-1: serving, healthy/);
    expect(all).toMatch(/\$ npx houston plan --without us-east-1\n/);
    expect(all).toContain("0 moves wanted in 28 days (0 watched, mode observe)");
    expect(all).toContain("yes: nothing moves at us-east-1");
    expect(all).toContain('"location":"us-east-1","mayWork":true,"code":"serving"');
  },
);

/** What a terminal would show of it. */
async function typed(command: string): Promise<string> {
  const [, name, value] = /^export (\w+)=(\S+)$/.exec(command) ?? [];
  if (name !== undefined) {
    vi.stubEnv(name, value);
    return "";
  }
  if (!command.startsWith("npx houston ")) {
    await expect.poll(() => shell(command), { timeout: 60_000, interval: 500 }).not.toContain("not-known-yet");
    return shell(command);
  }
  const words = command.split(" ").slice(2);
  // What Houston is asked right after its start it may not know yet; a reader asks again.
  let last = { text: "", isDone: false };
  for (let tries = 0; tries < (houston === null ? 1 : TRIES_MAX); tries += 1) {
    last = await inThisProcess(words);
    if (last.isDone) break;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return last.text;
}

/** A minute of a busy machine. */
const TRIES_MAX = 240;

function shell(command: string): string {
  const api = houston === null ? "http://127.0.0.1:7070" : runFile().api;
  return execFileSync("bash", ["-c", command.replace("http://127.0.0.1:7070", api)], { encoding: "utf8" });
}

const runFile = () => JSON.parse(readFileSync(join(folder, "houston", "run.json"), "utf8")) as { readonly api: string };

/** The real program, without the second that each process takes to start. */
async function inThisProcess(words: readonly string[]): Promise<{ readonly text: string; readonly isDone: boolean }> {
  let text = "";
  const write = (chunk: unknown): boolean => {
    text += String(chunk);
    return true;
  };
  const streams = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, "write").mockImplementation(write));
  const before = process.exitCode;
  process.exitCode = 0;
  try {
    await houstonProgram().parseAsync(words, { from: "user" });
    return { text, isDone: process.exitCode === 0 };
  } catch (error) {
    return { text: `${text}${String(error)}\n`, isDone: false };
  } finally {
    process.exitCode = before;
    for (const stream of streams) stream.mockRestore();
  }
}

/** `houston run` on a free port; of the past only an hour is learnt, for the Prometheus is some seconds old. */
async function begin(command: string): Promise<void> {
  const words = command.replace("28d", "1h").split(" ").slice(2);
  houston = spawn(
    process.execPath,
    [
      "--conditions=reactive-production:source",
      "--disable-warning=ExperimentalWarning",
      join(root, "src", "cli", "main.ts"),
      ...words,
      "--listen",
      "127.0.0.1:0",
    ],
    { stdio: ["ignore", "pipe", "inherit"], env: process.env },
  );
  let text = "";
  houston.stdout!.on("data", (chunk: Buffer) => void (text += chunk.toString()));
  await expect.poll(() => text, { timeout: 60_000, interval: 100 }).toContain("Houston watches 3 locations");
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const holder = portServer().listen(0, "127.0.0.1", () => {
      const { port } = holder.address() as AddressInfo;
      holder.close(() => resolve(port));
    });
  });
}
