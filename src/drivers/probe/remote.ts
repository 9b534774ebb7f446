import { Pool } from "undici";
import type { LocationName } from "../../core/estate.ts";
import { boundedText } from "../bounded-text.ts";
import { awakeFor } from "./awake.ts";
import { PROBE_WITHIN_MS, type ProbeAnswer, type ProbeDriver } from "./contract.ts";
import { againOnReset, endless } from "./failure.ts";
import { lookRefused, lookTold, OTHER_FILE_CODES, type LookAsked } from "./remote-look.ts";
import { trusting } from "./trusting.ts";

/**
 * Looks by a vantage that stands elsewhere (`houston run --probe-only`): like a friend in another town who is rung up and asked to look out
 * of the window. One who does not pick up has seen nothing, and that is no look: it is said, and judges nobody.
 */
export type RemoteOptions = {
  /** The location in which it stands, and by which name it must answer. */
  readonly from: LocationName;
  readonly url: string;
  readonly token: string;
  /** Where we have a location; null: not said. One who has it elsewhere must not look there for us. */
  readonly addressOf: (location: LocationName) => string | null;
  /** Certificates that are trusted beside the usual ones, in PEM. */
  readonly authorities?: string;
  /** What people must know of this watcher. */
  readonly say: (what: string) => void;
};

export type RemoteProbes = ProbeDriver & {
  /** One look, with why it could not be had. Never rejects. */
  ask(order: { readonly location: LocationName; readonly withinMs?: number }): Promise<RemoteLook>;
};

export type RemoteLook =
  /** `at` is by its clock, in Unix milliseconds. */
  | { readonly kind: "saw"; readonly answer: ProbeAnswer; readonly at: number }
  | { readonly kind: "unasked"; readonly code: string; readonly says: string };

export function remoteProbes(options: RemoteOptions): RemoteProbes {
  const { from, url, token, addressOf, authorities, say } = options;
  const { origin, pathname } = new URL(url);
  const path = `${pathname.replace(/\/$/, "")}/look`;
  const pool = new Pool(origin, {
    connections: CONNECTIONS,
    pipelining: 1,
    keepAliveTimeout: 10_000,
    connect: { timeout: PROBE_WITHIN_MS, ...(authorities !== undefined && { secureContext: trusting(authorities) }) },
  });
  const hear = hearing(from, say);

  const ask: RemoteProbes["ask"] = async ({ location, withinMs = PROBE_WITHIN_MS }) => {
    const asked: LookAsked = { location, address: addressOf(location), withinMs };
    const began = performance.now();
    const patience = awakeFor(withinMs + WAY_MS);
    try {
      const { statusCode, text } = await againOnReset(async () => {
        const { statusCode, body } = await pool.request({
          method: "POST",
          path,
          signal: patience.signal,
          headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
          body: JSON.stringify(asked),
        });
        return { statusCode, text: await boundedText(body, { bytes: BODY_BYTES_MAX, tooLong: endless }) };
      });
      const body = parse(text);
      if (statusCode !== 200) {
        const refused = lookRefused.safeParse(body);
        const code = refused.success ? refused.data.code : "http";
        return unasked(code, SAYS[code] ?? `HTTP ${statusCode}, ${code}`);
      }
      const told = lookTold.safeParse(body);
      if (!told.success) return unasked("nonsense", "what answers there is no `houston run --probe-only`");
      if (told.data.vantage !== from || told.data.location !== location)
        return unasked("another", "who answers there is another vantage, or speaks of another place");
      // It can't have looked for longer than we have waited for it.
      const ms = Math.min(told.data.ms, performance.now() - began);
      const answer: ProbeAnswer = told.data.ok
        ? { ok: true, ms }
        : { ok: false, ms, why: told.data.why, says: `${told.data.says}, by ${from}` };
      return { kind: "saw", answer, at: told.data.at };
    } catch (error) {
      return unasked("no-answer", error instanceof Error ? error.message : String(error));
    } finally {
      patience.end();
    }
  };

  return {
    journeys: ["browse"],
    ask,
    async probe(order) {
      const look = await ask(order);
      hear(order.location, look);
      return look.kind === "saw" ? look.answer : null;
    },
    stop: () => pool.destroy(),
  };
}

/** Says when it falls silent and when it is back, each after some looks in a row: one that comes and goes is not talked of all day. */
function hearing(from: LocationName, say: (what: string) => void): (location: LocationName, look: RemoteLook) => void {
  const elsewhere = new Set<LocationName>();
  let isAnswering = true;
  let wasAnswer = true;
  let inARow = 0;
  return (location, look) => {
    const isElsewhere = look.kind === "unasked" && OTHER_FILE_CODES.includes(look.code);
    if (isElsewhere && !elsewhere.has(location)) {
      elsewhere.add(location);
      say(`the vantage in ${from} does not look at ${location} (${look.says}): start it with the same houston.yaml`);
    }
    if (look.kind === "saw" && elsewhere.delete(location)) say(`the vantage in ${from} looks at ${location} again`);
    const isAnswer = isElsewhere || look.kind === "saw";
    inARow = isAnswer === wasAnswer ? inARow + 1 : 1;
    wasAnswer = isAnswer;
    if (isAnswer === isAnswering || inARow < IN_A_ROW) return;
    isAnswering = isAnswer;
    say(
      look.kind === "unasked" && !isElsewhere
        ? `the vantage in ${from} can't be asked (${look.says}): the watcher is silent, and nobody is judged by that`
        : `the vantage in ${from} answers again`,
    );
  };
}

/** Our words for its codes: a stranger's own would stand in our log. */
const SAYS: Readonly<Record<string, string>> = {
  "token-wrong": "its token is another: HOUSTON_VANTAGE_TOKEN must be the same at both ends",
  "unknown-location": "its houston.yaml does not have that location",
  "other-address": "its houston.yaml has another address of it",
  "too-many-looks": "it is asked more often than it looks: who else asks it?",
};

const unasked = (code: string, says: string): RemoteLook => ({ kind: "unasked", code, says });

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** As many looks as may be under way at once. */
const CONNECTIONS = 12;
/** For the way to it and back, a handshake included. */
const WAY_MS = 1000;
const IN_A_ROW = 3;
const BODY_BYTES_MAX = 16 * 1024;
