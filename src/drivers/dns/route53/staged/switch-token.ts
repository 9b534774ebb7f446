import { CallerError } from "../../../../core/errors.ts";
import { type Environment, secretOf } from "../../../secret.ts";

/** What Houston and its switches know, and nobody else. Throws `CallerError` where it is missing, or could be guessed. */
export function switchToken(env: Environment): string {
  const token = secretOf(env, "HOUSTON_SWITCH_TOKEN");
  const hint =
    "the same at both ends: `openssl rand -hex 32`, in HOUSTON_SWITCH_TOKEN or the file HOUSTON_SWITCH_TOKEN_FILE";
  if (token === null)
    throw new CallerError({ code: "no-switch-token", message: "switches are told with a token", hint });
  if (token.length >= TOKEN_LENGTH_LEAST && /^[\x21-\x7e]+$/.test(token)) return token;
  throw new CallerError({
    code: "weak-switch-token",
    message: `the token of switches is shorter than ${TOKEN_LENGTH_LEAST} characters, or has some that no header can carry`,
    hint,
  });
}

/** 64 bits in hexadecimal digits. */
const TOKEN_LENGTH_LEAST = 16;
