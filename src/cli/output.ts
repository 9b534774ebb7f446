// A reader that has seen enough (`houston why L | head`) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

/** Standard output, whole lines only: with `--json` one document, or one per line for streams. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** Everything that is not the answer: questions, warnings, errors. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
