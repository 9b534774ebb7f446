import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { planetLocations } from "../geography.ts";
import { networkOf } from "../distance.ts";
import { openLedger, type Ledger, type LedgerKind } from "./ledger.ts";
import { readNotAfter, readOrderBody } from "./order-body.ts";

/**
 * The bank and the warehouse: they stand outside all locations and take every order as it comes. They deduplicate
 * nothing (unless told to), so that a doubled charge shows. Only two things are refused: a key that was voided (409)
 * and an attempt that comes after its `not-after` (410).
 */
export type OutsideSettings = {
  readonly address: string;
  readonly port: number;
  readonly ledgerFile: string;
  /** `--bank-dedup`: the second order with a key gets the first one's answer. */
  readonly dedup?: boolean;
  /** Each order takes about so long; a real bank is not instant. */
  readonly serviceMs?: number;
  /** Who calls from where: the ledger's `from`. The planet's own unless others are given. */
  readonly locations?: readonly { readonly name: string; readonly address: string }[];
};

export type Outside = { readonly port: number; stop(): Promise<void> };

/** A charge is some 200 bytes. */
const BODY_BYTES_MAX = 16 * 1024;
const SERVICE_MS = 3;
/** Slow-loris: headers within this, the whole order within the other, looked at this often. */
const HEADERS_WITHIN_MS = 5000;
const ORDER_WITHIN_MS = 10_000;
const CHECK_EVERY_MS = 1000;
/** Fifteen locations keep 32 each; the rest is for programs from outside. */
const CONNECTIONS_MAX = 2000;

const PLACES: Readonly<Record<string, LedgerKind>> = { charges: "charge", reservations: "reservation" };

export async function startOutside(settings: OutsideSettings): Promise<Outside> {
  const ledger = await openLedger(settings.ledgerFile);
  const names = new Map((settings.locations ?? planetLocations).map(({ name, address }) => [networkOf(address), name]));
  const server = createServer(
    {
      requestTimeout: ORDER_WITHIN_MS,
      headersTimeout: HEADERS_WITHIN_MS,
      connectionsCheckingInterval: CHECK_EVERY_MS,
      maxHeaderSize: 8192,
    },
    (request, response) => {
      const from = names.get(networkOf(request.socket.remoteAddress ?? "")) ?? "";
      serve({ request, response, ledger, settings, from }).catch((error: unknown) =>
        refuse(response, 500, "internal", error instanceof Error ? error.message : String(error)),
      );
    },
  );
  server.maxConnections = CONNECTIONS_MAX;
  // Callers keep connections for as long as they like: a bank that hangs up in between would only look like a fault.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(settings.port, settings.address, resolve);
  });
  const bound = server.address();
  return {
    port: typeof bound === "object" && bound ? bound.port : settings.port,
    async stop() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await ledger.close();
    },
  };
}

type Call = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly ledger: Ledger;
  readonly settings: OutsideSettings;
  /** The caller's location. */
  readonly from: string;
};

async function serve(call: Call): Promise<void> {
  const { request, response, ledger, settings } = call;
  const { method = "GET", url = "/" } = request;
  if (method === "GET" && url === "/ledger") {
    await ledger.settled();
    return giveLedger(response, ledger);
  }
  const [, place = "", key, action] = /^\/([a-z]+)(?:\/([^/?]+))?(?:\/([a-z]+))?$/.exec(url) ?? [];
  const kind = PLACES[place];
  if (!kind)
    return refuse(response, 404, "not-found", "the bank has /charges, the warehouse /reservations, both /ledger");

  if (method === "POST" && key === undefined) return take(call, kind);
  const decoded = decode(key);
  if (decoded === null) return refuse(response, 400, "bad-key", "the key in the path is not URL-encoded UTF-8");
  if (method === "GET" && action === undefined) {
    const entry = ledger.first(kind, decoded);
    await ledger.settled();
    return entry ? reply(response, 200, entry) : refuse(response, 404, "not-done", `no ${kind} has the key ${decoded}`);
  }
  if (method === "POST" && action === "void") {
    await sleep(settings.serviceMs ?? SERVICE_MS);
    // From here on 'not done' is final; what was done stays done.
    const done = ledger.first(kind, decoded) !== undefined;
    if (!done && !ledger.isVoid(kind, decoded)) void ledger.voids(kind, decoded, Date.now());
    // Of a charge that is still on its way to disk nobody may hear that it was done.
    await ledger.settled();
    return reply(response, 200, { done });
  }
  return refuse(response, 405, "bad-method", `${method} ${url} is not served`);
}

async function take({ request, response, ledger, settings, from }: Call, kind: LedgerKind): Promise<void> {
  const text = await bodyOf(request);
  if (text === null) return refuse(response, 413, "too-large", `at most ${BODY_BYTES_MAX} bytes`);
  const read = readOrderBody(kind, text);
  if (read.kind === "bad") return refuse(response, 400, read.code, read.says);
  const { key, order, amountCents } = read.order;

  const notAfter = readNotAfter(request.headers["not-after"]);
  if (notAfter === null) return refuse(response, 400, "bad-not-after", "not-after wants Unix milliseconds");
  await sleep(settings.serviceMs ?? SERVICE_MS);
  // Looked at when it takes effect, not when it came: what waited too long is too late.
  const at = Date.now();
  if (at > notAfter) return refuse(response, 410, "too-late", `it is ${Math.ceil(at - notAfter)} ms after not-after`);
  if (ledger.isVoid(kind, key)) {
    await ledger.settled();
    return refuse(response, 409, "void", `the key ${key} was voided; nothing with it is accepted any more`);
  }
  const before = ledger.first(kind, key);
  if (settings.dedup && before) {
    await ledger.settled();
    return reply(response, 201, before);
  }
  const entry = { at, kind, key, order, amount: amountCents, from };
  await ledger.add(entry);
  return reply(response, 201, entry);
}

function giveLedger(response: ServerResponse, ledger: Ledger): void {
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  response.end(ledger.entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
}

/** Null: too large. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function decode(key: string | undefined): string | null {
  try {
    return decodeURIComponent(key ?? "");
  } catch {
    return null;
  }
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent) return;
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function refuse(response: ServerResponse, status: number, code: string, says: string): void {
  reply(response, status, { code, says });
}
