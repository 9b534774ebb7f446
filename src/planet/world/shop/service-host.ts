import { observe, type WorldCounters } from "../counters.ts";
import type { FaultRoom } from "../faults.ts";
import { CallFailed, innerClient, type InnerClient } from "../inner/client.ts";
import { JSON_TYPE, NO_PASSPORT, type InnerAnswer, type InnerRequest, type Passport } from "../inner/message.ts";
import { innerServer, type InnerServer } from "../inner/server.ts";
import { innerAddress } from "../settings.ts";
import { traceIdOf } from "../../../drivers/edge/passport.ts";
import type { HopRecorder } from "../../../runtime/hop-recorder.ts";

/** Puts services and resources on their own addresses, counts what they do, and lets faults in. */
export type ServiceHost = {
  /** `name` as metrics have it. */
  listen(service: { readonly name: string; readonly host: number; readonly handle: Handler }): Promise<void>;
  call(to: { readonly name: string; readonly host: number }, request: Call): Promise<InnerAnswer>;
  /** Calls that wait for an answer of that one now. */
  inFlight(name: string): number;
  stop(): Promise<void>;
};

export type Handler = (
  request: InnerRequest,
  effect: { readonly factor: number },
) => InnerAnswer | Promise<InnerAnswer>;

export type Call = {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: string;
  readonly passport: Passport;
  readonly idempotencyKey?: string;
  readonly timeoutMs?: number;
  /** May be repeated once when it fails: reads, and writes that are the same twice. */
  readonly safe?: boolean;
};

export const CALL_WITHIN_MS = 1000;

export function serviceHost(options: {
  /** Services listen beside it, in its /24. */
  readonly edgeAddress: string;
  readonly port: number;
  readonly counters: WorldCounters;
  readonly faults: FaultRoom;
  readonly trace: Pick<HopRecorder, "take">;
}): ServiceHost {
  const { edgeAddress, port, counters, faults, trace } = options;
  const servers: InnerServer[] = [];
  const clients = new Map<string, { readonly client: InnerClient; inFlight: number }>();

  const serve = async (name: string, handle: Handler, request: InnerRequest): Promise<InnerAnswer> => {
    const began = performance.now();
    const at = Date.now();
    const effect = faults.effect(name, at);
    let answer: InnerAnswer;
    if (effect.failShare > 0 && Math.random() < effect.failShare) answer = BROKEN;
    else {
      if (effect.extraMs > 0) await wait(effect.extraMs);
      try {
        answer = await handle(request, effect);
      } catch (error) {
        answer = failed(error);
      }
    }
    const ms = performance.now() - began;
    observe(counters.service(name), ms, answer.status < 500);
    // What services do of their own accord, for no request, has no passport.
    if (request.passport.requestId === NO_PASSPORT.requestId) return answer;
    trace.take({
      requestId: request.passport.requestId,
      traceId: traceIdOf(request.passport),
      at,
      kind: name,
      ms: Math.round(ms * 10) / 10,
      status: answer.status,
    });
    return answer;
  };

  const clientOf = (to: { readonly name: string; readonly host: number }) => {
    let line = clients.get(to.name);
    if (line === undefined) {
      line = { client: innerClient({ host: innerAddress(edgeAddress, to.host), port }), inFlight: 0 };
      clients.set(to.name, line);
    }
    return line;
  };

  return {
    async listen({ name, host, handle }) {
      counters.service(name);
      servers.push(
        await innerServer({
          address: innerAddress(edgeAddress, host),
          port,
          handle: (request) => serve(name, handle, request),
        }),
      );
    },
    async call(to, { method, path, body = "", passport, idempotencyKey, timeoutMs = CALL_WITHIN_MS, safe = false }) {
      const line = clientOf(to);
      const request: InnerRequest = {
        method,
        path,
        body,
        passport,
        ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      };
      line.inFlight += 1;
      try {
        if (!safe) return await line.client.call(request, timeoutMs);
        const first = await line.client.call(request, timeoutMs).catch((error: unknown) => {
          // What took all its time once has none for a second try.
          if (error instanceof CallFailed && error.code === "timeout") throw error;
          return null;
        });
        return first !== null && first.status < 500 ? first : await line.client.call(request, timeoutMs);
      } finally {
        line.inFlight -= 1;
      }
    },
    inFlight: (name) => clients.get(name)?.inFlight ?? 0,
    async stop() {
      for (const { client } of clients.values()) client.stop();
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
}

export function json(status: number, body: unknown): InnerAnswer {
  return { status, body: JSON.stringify(body), type: JSON_TYPE };
}

/** RFC 9457, with the fix in `hint`. */
export function problem(status: number, code: string, title: string, detail: string, hint: string): InnerAnswer {
  return {
    status,
    type: "application/problem+json",
    body: JSON.stringify({ type: "about:blank", title, status, detail, code, hint }),
  };
}

export function storeFailed(): InnerAnswer {
  return problem(
    503,
    "store-failed",
    "The store failed",
    "A resource of this location did not do its work.",
    "try again",
  );
}

const BROKEN = problem(500, "internal", "Internal error", "The service failed.", "try again");

function failed(error: unknown): InnerAnswer {
  if (error instanceof CallFailed)
    return problem(503, "dependency-failed", "A dependency failed", `${error.message}.`, "try again");
  return problem(
    500,
    "internal",
    "Internal error",
    error instanceof Error ? error.message : String(error),
    "try again",
  );
}

export function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
