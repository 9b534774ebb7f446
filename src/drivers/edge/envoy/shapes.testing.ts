import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Envoy's own messages as its published protos have them: fields by name, with their types. Made by `node scripts/envoy-shapes.js`, of those
 * messages that we write and no others.
 */
export type Shapes = {
  /** Where they were taken from. */
  readonly from: string;
  readonly messages: Readonly<Record<string, Readonly<Record<string, Field>>>>;
  readonly enums: Readonly<Record<string, readonly string[]>>;
};

/** `oneOf`: of these fields a message has one. */
export type Field = {
  readonly type: string;
  readonly many?: "list" | "map";
  readonly oneOf?: string;
};

export const publishedShapes = (): Shapes =>
  JSON.parse(readFileSync(join(import.meta.dirname, "published-shapes.json"), "utf8")) as Shapes;

/** What of a JSON document Envoy would not read as this message, each with its path. Calls `seen` for each message it meets. */
export function problemsIn(
  value: unknown,
  type: string,
  shapes: Pick<Shapes, "messages" | "enums">,
  path = "",
  seen: (type: string) => void = () => {},
): readonly string[] {
  const at = path === "" ? type : path;
  if (SCALARS[type] !== undefined) return SCALARS[type](value) ? [] : [`${at}: no ${type}: ${JSON.stringify(value)}`];
  const names = shapes.enums[type];
  if (names !== undefined)
    return typeof value === "string" && names.includes(value)
      ? []
      : [`${at}: ${JSON.stringify(value)} is none of ${type}`];
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [`${at}: no object`];
  const { "@type": told, ...rest } = value as Record<string, unknown>;
  if (type === "google.protobuf.Any") {
    const inner = /^type\.googleapis\.com\/([\w.]+)$/.exec(String(told))?.[1];
    return inner === undefined ? [`${at}: no @type`] : problemsIn(rest, inner, shapes, at, seen);
  }
  seen(type);
  const fields = shapes.messages[type];
  if (fields === undefined) return [`${at}: ${type} is not among the published shapes`];
  const choices = Object.keys(rest).flatMap((name) => fields[name]?.oneOf ?? []);
  return [
    ...(new Set(choices).size < choices.length ? [`${at}: two of one choice (${choices.join(", ")})`] : []),
    ...Object.entries(rest).flatMap(([name, inner]): readonly string[] => {
      const field = fields[name];
      const here = `${at}.${name}`;
      if (field === undefined) return [`${here}: ${type} has no such field`];
      if (field.many === "list") {
        if (!Array.isArray(inner)) return [`${here}: no list`];
        return inner.flatMap((each, index) => problemsIn(each, field.type, shapes, `${here}[${index}]`, seen));
      }
      if (field.many === "map")
        return Object.entries(inner as object).flatMap(([key, each]) =>
          problemsIn(each, field.type, shapes, `${here}[${key}]`, seen),
        );
      return problemsIn(inner, field.type, shapes, here, seen);
    }),
  ];
}

const isWhole = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;
const isNumber = (value: unknown): boolean => typeof value === "number";
const isBoolean = (value: unknown): boolean => typeof value === "boolean";

/** As proto3's JSON mapping writes them. */
const SCALARS: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === "string",
  bool: isBoolean,
  uint32: isWhole,
  int32: Number.isInteger,
  int64: Number.isInteger,
  uint64: isWhole,
  double: isNumber,
  float: isNumber,
  "google.protobuf.UInt32Value": isWhole,
  "google.protobuf.BoolValue": isBoolean,
  "google.protobuf.Duration": (value) => typeof value === "string" && /^\d+(?:\.\d{1,9})?s$/.test(value),
};
