import { Agent, request } from "undici";
import type { Outcome } from "../../core/control-contract.ts";
import type { LossNotice, RouteTable } from "../../core/route/table.ts";
import { refusedTable } from "../refused-table.ts";
import type { SteeringDriver } from "../steering-contract.ts";

/**
 * Gives tables and notices to a process that answers from them: a world (edge and DNS) or a name server, at its admin
 * port. A table counts as applied when it is read back; an empty or older one is refused here, before any wire.
 */
export function planetSteering(options: {
  readonly name: string;
  /** `http://127.20.0.53:7000` */
  readonly adminUrl: string;
  readonly token: string;
  /** Where the calls come from, on a planet that feels distances. */
  readonly localAddress?: string;
  readonly timeoutMs?: number;
}): SteeringDriver {
  const { localAddress, timeoutMs = TIMEOUT_MS } = options;
  const dispatcher = new Agent(localAddress === undefined ? {} : { localAddress });
  const call = async (method: "GET" | "PUT", path: string, body: unknown, signal: AbortSignal): Promise<Answer> => {
    const response = await request(`${options.adminUrl}${path}`, {
      method,
      dispatcher,
      headers: { authorization: `Bearer ${options.token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    const text = await response.body.text();
    return { status: response.statusCode, body: text === "" ? {} : (JSON.parse(text) as Answer["body"]) };
  };
  /** What the other side has now, in a word. */
  const readBack = async (version: number, signal: AbortSignal): Promise<Outcome> => {
    const { status, body } = await call("GET", "/table", undefined, signal);
    const has = body.table?.version ?? 0;
    if (status !== 200) return refusedBy(status, body);
    if (has === version) return { kind: "done" };
    const says = `${options.name} answers from version ${has}, not from ${version}`;
    return has > version
      ? { kind: "refused", code: "table-not-newer", says }
      : { kind: "retry", code: "not-applied", says };
  };
  return {
    name: options.name,
    async apply(table, signal) {
      const refused = refusedTable(table, table.locations);
      if (refused !== null) return refused;
      return worldsFailure(options.name, async () => {
        const { status, body } = await call("PUT", "/table", table, signal);
        // 409 for the version that it has already is what a retry after a lost answer meets.
        if (status === 204 || (status === 409 && body.version === table.version))
          return readBack(table.version, signal);
        return refusedBy(status, body);
      });
    },
    notice(notice: LossNotice, signal) {
      return worldsFailure(options.name, async () => {
        const { status, body } = await call("PUT", "/notice", notice, signal);
        return status === 204 ? { kind: "done" } : refusedBy(status, body);
      });
    },
  };
}

/** On one planet a second is long; whoever asks tries again. */
const TIMEOUT_MS = 1000;

type Answer = {
  readonly status: number;
  readonly body: {
    readonly version?: number;
    readonly code?: string;
    readonly says?: string;
    readonly table?: RouteTable | null;
  };
};

function refusedBy(status: number, { code, says }: Answer["body"]): Outcome {
  const because = { code: code ?? `status-${status}`, says: says ?? `it answered with HTTP ${status} and no reason` };
  // Server trouble passes; a refusal with a reason stays one.
  return status >= 500 || status === 429 ? { kind: "retry", ...because } : { kind: "refused", ...because };
}

/** The world's failures are values: refused connections, time-outs and garbage are worth another try. */
async function worldsFailure(name: string, go: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await go();
  } catch (error) {
    const says = `${name}: ${error instanceof Error ? error.message : String(error)}`;
    const timedOut = error instanceof Error && (error.name === "TimeoutError" || error.name === "AbortError");
    return { kind: "retry", code: timedOut ? "timeout" : "unreachable", says };
  }
}
