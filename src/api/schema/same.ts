import { z } from "zod";

/** Schemas that the OpenAPI document names, by their name. */
export const named = z.registry<{ id: string }>();

/**
 * Compiles only where a schema and a written type say the same, field by field, optional ones included. Types are written by hand, for they carry
 * the words that explain them; schemas check what comes in and make the OpenAPI document. This keeps the two from drifting apart. With a name
 * it is a component of the document.
 */
export function describes<Type>(id?: string) {
  return <Schema extends z.ZodType>(schema: Schema & Same<z.output<Schema>, Type>): z.ZodType<Type> => {
    const checked = schema as unknown as z.ZodType<Type>;
    return id === undefined ? checked : checked.register(named, { id });
  };
}

type Same<One, Other> = [Solid<One>] extends [Solid<Other>]
  ? [Solid<Other>] extends [Solid<One>]
    ? unknown
    : { readonly theSchemaLacksWhatTheTypeHas: never }
  : { readonly theSchemaHasWhatTheTypeLacks: never };

/** Every field is there, optional ones marked: an optional field that one side lacks is no difference to the compiler otherwise. */
type Solid<Value> = Value extends readonly (infer Item)[]
  ? readonly Solid<Item>[]
  : Value extends object
    ? {
        readonly [Key in keyof Value]-?: undefined extends Value[Key]
          ? readonly ["may be left out", Solid<Exclude<Value[Key], undefined>>]
          : Solid<Value[Key]>;
      }
    : Value;
