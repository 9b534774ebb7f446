import { appendFileSync, existsSync, readFileSync } from "node:fs";

/**
 * A long bench in pieces: each is drawn from a seed of its own, and is a line of `file` as soon as it is done. Run again with the same
 * file, it goes on behind the last one; a file of other settings is refused. Without a file nothing outlives the run.
 */
export async function inPieces<Piece extends object>(
  of: {
    readonly file: string | undefined;
    readonly settings: Readonly<Record<string, string | number | boolean>>;
    readonly count: number;
  },
  run: (n: number) => Promise<Piece>,
): Promise<readonly Piece[]> {
  const { file, settings, count } = of;
  const lines = file === undefined || !existsSync(file) ? [] : readFileSync(file, "utf8").split("\n").filter(Boolean);
  const says = JSON.stringify({ settings });
  if (lines.length > 0 && lines[0] !== says) {
    throw new Error(`${file} is of other settings, ${lines[0]}; these are ${says}: name another file`);
  }
  if (lines.length === 0 && file !== undefined) appendFileSync(file, `${says}\n`);
  const pieces = lines.slice(1).map((line) => JSON.parse(line) as Piece);
  for (let n = pieces.length; n < count; n += 1) {
    const piece = await run(n);
    pieces.push(piece);
    if (file !== undefined) appendFileSync(file, `${JSON.stringify(piece)}\n`);
    process.stderr.write(`${n + 1} of ${count}: ${JSON.stringify(piece)}\n`);
  }
  return pieces;
}
