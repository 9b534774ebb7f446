import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gunzipSync, gzipSync } from "node:zlib";
import { fastify, type FastifyInstance } from "fastify";
import { afterEach, beforeEach, expect, test } from "vitest";
import { serveConsole } from "./console.ts";

let folder: string;
let app: FastifyInstance;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "houston-console-"));
  app = fastify();
  serveConsole(app, folder);
});
afterEach(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

const INDEX = "<!doctype html><title>Houston</title>";
const SCRIPT = "console.log('a script that is worth compressing')";

function build(): void {
  mkdirSync(join(folder, "assets"));
  writeFileSync(join(folder, "index.html"), INDEX);
  writeFileSync(join(folder, "built-from.json"), '{"a machine\'s": "own affairs"}');
  writeFileSync(join(folder, "assets", "index-abc.js"), SCRIPT);
  writeFileSync(join(folder, "assets", "index-abc.js.gz"), gzipSync(SCRIPT));
  writeFileSync(join(folder, "assets", "index-abc.js.br"), brotliCompressSync(SCRIPT));
}

const get = (url: string, headers: Record<string, string> = {}) => app.inject({ method: "GET", url, headers });

test("every view's address opens the one page, which may load nothing but its own files", async () => {
  build();
  for (const path of [
    "/",
    "/location/us-east-1",
    "/location/us-east-1?part=service%3Acart",
    "/plan?without=a",
    "/plan/every-loss",
    "/timeline?at=5",
    "/trace",
    "/trace/x",
    "/drills",
    "/drills/gray-1638890400000",
  ]) {
    const answer = await get(path);
    expect([path, answer.statusCode, answer.body]).toEqual([path, 200, INDEX]);
    expect(answer.headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    });
    const policy = String(answer.headers["content-security-policy"]);
    for (const part of ["default-src 'self'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"])
      expect(policy).toContain(part);
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
  }
});

test("files are kept for a year, for their names change with their content; compressed for who takes it", async () => {
  build();
  const plain = await get("/assets/index-abc.js");
  expect(plain.body).toBe(SCRIPT);
  expect(plain.headers).toMatchObject({
    "cache-control": "public, max-age=31536000, immutable",
    "content-type": "text/javascript; charset=utf-8",
    vary: "accept-encoding",
  });
  const gzip = await get("/assets/index-abc.js", { "accept-encoding": "gzip, deflate" });
  expect(gzip.headers["content-encoding"]).toBe("gzip");
  expect(gunzipSync(gzip.rawPayload).toString()).toBe(SCRIPT);
  const br = await get("/assets/index-abc.js", { "accept-encoding": "gzip, deflate, br" });
  expect(br.headers["content-encoding"]).toBe("br");
});

test("nothing else of this machine is served, however it is asked for", async () => {
  build();
  writeFileSync(join(folder, "secret.js"), "a machine's own affairs");
  for (const path of [
    "/secret.js",
    "/built-from.json",
    "/assets/index-abc.js.gz",
    "/assets/../secret.js",
    "/assets/..%2fsecret.js",
    "/assets/%2e%2e%2fsecret.js",
    "/assets/..%5csecret.js",
    "/assets/__proto__",
    "/assets/nothing.js",
    "/index.html",
  ]) {
    const answer = await get(path);
    expect([path, answer.statusCode]).toEqual([path, 404]);
    expect(answer.body).not.toContain("own affairs");
  }
});

test("where nothing is built it says how to build it, and needs no new start afterwards", async () => {
  const before = await get("/");
  expect([before.statusCode, before.headers["content-type"]]).toEqual([503, "text/html; charset=utf-8"]);
  expect(before.body).toContain("npm run build:console");
  build();
  expect((await get("/")).body).toBe(INDEX);
});
