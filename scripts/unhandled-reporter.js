// A reporter of vitest for `npm test`: what went wrong outside of any test (a promise that nobody waited for, a worker that did
// not start) fails the run and is in no test's result. It is written down here, so that the end of the log can name it.
import { writeFileSync } from "node:fs";

export const UNHANDLED_FILE = "HOUSTON_UNHANDLED_FILE";

export default class {
  onTestRunEnd(_modules, errors) {
    const file = process.env[UNHANDLED_FILE];
    if (file !== undefined) writeFileSync(file, JSON.stringify(errors.map(inWords)));
  }
}

/** Its message, its cause's, and the first place of ours that it passed. */
function inWords({ message = "", stack = "", cause }) {
  const because = cause === undefined ? "" : `; ${cause.message ?? String(cause)}`;
  const place = stack.split("\n").find((line) => /^\s+at /.test(line) && !line.includes("node_modules")) ?? "";
  return `${message.split("\n")[0]}${because}${place === "" ? "" : ` ${place.trim()}`}`;
}
