import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { boundedText } from "../../bounded-text.ts";

/** Asks one HAProxy one command at its `stats socket`; rejects with a `SocketProblem`. */
export type Ask = (command: string, signal: AbortSignal) => Promise<string>;

/** What went wrong on the way there: the world's failure, on its way to become an outcome. */
export class SocketProblem extends Error {
  readonly kind: "retry" | "refused";
  readonly code: string;
  constructor(kind: "retry" | "refused", code: string, says: string) {
    super(says);
    this.kind = kind;
    this.code = code;
  }
}

export type SocketPlace = {
  /** A path, `10.0.2.5:9999` or `[2001:db8::5]:9999`. */
  readonly socket: string;
  readonly tls?:
    | {
        readonly caFile: string;
        readonly certificateFile?: string | undefined;
        readonly serverName?: string | undefined;
      }
    | undefined;
};

/** A map of 15 locations, 250 zones and 3 classes is a tenth of this. */
const ANSWER_BYTES_MAX = 64 * 1024 * 1024;

/** HAProxy answers one line on a connection and closes it, so an answer ends where the connection does. */
export const runtimeSocket =
  (place: SocketPlace): Ask =>
  async (command, signal) => {
    if (signal.aborted) throw timedOut(place);
    let socket: Socket;
    try {
      socket = opened(place);
    } catch (error) {
      throw unreadableCertificate(error);
    }
    const give = (): void => void socket.destroy(timedOut(place));
    signal.addEventListener("abort", give, { once: true });
    try {
      socket.write(`${command}\n`);
      const tooLong = (): Error =>
        new SocketProblem("retry", "answer-unreadable", `${place.socket} answers without end`);
      return await boundedText(socket, { bytes: ANSWER_BYTES_MAX, tooLong });
    } catch (error) {
      throw error instanceof SocketProblem ? error : problemOf(place, error);
    } finally {
      signal.removeEventListener("abort", give);
      socket.destroy();
    }
  };

/**
 * One command after another, whoever asks: HAProxy 2.6.12 died (SIGSEGV) of `add map` side by side, once in 421 tables under load. Who has to
 * wait too long for that has not been answered in time.
 */
export function inTurn(ask: Ask): Ask {
  let last: Promise<unknown> = Promise.resolve();
  return (command, signal) => {
    const answer = last.then(() => ask(command, signal));
    last = answer.catch(() => {});
    return answer;
  };
}

function opened({ socket, tls }: SocketPlace): Socket {
  if (socket.startsWith("/")) return connect({ path: socket });
  const colon = socket.lastIndexOf(":");
  const where = { host: socket.slice(0, colon).replace(/^\[|\]$/g, ""), port: Number(socket.slice(colon + 1)) };
  if (tls === undefined) return connect(where);
  const own = tls.certificateFile === undefined ? null : readFileSync(tls.certificateFile);
  return connectTls({
    ...where,
    ca: readFileSync(tls.caFile),
    ...(own !== null && { cert: own, key: own }),
    ...(tls.serverName !== undefined && { servername: tls.serverName }),
  });
}

const timedOut = ({ socket }: SocketPlace): SocketProblem =>
  new SocketProblem("retry", "timeout", `${socket} did not answer in time`);

const unreadableCertificate = (error: unknown): SocketProblem =>
  new SocketProblem("refused", "certificate-unreadable", error instanceof Error ? error.message : String(error));

function problemOf({ socket }: SocketPlace, error: unknown): SocketProblem {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  if (code === "EACCES" || code === "EPERM")
    return new SocketProblem(
      "refused",
      "rights-missing",
      `${socket} may not be opened: let Houston's user into the group of HAProxy's \`stats socket ... mode 660\``,
    );
  return new SocketProblem(
    "retry",
    "unreachable",
    `${socket}: ${error instanceof Error ? error.message : String(error)}`,
  );
}
