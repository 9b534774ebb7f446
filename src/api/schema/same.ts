import type { z } from "zod";

/**
 * Compiles only where a schema and a written type say the same, field by field, optional ones included. Types are written by hand, for they carry
 * the words that explain them; schemas check what comes in and make the OpenAPI document. This keeps the two from drifting apart.
 */
export function describes<Type>() {
  return <Schema extends z.ZodType>(schema: Schema & Same<z.output<Schema>, Type>): z.ZodType<Type> => schema as never;
}

type Same<One, Other> = [ReadonlyAll<One>] extends [ReadonlyAll<Other>]
  ? [ReadonlyAll<Other>] extends [ReadonlyAll<One>]
    ? unknown
    : { readonly theSchemaLacksWhatTheTypeHas: never }
  : { readonly theSchemaHasWhatTheTypeLacks: never };

type ReadonlyAll<Value> = Value extends object ? { readonly [Key in keyof Value]: ReadonlyAll<Value[Key]> } : Value;
