import { randomInt } from "node:crypto";
import type { Outcome } from "../../../core/control-contract.ts";
import type { UnixMs } from "../../../core/step.ts";
import { type Answer, type Asked, askServer, connectionFailure } from "../ask-server.ts";
import { setsDigest } from "../marker.ts";
import { type RecordChange, type RecordServer, type RecordSet, refused, retry } from "../record-server.ts";
import { MESSAGE_BYTES_MAX, overTcp, readServerAddress, type ServerAddress } from "../tcp-exchange.ts";
import { sign, type TsigKey, verify } from "./tsig.ts";
import { updateMessage } from "./update.ts";

export type Rfc2136Server = {
  /** As houston.yaml writes it. */
  readonly primary: string;
  readonly answeredBy: readonly string[];
  readonly key: TsigKey;
  readonly writesPerSecond: number;
  readonly withinMs: number;
  readonly now: () => UnixMs;
};

/** With its signature a message must still fit. */
const SIGNATURE_BYTES_MAX = 600;

/** A primary server that takes dynamic updates signed by TSIG: BIND, Knot, PowerDNS, Windows. It holds plain sets, the same for all users. */
export function rfc2136Server(options: Rfc2136Server): RecordServer {
  const { key, withinMs, now, writesPerSecond } = options;
  const primary = readServerAddress(options.primary);
  const all = [...new Set([options.primary, ...options.answeredBy])];
  const timed = (signal: AbortSignal): AbortSignal => AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);
  return {
    grain: {
      zones: "none",
      split: { by: "set" },
      leastTtlSeconds: 1,
      writesPerSecond,
      contingency: "notice",
    },
    leads: ["A", "AAAA", "CNAME"],

    async read({ domain, names }, signal) {
      const asked = names.flatMap(({ name, types }) => types.map((type) => ({ name, type }) as Asked));
      try {
        const answers = await askServer(primary, asked, timed(signal));
        const not = answers.find((answer) => answer.kind === "not-answered");
        if (not !== undefined) return notAnswered(not.rcode, { server: options.primary, domain });
        return { kind: "read", sets: answers.flatMap(setsOf) };
      } catch (error) {
        return connectionFailure(error, options.primary);
      }
    },

    async write(change, signal) {
      const message = updateMessage(change, randomInt(0x10000));
      if (message.length > MESSAGE_BYTES_MAX - SIGNATURE_BYTES_MAX) {
        return refused(
          "unsupported",
          `${change.domain}: one update would have ${message.length} bytes; give the hosts to more DNS zones`,
        );
      }
      const seconds = Math.floor(now() / 1000);
      const signed = sign(message, key, seconds);
      try {
        const [answer] = await overTcp(primary, [signed.message], timed(signal));
        return outcomeOf(answer!, { ...signed, key, seconds, change, server: options.primary });
      } catch (error) {
        return connectionFailure(error, options.primary);
      }
    },

    async answers(sets, _domain, signal) {
      const outcomes = await Promise.all(all.map(async (each) => answersBy(each, { sets, signal: timed(signal) })));
      return outcomes.find(({ kind }) => kind !== "done") ?? { kind: "done" };
    },
  };
}

async function answersBy(
  server: string,
  { sets, signal }: { readonly sets: readonly RecordSet[]; readonly signal: AbortSignal },
): Promise<Outcome> {
  const asked = sets.map(({ name, type }) => ({ name, type }) as Asked);
  const address: ServerAddress = readServerAddress(server);
  try {
    const answers = await askServer(address, asked, signal);
    const other = sets.find((set, index) => setsDigest(setsOf(answers[index]!)) !== setsDigest([set]));
    if (other === undefined) return { kind: "done" };
    return retry("not-applied", `${server} does not answer ${other.name} ${other.type} as it was written yet`);
  } catch (error) {
    return connectionFailure(error, server);
  }
}

function setsOf(answer: Answer): readonly RecordSet[] {
  return answer.kind === "sets" ? answer.sets : [];
}

function notAnswered(rcode: string, { server, domain }: { readonly server: string; readonly domain: string }) {
  if (rcode === "SERVFAIL") return retry("provider-fault", `${server} answers SERVFAIL for ${domain}`);
  return refused("unknown-zone", `${server} answers ${rcode} for ${domain}: is that one of its DNS zones?`);
}

type Exchange = {
  readonly key: TsigKey;
  readonly mac: Buffer;
  readonly seconds: number;
  readonly change: RecordChange;
  readonly server: string;
};

/** What an answer to an update means (RFC 2136, 2.2; RFC 8945, 5.2). */
function outcomeOf(answer: Buffer, exchange: Exchange): Outcome {
  const { server, change, key } = exchange;
  if (answer.length < 12) return retry("bad-answer", `${server}: an answer of ${answer.length} bytes`);
  const rcode = answer.readUInt16BE(2) & 0xf;
  const verified = verify(answer, exchange);
  switch (verified.kind) {
    case "error":
      return refused(
        "forbidden",
        `${server}: ${verified.error} for the key ${key.name}: ${FIX_OF_ERROR[verified.error]}`,
      );
    case "bad":
      return retry("bad-answer", `${server}: ${verified.says}`);
    case "unsigned":
      // What nobody signed may refuse us, and never say that it is done.
      if (rcode === RCODE.ok) return retry("bad-answer", `${server}: its answer is not signed`);
      return ofRcode(rcode, { server, domain: change.domain });
    case "good":
      return ofRcode(rcode, { server, domain: change.domain });
  }
}

const FIX_OF_ERROR = {
  BADKEY:
    "the server does not know it (name and algorithm must be the same there), or, if it is Knot, does not let it update one of the names",
  BADSIG: "its secret is another one there",
  BADTIME: "the clocks of the two machines differ too much",
  BADTRUNC: "the server wants a longer signature",
} as const;

const RCODE = {
  ok: 0,
  format: 1,
  fault: 2,
  noName: 3,
  unsupported: 4,
  refused: 5,
  nameThere: 6,
  setThere: 7,
  setGone: 8,
  notAuth: 9,
  notZone: 10,
};

function ofRcode(rcode: number, { server, domain }: { readonly server: string; readonly domain: string }): Outcome {
  switch (rcode) {
    case RCODE.ok:
      return { kind: "done" };
    case RCODE.noName:
    case RCODE.nameThere:
    case RCODE.setThere:
    case RCODE.setGone:
      return retry("conflict", `${server}: somebody wrote to ${domain} at the same time; it is looked at again`);
    case RCODE.fault:
      return retry("provider-fault", `${server}: SERVFAIL`);
    case RCODE.refused:
      return refused("forbidden", `${server} refuses the update of ${domain}: does its policy allow it with our key?`);
    case RCODE.notAuth:
      return refused("unknown-zone", `${server} has no authority over ${domain}, or does not let our key update it`);
    case RCODE.notZone:
      return refused("unknown-zone", `${server}: a host is not in its DNS zone ${domain}`);
    case RCODE.unsupported:
      return refused("unsupported", `${server} takes no dynamic updates of ${domain}`);
    default:
      return refused("refused", `${server} answers with code ${rcode} to an update of ${domain}`);
  }
}
