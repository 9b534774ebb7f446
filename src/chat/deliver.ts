import type { Cancel, Clock } from "../runtime/clock.ts";
import type { ChatLog } from "./contract.ts";

/** One HTTP request that must arrive: made once, sent until somebody takes or refuses it. */
export type Letter = {
  /** What it is about; letters about one thing arrive in order. */
  readonly about: string;
  readonly url: string;
  /** Made for each attempt: signatures hold the moment. */
  readonly headers: (seconds: number) => Readonly<Record<string, string>>;
  readonly body: string;
};

export type Delivered = "taken" | "refused" | "given-up";

export type Post = (letter: Letter, seconds: number) => Promise<PostOutcome>;

export type PostOutcome =
  | { readonly kind: "taken" }
  /** The other end says that it is wrong: sending it again would be wrong again. */
  | { readonly kind: "refused"; readonly says: string }
  | { readonly kind: "retry"; readonly says: string; readonly afterMs: number | null };

/** Later and later, up to a minute; after some twenty minutes what it says is old, and a newer letter says more. */
const RETRY_AFTER_MS = 1000;
const RETRY_AFTER_MAX_MS = 60_000;
const ATTEMPTS_MAX = 24;
/** One that hangs must not keep the others; many at once would be a flood at the other end. */
const AT_ONCE_MAX = 4;

/**
 * Sends letters: one at a time about each thing, so they arrive in order, and each again until it is taken. The faces hold what
 * is to be said and make the next letter when it can go, so whatever happens meanwhile is in it and nothing queues up.
 */
export function deliverer(options: {
  readonly name: string;
  readonly clock: Clock;
  readonly log: ChatLog;
  readonly post: Post;
  /** The next letter about each thing that has one to send and none on its way, the most urgent first. */
  readonly next: (isOnItsWay: (about: string) => boolean) => readonly Letter[];
  readonly done: (letter: Letter, how: Delivered) => void;
}): { wake(): void; isOnItsWay(about: string): boolean; stop(): void } {
  const { name, clock, log, post, next, done } = options;
  const sending = new Map<string, Cancel | null>();
  let inFlight = 0;
  let stopped = false;

  const settle = (letter: Letter, how: Delivered): void => {
    sending.delete(letter.about);
    if (stopped) return;
    done(letter, how);
    wake();
  };

  const begin = (letter: Letter, attempts: number): void => {
    sending.set(letter.about, null);
    attempt(letter, attempts).catch((error: unknown) => {
      log("problem", `${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    });
  };

  const attempt = async (letter: Letter, attempts: number): Promise<void> => {
    inFlight += 1;
    const outcome = await post(letter, Math.floor(clock.now() / 1000)).catch((error: unknown): PostOutcome => ({
      kind: "retry",
      says: String(error),
      afterMs: null,
    }));
    inFlight -= 1;
    if (stopped) return;
    if (outcome.kind === "taken") {
      if (attempts > 1) log("info", `${name}: delivered at attempt ${attempts}`);
      return settle(letter, "taken");
    }
    if (outcome.kind === "refused" || attempts >= ATTEMPTS_MAX) {
      log(
        "problem",
        `${name}: ${outcome.kind === "refused" ? "refused" : `given up after ${attempts} attempts`}: ${outcome.says}`,
      );
      return settle(letter, outcome.kind === "refused" ? "refused" : "given-up");
    }
    // Once, and not each time: the other end knows that it is down.
    if (attempts === 1) log("problem", `${name}: ${outcome.says}; tried again until it is taken`);
    const backoff = Math.min(RETRY_AFTER_MS * 2 ** (attempts - 1), RETRY_AFTER_MAX_MS);
    const again = (): void => {
      if (inFlight >= AT_ONCE_MAX) return void sending.set(letter.about, clock.after(RETRY_AFTER_MS, again));
      begin(letter, attempts + 1);
    };
    sending.set(letter.about, clock.after(Math.max(backoff, outcome.afterMs ?? 0), again));
    wake();
  };

  const wake = (): void => {
    if (stopped) return;
    for (const letter of next((about) => sending.has(about))) {
      if (inFlight >= AT_ONCE_MAX) return;
      begin(letter, 1);
    }
  };

  return {
    wake,
    isOnItsWay: (about) => sending.has(about),
    stop() {
      stopped = true;
      for (const cancel of sending.values()) cancel?.();
    },
  };
}

const ANSWER_WITHIN_MS = 10_000;

/** Sends by HTTP. A redirect is refused: a signed letter goes where the operator said, and nowhere else. */
export function httpPost(send: typeof fetch = fetch): Post {
  return async (letter, seconds) => {
    let response: Response;
    try {
      response = await send(letter.url, {
        method: "POST",
        headers: { "content-type": "application/json", "user-agent": "houston", ...letter.headers(seconds) },
        body: letter.body,
        redirect: "manual",
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
    } catch (error) {
      return { kind: "retry", says: whyNot(error), afterMs: null };
    }
    // What it answers beside the status is of no use, and may be long.
    await response.body?.cancel().catch(() => {});
    return outcomeOf(response.status, response.headers.get("retry-after"));
  };
}

function outcomeOf(status: number, retryAfter: string | null): PostOutcome {
  if (status >= 200 && status < 300) return { kind: "taken" };
  const says = `it answered HTTP ${status}`;
  if (status < 500 && status !== 408 && status !== 425 && status !== 429) return { kind: "refused", says };
  const seconds = Number(retryAfter ?? Number.NaN);
  return { kind: "retry", says, afterMs: seconds > 0 ? Math.min(seconds * 1000, RETRY_LATEST_MS) : null };
}

/** Whatever the other end wants: after so long we look again. */
const RETRY_LATEST_MS = 3_600_000;

function whyNot(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : error.message;
}
