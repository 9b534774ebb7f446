// Whether what was built is as new as what it was built from: a build notes the files that went in, with their hashes.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./install.js";

/** Costs the reading of some hundred files. */
export function isUpToDate(noteFile) {
  try {
    const from = JSON.parse(readFileSync(noteFile, "utf8"));
    return Object.entries(from).every(([path, hash]) => hashOf(path) === hash);
  } catch {
    return false;
  }
}

/** `paths`: from the project's root. */
export function noteBuiltFrom(noteFile, paths) {
  const hashes = [...new Set(paths)].map((path) => [path, hashOf(path)]);
  writeFileSync(noteFile, JSON.stringify(Object.fromEntries(hashes), null, 1));
}

function hashOf(path) {
  return createHash("sha256")
    .update(readFileSync(join(root, path)))
    .digest("hex");
}
