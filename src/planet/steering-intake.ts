import type { LossNotice, RouteTable } from "../core/route/table.ts";
import { gatherNotices, type RouteHolder } from "../drivers/route-holder.ts";

export type IntakeAnswer = { readonly status: number; readonly body?: unknown };

/** Answers an admin call; null: it is not one of `PUT /table`, `GET /table`, `PUT /notice` (docs/architecture.md). */
export type SteeringIntake = (call: {
  readonly method: string;
  readonly path: string;
  /** Parsed JSON, whatever came. */
  readonly body?: unknown;
}) => IntakeAnswer | Promise<IntakeAnswer> | null;

/**
 * The plain handler for them; the caller does HTTP and the token. Notices that come within GATHER_MS are weighed
 * together, so that every server chooses the same one of two losses (DESIGN decision 7).
 */
export function steeringIntake(options: { readonly route: RouteHolder; readonly now?: () => number }): SteeringIntake {
  const { route } = options;
  const gather = gatherNotices(route, options.now ?? Date.now);
  return ({ method, path, body }) => {
    switch (`${method} ${path}`) {
      case "GET /table": {
        const { table, notice } = route.state();
        return { status: 200, body: { table, notice } };
      }
      case "PUT /table": {
        const outcome = route.putTable(body as RouteTable);
        if (outcome.kind === "done") return { status: 204 };
        const version = route.state().table?.version ?? 0;
        const status = outcome.code === "table-not-newer" ? 409 : 400;
        return { status, body: { version, code: outcome.code, says: outcome.says } };
      }
      case "PUT /notice":
        return gather(body as LossNotice).then((outcome): IntakeAnswer =>
          outcome.kind === "done" ? { status: 204 } : { status: 409, body: { code: outcome.code, says: outcome.says } },
        );
      default:
        return null;
    }
  };
}
