import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { CallerError } from "../core/errors.ts";

/** What `houston up` and `houston run` leave for the other commands: where Houston is, and the token. Only its owner may read it. */
export type RunFile = {
  readonly pid: number;
  readonly api: string;
  /** The planet's name server. */
  readonly dns?: string;
  readonly token: string;
  readonly supervisor?: string;
};

/** Gives the file's name. An older file is replaced: the newest planet is the one that commands mean. */
export function writeRunFile(run: RunFile): string {
  const folder = runFolder();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  mustBeOurs(folder);
  chmodSync(folder, 0o700);
  const file = join(folder, "run.json");
  const next = join(folder, `run.${process.pid}.json`);
  // Written beside and moved: a reader sees the old file or the new one, never half of one.
  writeFileSync(next, `${JSON.stringify(run)}\n`, { mode: 0o600, flag: "w" });
  renameSync(next, file);
  return file;
}

/** Null when nothing runs: no file, or one of a process that has ended. */
export function readRunFile(): RunFile | null {
  const file = join(runFolder(), "run.json");
  if (!existsSync(file)) return null;
  mustBeOurs(runFolder());
  const run = runOf(parse(readFileSync(file, "utf8")));
  if (run === null) {
    throw new CallerError({
      code: "bad-run-file",
      message: `${file} is not what Houston writes`,
      hint: "remove it, and start it again",
    });
  }
  return isAlive(run.pid) ? run : null;
}

/** Removes the file of this process, and nobody else's. */
export function removeRunFile(pid: number): void {
  const file = join(runFolder(), "run.json");
  if (!existsSync(file)) return;
  if (runOf(parse(readFileSync(file, "utf8")))?.pid === pid) rmSync(file);
}

/** The user's runtime directory, else a folder of the user's own under the temporary one. */
export function runFolder(): string {
  const { uid } = userInfo();
  const runtime = process.env["XDG_RUNTIME_DIR"] ?? join("/run/user", String(uid));
  return existsSync(runtime) ? join(runtime, "houston") : join(tmpdir(), `houston-${uid}`);
}

/** Everybody may make folders under /tmp: a token is not put into somebody else's, nor read from there. */
function mustBeOurs(folder: string): void {
  const about = lstatSync(folder);
  if (about.isDirectory() && about.uid === userInfo().uid) return;
  throw new CallerError({
    code: "foreign-run-folder",
    message: `${folder} does not belong to you`,
    hint: "remove it, or set XDG_RUNTIME_DIR to a folder of your own",
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Null for what is none. Read by hand: every command begins here, and a library for shapes takes longer than the rest. */
function runOf(value: unknown): RunFile | null {
  if (typeof value !== "object" || value === null) return null;
  const { pid, api, dns, token, supervisor } = value as Readonly<Record<string, unknown>>;
  if (typeof pid !== "number" || !Number.isInteger(pid) || pid <= 0) return null;
  if (!isAddress(api) || typeof token !== "string" || token === "") return null;
  if (dns !== undefined && typeof dns !== "string") return null;
  if (supervisor !== undefined && !isAddress(supervisor)) return null;
  return {
    pid,
    api,
    token,
    ...(dns === undefined ? {} : { dns }),
    ...(supervisor === undefined ? {} : { supervisor }),
  };
}

const isAddress = (value: unknown): value is string => typeof value === "string" && URL.canParse(value);
