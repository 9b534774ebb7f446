import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

/**
 * Serves the console: the files that `npm run build:console` made, read once, and nothing else of this machine. The page may load
 * only what lies here, so that whatever text it shows can neither run nor call anybody.
 */
export function serveConsole(app: FastifyInstance, folder: string = CONSOLE_FOLDER): void {
  let files: ConsoleFiles | null = null;
  const page = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    // Who builds it while Houston runs need not start again.
    files ??= readFiles(folder);
    const index = files?.get("index.html");
    if (index === undefined) return reply.code(503).headers(PAGE_HEADERS).type(HTML).send(NOT_BUILT);
    return send({ request, reply, file: index, headers: { ...PAGE_HEADERS, "cache-control": "no-store" } });
  };
  for (const path of [
    "/",
    "/location/:name",
    "/plan",
    "/plan/every-loss",
    "/timeline",
    "/trace",
    "/trace/:id",
    "/drills",
    "/drills/:report",
  ])
    app.get(path, page);
  app.get<{ Params: { name: string } }>("/assets/:name", (request, reply) => {
    files ??= readFiles(folder);
    const file = files?.get(`assets/${request.params.name}`);
    if (file === undefined) return reply.callNotFound();
    return send({ request, reply, file, headers: ASSET_HEADERS });
  });
}

const CONSOLE_FOLDER = join(import.meta.dirname, "..", "..", "console", "dist");

type ConsoleFiles = ReadonlyMap<string, ConsoleFile>;
type ConsoleFile = {
  readonly type: string;
  readonly plain: Buffer;
  /** Null where it was not worth compressing. */
  readonly br: Buffer | null;
  readonly gzip: Buffer | null;
};

const HTML = "text/html; charset=utf-8";
const TYPES: Readonly<Record<string, string>> = {
  html: HTML,
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

const SAFE_HEADERS = { "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" };
const PAGE_HEADERS = {
  ...SAFE_HEADERS,
  "content-security-policy": [
    "default-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
    // Not even a fault of ours can turn text into markup.
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; "),
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), usb=()",
};
/** Their names change with their content. */
const ASSET_HEADERS = { ...SAFE_HEADERS, "cache-control": "public, max-age=31536000, immutable" };

const NOT_BUILT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Houston</title>
<h1>The console is not built yet</h1><p>In the project's folder: <code>npm run build:console</code>, then load this page again.
On the command line: <code>houston status</code>.</p></html>`;

/** Null when there is no build. */
function readFiles(folder: string): ConsoleFiles | null {
  if (!existsSync(join(folder, "index.html"))) return null;
  const names = ["index.html", ...readdirSync(join(folder, "assets")).map((name) => `assets/${name}`)];
  return new Map(
    names.flatMap((name) => {
      const type = TYPES[name.split(".").at(-1) ?? ""];
      if (type === undefined) return [];
      const path = join(folder, name);
      return [
        [name, { type, plain: readFileSync(path), br: readIf(`${path}.br`), gzip: readIf(`${path}.gz`) }],
      ] as const;
    }),
  );
}

function readIf(path: string): Buffer | null {
  return existsSync(path) ? readFileSync(path) : null;
}

function send(answer: {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly file: ConsoleFile;
  readonly headers: Readonly<Record<string, string>>;
}): FastifyReply {
  const { request, reply, file, headers } = answer;
  const accepted = request.headers["accept-encoding"] ?? "";
  const encoding = ENCODINGS.find((each) => file[each] !== null && new RegExp(`\\b${each}\\b`).test(accepted));
  reply.headers({ ...headers, vary: "accept-encoding" }).type(file.type);
  if (encoding === undefined) return reply.send(file.plain);
  return reply.header("content-encoding", encoding).send(file[encoding]);
}

const ENCODINGS = ["br", "gzip"] as const;
