import { isIP } from "node:net";
import { isSameSecret } from "../drivers/same-secret.ts";
import type { Refusal } from "../runtime/http-door.ts";

type Call = {
  readonly remoteAddress: string | undefined;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly authorization: string | undefined;
};

/**
 * Who may call. The API listens on loopback only; a web page that a person has open could still reach it, so a Host
 * that is a name out of somebody's DNS is refused (DNS rebinding), and so is a foreign Origin. What changes traffic
 * wants the token besides.
 */
export function mayRead(call: Call): Refusal | null {
  if (!isLoopback(call.remoteAddress ?? "")) {
    return { status: 403, code: "not-loopback", says: "only this machine may call", hint: "use an SSH tunnel" };
  }
  const host = hostnameOf(call.host);
  if (host === null || (host !== "localhost" && !isLoopback(host))) {
    return {
      status: 403,
      code: "foreign-host",
      says: `the Host header names ${call.host ?? "nobody"}, which is not this API`,
      hint: "call it by its address, as `houston status` does",
    };
  }
  if (call.origin !== undefined && call.origin !== `http://${call.host}`) {
    return {
      status: 403,
      code: "foreign-origin",
      says: `pages of ${call.origin} may not call this API`,
      hint: "open the console that this API serves",
    };
  }
  return null;
}

export function mayOrder(call: Call, token: string): Refusal | null {
  const refusal = mayRead(call);
  if (refusal) return refusal;
  const given = /^Bearer (\S+)$/.exec(call.authorization ?? "")?.[1] ?? "";
  if (token !== "" && isSameSecret(given, token)) return null;
  return {
    status: 401,
    code: given === "" ? "token-missing" : "token-wrong",
    says: given === "" ? "orders want the token as a bearer token" : "this is not the token of this Houston",
    hint: "the houston command finds it in run.json; else HOUSTON_TOKEN or --token",
  };
}

function hostnameOf(host: string | undefined): string | null {
  if (host === undefined || host.length > 255) return null;
  return /^\[(.+)\](?::\d+)?$/.exec(host)?.[1] ?? /^([^:]+)(?::\d+)?$/.exec(host)?.[1]?.toLowerCase() ?? null;
}

function isLoopback(address: string): boolean {
  const plain = address.startsWith("::ffff:") ? address.slice(7) : address;
  return (isIP(plain) === 4 && plain.startsWith("127.")) || plain === "::1";
}
