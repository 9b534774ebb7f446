import { CallerError } from "../core/errors.ts";
import { readRunFile } from "../runtime/run-file.ts";

/** Throws while a Houston of this user runs, of a planet or of their own services: commands find only one. */
export function oneAtATime(): void {
  const running = readRunFile();
  if (!running) return;
  throw new CallerError({
    code: "already-running",
    message: `a Houston of yours runs already: process ${running.pid}, API ${running.api}`,
    hint: `use it (\`houston status\`), or stop it first: \`kill ${running.pid}\``,
  });
}
