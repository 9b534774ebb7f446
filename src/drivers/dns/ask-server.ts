import { randomInt } from "node:crypto";
import dnsPacket from "dns-packet";
import ipaddr from "ipaddr.js";
import { type RecordSet, type RecordType, retry } from "./record-server.ts";
import { overTcp, type ServerAddress } from "./tcp-exchange.ts";
import type { Outcome } from "../../core/control-contract.ts";

export type Asked = { readonly name: string; readonly type: Exclude<RecordType, "ALIAS" | "LUA"> };

/** What a server answered to one question: its records of that name and type; none where it says that there are none. */
export type Answer =
  | { readonly kind: "sets"; readonly sets: readonly RecordSet[] }
  | { readonly kind: "not-answered"; readonly rcode: string };

/** Asks an authoritative server over TCP; its own words only: no recursion is wanted. Throws as `overTcp` does, and at answers that can't be read. */
export async function askServer(
  server: ServerAddress,
  asked: readonly Asked[],
  signal: AbortSignal,
): Promise<readonly Answer[]> {
  if (asked.length === 0) return [];
  const first = randomInt(0x10000);
  const questions = asked.map(({ name, type }, index) =>
    dnsPacket.encode({ type: "query", id: (first + index) & 0xffff, questions: [{ name, type }] }),
  );
  const answers = await overTcp(server, questions, signal);
  return asked.map((question, index) => readAnswer(question, dnsPacket.decode(answers[index]!)));
}

function readAnswer({ name, type }: Asked, packet: dnsPacket.DecodedPacket): Answer {
  const { rcode } = packet as unknown as { readonly rcode: string };
  if (rcode === "NXDOMAIN") return { kind: "sets", sets: [] };
  if (rcode !== "NOERROR") return { kind: "not-answered", rcode };
  const own = (packet.answers ?? []).filter((each) => each.type === type && each.name.toLowerCase() === name);
  const values = own.map((each) => valueOf(type, (each as { readonly data: unknown }).data)).toSorted();
  if (values.length === 0) return { kind: "sets", sets: [] };
  return { kind: "sets", sets: [{ name, type, ttlSeconds: (own[0] as { readonly ttl?: number }).ttl ?? 0, values }] };
}

function valueOf(type: Asked["type"], data: unknown): string {
  switch (type) {
    case "A":
    case "AAAA":
      return shortAddress(String(data));
    case "CNAME":
      return String(data).toLowerCase();
    case "TXT":
      return Buffer.concat(([data].flat() as (Buffer | string)[]).map((part) => Buffer.from(part))).toString("utf8");
  }
}

/** One way to write an address, so that two can be compared as text (RFC 5952). */
export function shortAddress(text: string): string {
  return ipaddr.isValid(text) ? ipaddr.parse(text).toString() : text;
}

/** The world's failures as values: what a connection or a time-out threw. */
export function connectionFailure(error: unknown, who: string): Extract<Outcome, { readonly kind: "retry" }> {
  const says = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && (error.name === "TimeoutError" || error.name === "AbortError"))
    return retry("timeout", `${who}: no answer in time`);
  return retry("unreachable", `${who}: ${says}`);
}
