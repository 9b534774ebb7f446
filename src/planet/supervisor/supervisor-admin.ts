import { z } from "zod";
import { CallerError } from "../../core/errors.ts";
import type { AdminHandler } from "../admin-server.ts";
import type { Faults } from "./faults.ts";
import type { ProcessGroup } from "./process-group.ts";

const faultShape = z.looseObject({
  name: z.string(),
  location: z.string().optional(),
  to: z.string().optional(),
  services: z.array(z.string()).optional(),
  zones: z.array(z.string()).optional(),
  share: z.number().min(0).max(1).optional(),
});
const actions = z.enum(["kill", "stop", "cont", "start"]);

/** What the supervisor can be asked: faults, processes, and what runs. */
export function supervisorAdmin(options: {
  readonly processes: ProcessGroup;
  readonly faults: Faults;
  readonly about: () => Readonly<Record<string, unknown>>;
}): AdminHandler {
  const { processes, faults } = options;
  return async ({ method, path, body }) => {
    if (method === "GET" && path === "/") {
      return { status: 200, body: { ...options.about(), processes: processes.list(), faults: faults.list() } };
    }
    if (method === "POST" && path === "/faults") {
      const order = faultShape.safeParse(body);
      if (!order.success)
        throw new CallerError({
          code: "bad-fault",
          message: z.prettifyError(order.error),
          hint: "see `houston fault --help`",
        });
      // Fields that were left out are left out, not undefined.
      await faults.inject(JSON.parse(JSON.stringify(order.data)));
      return { status: 204 };
    }
    if (method === "DELETE" && path === "/faults") {
      await faults.clear();
      return { status: 204 };
    }
    const [, process, action] = /^\/processes\/([a-z0-9-]+)\/([a-z]+)$/.exec(path) ?? [];
    if (method === "POST" && process !== undefined) {
      const known = actions.safeParse(action);
      if (!known.success)
        throw new CallerError({
          code: "unknown-action",
          message: `${action} is not an action`,
          hint: "kill, stop, cont or start",
        });
      await processes.signal(process, known.data);
      return { status: 204 };
    }
    return { status: 404, body: { code: "not-found", says: `${method} ${path} is not served here` } };
  };
}
