import { z } from "zod";
import { configShape } from "./config-shape.ts";

/**
 * JSON Schema (draft 7, which editors know) of houston.yaml as people write it, from the very shape that reads it. What refers to something else
 * is checked by `houston check` alone.
 */
export function configSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(configShape, { io: "input", target: "draft-7" });
  return { $schema, title: "houston.yaml", ...schema };
}
