import { readFileSync } from "node:fs";
import { CallerError } from "../core/errors.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** The secret NAME, or what stands in the file that NAME_FILE names; null when neither is set. */
export function secretOf(env: Environment, name: string): string | null {
  const file = env[`${name}_FILE`];
  const given = env[name]?.trim() ?? "";
  if (given !== "") return given;
  if (file === undefined || file === "") return null;
  let text: string;
  try {
    text = readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new CallerError({
      code: "secret-unreadable",
      message: `${name}_FILE is ${file}, which can't be read: ${(error as NodeJS.ErrnoException).code ?? "no reason given"}`,
      hint: "check the path and its rights",
      cause: error,
    });
  }
  if (text !== "") return text;
  throw new CallerError({
    code: "secret-empty",
    message: `${name}_FILE is ${file}, which is empty`,
    hint: "put the secret into it, alone",
  });
}

/** Slack's tokens and such keys as are long and random: an error message may quote what it was given. */
const SECRETS = /\b(?:xox[a-z]|xapp|whsec)[-_][A-Za-z0-9+/=_-]+/g;

/** A line for the log without what must not stand there. */
export function withoutSecrets(text: string, secrets: readonly string[] = []): string {
  let clean = text.replaceAll(SECRETS, "(secret)");
  for (const secret of secrets) if (secret !== "") clean = clean.replaceAll(secret, "(secret)");
  return clean;
}
