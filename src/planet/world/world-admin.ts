import type { RunsHere } from "@reactive-production/continuity";
import { adminServer, type AdminAnswer } from "../admin-server.ts";
import type { SteeringIntake } from "../steering-intake.ts";
import type { FaultRoom } from "./faults.ts";
import type { HopRecorder } from "../../runtime/hop-recorder.ts";

/** The world's admin port (docs/architecture.md, "World admin"). */
export function worldAdmin(options: {
  readonly address: string;
  readonly port: number;
  readonly token: string;
  readonly location: string;
  readonly steering: SteeringIntake;
  readonly state: () => unknown;
  readonly metrics: () => string;
  readonly requests: () => RunsHere;
  readonly scale: (targetRps: number) => AdminAnswer;
  readonly faults: FaultRoom;
  readonly trace: Pick<HopRecorder, "find" | "kept">;
}): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const { address, port, token, location, steering, state, metrics, requests, scale, faults, trace } = options;
  return adminServer({
    address,
    port,
    token,
    async handle({ method, path, query, body }) {
      const steered = steering({ method, path, body });
      if (steered !== null) return steered;
      switch (`${method} ${path}`) {
        case "GET /state":
          return { status: 200, body: state() };
        case "GET /metrics":
          return { status: 200, body: metrics(), type: "text/plain; version=0.0.4; charset=utf-8" };
        case "GET /requests":
          return { status: 200, body: requests() };
        case "POST /scale": {
          const targetRps = (body as { targetRps?: unknown } | null | undefined)?.targetRps;
          if (typeof targetRps !== "number" || !Number.isFinite(targetRps) || targetRps < 0) {
            return {
              status: 400,
              body: { code: "bad-target", says: "targetRps is missing or no number", hint: 'send {"targetRps": 120}' },
            };
          }
          return scale(targetRps);
        }
        case "GET /faults":
          return { status: 200, body: { faults: faults.names() } };
        case "POST /faults": {
          const wrong = faults.inject(body, Date.now());
          return wrong === null ? { status: 204 } : { status: 400, body: wrong };
        }
        case "DELETE /faults":
          faults.clear();
          return { status: 204 };
        default: {
          if (method === "GET" && path.startsWith("/trace/")) {
            const asked = query.get("kept");
            const hops = trace.find(decodeURIComponent(path.slice("/trace/".length)));
            return {
              status: 200,
              body: {
                hops: hops.map(({ at: began, kind, ms, status }) => ({ at: began, location, kind, ms, status })),
                ...(asked === null
                  ? {}
                  : { kept: { location, ...trace.kept(asked === "all" ? undefined : Number(asked)) } }),
              },
            };
          }
          return {
            status: 404,
            body: { code: "unknown-call", says: `no ${method} ${path}`, hint: "docs/architecture.md lists the calls" },
          };
        }
      }
    },
  });
}
