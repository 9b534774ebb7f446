import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { Deserializer, Serializer } from "node:v8";

/** Keeps plain data in a file, so that a long run is done in pieces; arrays that share memory go on sharing it. */
export function keep(file: string, data: unknown): void {
  const serializer = new Serializer();
  serializer.writeHeader();
  serializer.writeValue(data);
  writeFileSync(`${file}.new`, serializer.releaseBuffer());
  renameSync(`${file}.new`, file);
}

export function kept(file: string): unknown {
  if (!existsSync(file)) return null;
  const deserializer = new Deserializer(readFileSync(file));
  deserializer.readHeader();
  return deserializer.readValue();
}

/** The lines of a file of JSON lines. */
export function linesOf<Line>(file: string): Line[] {
  if (!existsSync(file)) return [];
  const text = readFileSync(file, "utf8").trim();
  return text === "" ? [] : text.split("\n").map((line) => JSON.parse(line) as Line);
}
