import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { openLedger, type Ledger, type LedgerKind } from "./ledger.ts";

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
};

export type Outside = { readonly port: number; stop(): Promise<void> };

/** A charge is some 200 bytes. */
const BODY_BYTES_MAX = 16 * 1024;
const KEY_LENGTH_MAX = 512;
const SERVICE_MS = 3;

const orderFields = { key: z.string().min(1).max(KEY_LENGTH_MAX), order: z.string().min(1).max(KEY_LENGTH_MAX) };
const cents = z.int().min(0);
const chargeShape = z.object({ ...orderFields, amountCents: cents });
/** A reservation may say how many cents it stands for; the ledger then has 0. */
const reservationShape = z.object({ ...orderFields, amountCents: cents.optional() });

const PLACES: Readonly<Record<string, LedgerKind>> = { charges: "charge", reservations: "reservation" };

export async function startOutside(settings: OutsideSettings): Promise<Outside> {
  const ledger = await openLedger(settings.ledgerFile);
  const server = createServer(
    { requestTimeout: 10_000, headersTimeout: 5000, maxHeaderSize: 8192 },
    (request, response) => {
      serve({ request, response, ledger, settings }).catch((error: unknown) =>
        refuse(response, 500, "internal", error instanceof Error ? error.message : String(error)),
      );
    },
  );
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
};

async function serve(call: Call): Promise<void> {
  const { request, response, ledger, settings } = call;
  const { method = "GET", url = "/" } = request;
  if (method === "GET" && url === "/ledger") return giveLedger(response, ledger);
  const [, place = "", key, action] = /^\/([a-z]+)(?:\/([^/?]+))?(?:\/([a-z]+))?$/.exec(url) ?? [];
  const kind = PLACES[place];
  if (!kind)
    return refuse(response, 404, "not-found", "the bank has /charges, the warehouse /reservations, both /ledger");

  if (method === "POST" && key === undefined) return take(call, kind);
  const decoded = decode(key);
  if (decoded === null) return refuse(response, 400, "bad-key", "the key in the path is not URL-encoded UTF-8");
  if (method === "GET" && action === undefined) {
    const entry = ledger.first(kind, decoded);
    return entry ? reply(response, 200, entry) : refuse(response, 404, "not-done", `no ${kind} has the key ${decoded}`);
  }
  if (method === "POST" && action === "void") {
    await sleep(settings.serviceMs ?? SERVICE_MS);
    // From here on 'not done' is final; what was done stays done.
    const done = ledger.first(kind, decoded) !== undefined;
    if (!done && !ledger.isVoid(kind, decoded)) await ledger.voids(kind, decoded, Date.now());
    return reply(response, 200, { done });
  }
  return refuse(response, 405, "bad-method", `${method} ${url} is not served`);
}

async function take({ request, response, ledger, settings }: Call, kind: LedgerKind): Promise<void> {
  const body = await bodyOf(request);
  if (body.kind === "bad") return refuse(response, body.status, body.code, body.says);
  const parsed = (kind === "charge" ? chargeShape : reservationShape).safeParse(body.value);
  if (!parsed.success) return refuse(response, 400, "bad-order", z.prettifyError(parsed.error));
  const { key, order, amountCents = 0 } = parsed.data;

  const given = request.headers["not-after"];
  const notAfter = given === undefined ? Infinity : Number(given);
  if (Number.isNaN(notAfter)) return refuse(response, 400, "bad-not-after", "not-after wants Unix milliseconds");
  await sleep(settings.serviceMs ?? SERVICE_MS);
  // Looked at when it takes effect, not when it came: what waited too long is too late.
  const at = Date.now();
  if (at > notAfter) return refuse(response, 410, "too-late", `it is ${at - notAfter} ms after not-after`);
  if (ledger.isVoid(kind, key))
    return refuse(response, 409, "void", `the key ${key} was voided; nothing with it is accepted any more`);
  const before = ledger.first(kind, key);
  if (settings.dedup && before) return reply(response, 201, before);

  const from = request.headers["x-from"];
  const entry = { at, kind, key, order, amount: amountCents, from: typeof from === "string" ? from : "" };
  await ledger.add(entry);
  return reply(response, 201, entry);
}

function giveLedger(response: ServerResponse, ledger: Ledger): void {
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  response.end(ledger.entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
}

type Body =
  | { readonly kind: "good"; readonly value: unknown }
  | { readonly kind: "bad"; readonly status: number; readonly code: string; readonly says: string };

async function bodyOf(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX)
      return { kind: "bad", status: 413, code: "too-large", says: `at most ${BODY_BYTES_MAX} bytes` };
    chunks.push(chunk);
  }
  try {
    return { kind: "good", value: JSON.parse(Buffer.concat(chunks).toString("utf8")) };
  } catch (error) {
    return { kind: "bad", status: 400, code: "bad-json", says: error instanceof Error ? error.message : "not JSON" };
  }
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
