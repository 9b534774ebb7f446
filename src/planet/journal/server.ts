import { timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import {
  asEntry,
  ContinuityError,
  listDoubts,
  problem,
  settleDoubt,
  showDoubt,
  traceOf,
  unfinishedIn,
  type Answer,
  type JournalStore,
} from "@reactive-production/continuity";
import {
  bodyBytesMax,
  callsPerBatch,
  changedWithinMsMax,
  type Call,
  type CallOutcome,
  type ChangedCall,
} from "./protocol.ts";

/** A body that comes slower than this is no honest client of a loopback journal. */
const requestWithinMs = 10_000;
const headerBytesMax = 8 * 1024;
const listLimitMax = 1_000;

/** The journal's store over HTTP, and its readable side for `houston trace` and for whoever settles a doubt. */
export function journalServer(store: JournalStore, options: { readonly token: string }): Server {
  const wanted = Buffer.from(`Bearer ${options.token}`);
  const server = createServer(
    {
      maxHeaderSize: headerBytesMax,
      requestTimeout: requestWithinMs,
      headersTimeout: requestWithinMs,
      keepAliveTimeout: 60_000,
    },
    (request, response) => {
      const given = Buffer.from(request.headers.authorization ?? "");
      if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
        return send(response, refusal(401, "unauthorized", "The bearer token is missing or wrong"));
      }
      route(store, request, response).then(
        (answer) => answer !== null && send(response, answer),
        (error: unknown) => send(response, failure(error)),
      );
    },
  );
  return server;
}

async function route(store: JournalStore, request: IncomingMessage, response: ServerResponse): Promise<Answer | null> {
  const url = new URL(request.url ?? "/", "http://journal");
  const parts = url.pathname.split("/").slice(1).map(decodeURIComponent);
  switch (`${request.method} /${parts[0]}`) {
    case "POST /batch": {
      const { calls } = (await body(request)) as { calls?: readonly Call[] };
      if (!Array.isArray(calls) || calls.length > callsPerBatch)
        return refusal(400, "bad-batch", `calls: a list of up to ${callsPerBatch}`);
      const outcomes = await Promise.all(calls.map((call: Call) => outcomeOf(() => carryOut(store, call))));
      return json(200, { outcomes });
    }
    case "POST /changed": {
      const { id, seq, withinMs } = (await body(request)) as Partial<ChangedCall>;
      if (typeof id !== "string" || typeof seq !== "number" || typeof withinMs !== "number") {
        return refusal(400, "bad-call", "id, seq and withinMs are wanted");
      }
      const gone = new AbortController();
      response.once("close", () => gone.abort());
      const bounded = Math.min(Math.max(0, withinMs), changedWithinMsMax);
      return json(200, await outcomeOf(() => store.changed(id, seq, { withinMs: bounded, signal: gone.signal })));
    }
    case "GET /requests": {
      const name = parts[1];
      if (name === undefined) return json(200, { requests: await listed(store, url) });
      const [id] = await store.find(name);
      const record = id === undefined ? null : await store.read(id);
      if (record === null) return refusal(404, "unknown-request", "No request has that id, key, order or trace id");
      return json(200, { ...traceOf(record), quietMs: record.quietMs });
    }
    case "POST /requests": {
      const [, id = "", verb] = parts;
      if (verb !== "settle") return refusal(404, "unknown-path", "POST /requests/{id}/settle is what there is");
      const word = (await body(request)) as { by?: unknown; done?: unknown; result?: unknown };
      if (typeof word.by !== "string" || typeof word.done !== "boolean")
        return refusal(400, "bad-word", "by: who; done: true or false");
      await settleDoubt(store, id, { by: word.by, done: word.done, result: word.result, location: "journal" });
      return json(200, { settled: id });
    }
    case "GET /doubts": {
      const id = parts[1];
      if (id === undefined) return json(200, { doubts: await listDoubts(store, limitIn(url)) });
      const doubt = await showDoubt(store, id);
      return doubt === null ? refusal(404, "unknown-doubt", "No request of that id waits") : json(200, doubt);
    }
    case "GET /unfinished":
      return json(200, { at: await unfinishedIn(store) });
    default:
      return refusal(
        404,
        "unknown-path",
        "POST /batch, POST /changed, GET /requests/{name}, GET /doubts, GET /unfinished are what there is",
      );
  }
}

const limitIn = (url: URL): number =>
  Math.min(Math.max(1, Number(url.searchParams.get("limit") ?? 100) || 100), listLimitMax);

async function listed(store: JournalStore, url: URL) {
  const limit = limitIn(url);
  const location = url.searchParams.get("location");
  const phases =
    url.searchParams.get("state") === "parked" ? (["parked"] as const) : (["running", "released", "parked"] as const);
  return (await store.list({ phases, limit, ...(location === null ? {} : { location }) })).map(traceOf);
}

async function carryOut(store: JournalStore, call: Call): Promise<unknown> {
  switch (call.call) {
    case "append":
      // What comes over the wire is stored for others to read: it is checked once, here.
      for (const entry of call.write.entries) asEntry(entry);
      return store.append(call.write);
    case "read":
      return store.read(call.id);
    case "list":
      return store.list({ ...call.filter, limit: Math.min(call.filter.limit, listLimitMax) });
    case "find":
      return store.find(call.name);
    case "retain":
      return store.retain(call.rule);
    case "purge":
      return store.purge(call.idPrefix);
    case "counts":
      return store.counts();
  }
  // The compiler believes the wire; we do not.
  throw new ContinuityError({ code: "bad-input", message: "there is no such call", hint: "upgrade the journal" });
}

async function outcomeOf(work: () => Promise<unknown>): Promise<CallOutcome> {
  try {
    return { ok: (await work()) ?? null };
  } catch (error) {
    if (error instanceof ContinuityError)
      return { error: { code: error.code, message: error.message, hint: error.hint } };
    return {
      error: {
        code: "bad-input",
        message: `the call cannot be read: ${String(error)}`,
        hint: "send calls as the protocol says",
      },
    };
  }
}

async function body(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax)
      throw new ContinuityError({ code: "too-large", message: "the body is too large", hint: "send less at once" });
    chunks.push(chunk);
  }
  const value: unknown = JSON.parse(Buffer.concat(chunks).toString("utf8"));
  if (typeof value !== "object" || value === null) throw new SyntaxError("the body is no JSON object");
  return value;
}

const json = (status: number, value: unknown): Answer => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(value),
});

const refusal = (status: number, code: string, title: string): Answer =>
  problem({ status, code, title, detail: title });

function failure(error: unknown): Answer {
  if (error instanceof ContinuityError) {
    const { code, message, hint } = error;
    const status = code === "too-large" ? 413 : code === "bad-input" ? 409 : 503;
    return problem({ status, code, title: "The journal could not do that", detail: message, hint });
  }
  return refusal(400, "bad-request", "The request cannot be read");
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) }).end(body);
}
