import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { LocationName } from "../core/estate.ts";
import { boundedText } from "../drivers/bounded-text.ts";
import type { ProbeDriver } from "../drivers/probe/contract.ts";
import { lookAsked, type LookTold } from "../drivers/probe/remote-look.ts";
import { isSameSecret } from "../drivers/same-secret.ts";
import { type DoorPlace, openDoor, refusePlain } from "./own-door.ts";

/**
 * `houston run --probe-only`: a vantage that stands elsewhere. Like a friend in another town who looks out of the window when somebody he
 * knows rings up, and keeps no diary.
 *
 * 1. It looks when it is asked, and at no other time: what it says is never old.
 * 2. It looks at locations of its own houston.yaml, by name, at the addresses and the one page that stand there: it fetches nothing for anybody.
 * 3. Only who has the token is answered, over TLS, or on this machine.
 * 4. Nobody can make it look at a location more than LOOKS_A_SECOND_MAX times a second, nor UNDER_WAY_MAX times at once.
 */
export type ProbeOnlyOptions = DoorPlace & {
  /** The location in which it stands: it says nothing of that one. */
  readonly vantage: LocationName;
  readonly driver: ProbeDriver;
  /** Where it looks at each location. */
  readonly addresses: Readonly<Record<LocationName, string>>;
  readonly token: string;
  /** Unix milliseconds, by this machine's clock. */
  readonly now: () => number;
  /** Somebody was refused, with the code. */
  readonly refused: (code: string) => void;
};

export type RunningProbeOnly = { readonly url: string; stop(): Promise<void> };

/** Throws `CallerError` when the port can't be had, or can't be had safely. */
export async function startProbeOnly(options: ProbeOnlyOptions): Promise<RunningProbeOnly> {
  const { vantage, token, refused } = options;
  refusePlain(options);
  const places = new Map(
    Object.entries(options.addresses)
      .filter(([name]) => name !== vantage)
      .map(([name, address]) => [name, { address, pace: pace() }]),
  );

  const look = async (request: IncomingMessage): Promise<Answer> => {
    const given = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
    if (!isSameSecret(given, token))
      return refusal(401, "token-wrong", "this vantage answers who has its token (HOUSTON_VANTAGE_TOKEN)");
    if (request.method !== "POST" || request.url !== "/look")
      return refusal(404, "not-found", "POST /look is all that is served here");
    const body = await bodyOf(request);
    if (body === TOO_LONG) return refusal(413, "too-long", `a question has ${BODY_BYTES_MAX} bytes at most`);
    const asked = lookAsked.safeParse(body);
    if (!asked.success) return refusal(400, "bad-shape", "a look is asked for with {location, address, withinMs}");
    const { location, address, withinMs } = asked.data;
    const place = places.get(location);
    if (place === undefined) return refusal(404, "unknown-location", "it is not one that this vantage looks at");
    if (address !== null && address !== place.address)
      return refusal(409, "other-address", "this vantage has another address of it");
    if (!place.pace.begin()) return refusal(429, "too-many-looks", "it is looked at as often as may be");
    try {
      const answer = await options.driver.probe({ location, journey: "browse", key: `probe-${vantage}`, withinMs });
      if (answer === null) return refusal(503, "nobody-looked", "it could not look");
      return { status: 200, body: { vantage, location, at: options.now(), ...answer } };
    } finally {
      place.pace.end();
    }
  };

  const reply = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const answer = await look(request);
      if (answer.status !== 200) refused(answer.body.code);
      // What comes after a question that is too long is not read.
      const closing = answer.status === 413 ? { connection: "close" } : {};
      response
        .writeHead(answer.status, { "content-type": "application/json", ...closing })
        .end(JSON.stringify(answer.body));
    } catch {
      // Whoever hung up waits for nothing.
      response.destroy();
    }
  };
  const listener: RequestListener = (request, response) => void reply(request, response);
  const door = await openDoor({ ...options, minVersion: "TLSv1.3", listener });
  return {
    url: door.url,
    async stop() {
      await door.stop();
      await options.driver.stop();
    },
  };
}

type Refused = {
  readonly status: 400 | 401 | 404 | 409 | 413 | 429 | 503;
  readonly body: { code: string; says: string };
};
type Answer = Refused | { readonly status: 200; readonly body: LookTold };

const refusal = (status: Refused["status"], code: string, says: string): Refused => ({ status, body: { code, says } });

/** How often one location is looked at, whoever asks. */
function pace(): { begin(): boolean; end(): void } {
  let begun: number[] = [];
  let underWay = 0;
  return {
    begin() {
      const now = performance.now();
      begun = begun.filter((at) => now - at < 1000);
      if (begun.length >= LOOKS_A_SECOND_MAX || underWay >= UNDER_WAY_MAX) return false;
      begun.push(now);
      underWay += 1;
      return true;
    },
    end: () => void (underWay -= 1),
  };
}

/** What was asked; `TOO_LONG` for more than any question has. */
async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const tooLong = new Error("too long");
  try {
    return JSON.parse(await boundedText(request, { bytes: BODY_BYTES_MAX, tooLong: () => tooLong }));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    if (error === tooLong) return TOO_LONG;
    throw error;
  }
}

/** One Houston asks three times a second for a location that fails; two of them and a `houston check --reach` fit. */
const LOOKS_A_SECOND_MAX = 10;
const UNDER_WAY_MAX = 8;
/** A question is a tenth of this. */
const BODY_BYTES_MAX = 2048;
const TOO_LONG = Symbol("too long");
