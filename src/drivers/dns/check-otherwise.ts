import { CallerError } from "../../core/errors.ts";
import type { SteeringContext } from "../steering-context.ts";

/** A zone that nobody knows would leave users without an answer. Throws `CallerError`. */
export function checkOtherwise({
  estate,
  otherwise,
  name,
}: Pick<SteeringContext, "estate" | "otherwise" | "name">): void {
  if (estate.zones.some((zone) => zone.name === otherwise)) return;
  throw new CallerError({
    code: "unknown-zone",
    message: `${name}: ${otherwise} is no zone of users`,
    hint: "name one of `zones` in houston.yaml",
  });
}
