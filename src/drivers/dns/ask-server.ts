import { randomInt } from "node:crypto";
import dnsPacket from "dns-packet";
import ipaddr from "ipaddr.js";
import { type RecordSet, type RecordType, retry } from "./record-server.ts";
import { overTcp, type ServerAddress } from "./tcp-exchange.ts";
import type { Outcome } from "../../core/control-contract.ts";
import { networkBits } from "../../core/route/host.ts";

export type Asked = {
  readonly name: string;
  readonly type: Exclude<RecordType, "ALIAS" | "LUA">;
  /** As a user of this network would be answered (RFC 7871): 4 or 16 bytes, told as far as its /24 or /48. */
  readonly subnet?: Uint8Array;
};

/** What a server answered to one question: its records of that name and type; none where it says that there are none. */
export type Answer =
  | { readonly kind: "sets"; readonly sets: readonly RecordSet[] }
  | { readonly kind: "not-answered"; readonly rcode: string };

/** How it is asked: an authoritative server for its own words, a resolver for what it finds. */
export type AskingFor = { readonly recursion?: boolean };

/** Asks a server over TCP. Throws as `overTcp` does, and at answers that can't be read. */
export async function askServer(
  server: ServerAddress,
  asked: readonly Asked[],
  signal: AbortSignal,
  how: AskingFor = {},
): Promise<readonly Answer[]> {
  const packets = await askAll(server, asked, signal, how);
  return asked.map((question, index) => readAnswer(question, packets[index]!));
}

/** The same, with everything that stands in the answers, whoever's name it has: what CNAMEs lead over too. */
export async function askAll(
  server: ServerAddress,
  asked: readonly (Omit<Asked, "type"> & { readonly type: AskedType })[],
  signal: AbortSignal,
  how: AskingFor = {},
): Promise<readonly AnswerPacket[]> {
  if (asked.length === 0) return [];
  const first = randomInt(0x10000);
  const flags = how.recursion === true ? dnsPacket.RECURSION_DESIRED : 0;
  const questions = asked.map(({ name, type, subnet }, index) =>
    dnsPacket.encode({
      type: "query",
      id: (first + index) & 0xffff,
      flags,
      questions: [{ name, type: (type === "HTTPS" ? HTTPS_BY_NUMBER : type) as "A" }],
      ...(subnet !== undefined && { additionals: [clientSubnet(subnet)] }),
    }),
  );
  const answers = await overTcp(server, questions, signal);
  return answers.map((answer) => {
    const packet = dnsPacket.decode(answer) as unknown as {
      readonly rcode: string;
      readonly answers?: dnsPacket.Answer[];
    };
    return { rcode: packet.rcode, answers: packet.answers ?? [] };
  });
}

export type AskedType = Asked["type"] | "HTTPS";
export type AnswerPacket = { readonly rcode: string; readonly answers: readonly dnsPacket.Answer[] };

/** dns-packet does not know the type by name. */
const HTTPS_BY_NUMBER = "UNKNOWN_65";

function clientSubnet(network: Uint8Array): dnsPacket.OptAnswer {
  const option = {
    code: "CLIENT_SUBNET",
    family: network.length === 4 ? 1 : 2,
    ip: ipaddr.fromByteArray([...network]).toString(),
    sourcePrefixLength: networkBits(network),
    scopePrefixLength: 0,
  };
  return {
    type: "OPT",
    name: ".",
    udpPayloadSize: 1232,
    flags: 0,
    options: [option],
  } as unknown as dnsPacket.OptAnswer;
}

function readAnswer({ name, type }: Asked, { rcode, answers }: AnswerPacket): Answer {
  if (rcode === "NXDOMAIN") return { kind: "sets", sets: [] };
  if (rcode !== "NOERROR") return { kind: "not-answered", rcode };
  const own = answers.filter((each) => each.type === type && each.name.toLowerCase() === name);
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
