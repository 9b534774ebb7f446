import { connect, type Socket } from "node:net";
import { readMessage, requestText, toAnswer, type InnerAnswer, type InnerRequest } from "./message.ts";

/** Why a call has no answer: the world's failure, with a code that callers decide by. */
export class CallFailed extends Error {
  readonly code: "timeout" | "unreachable" | "reset" | "busy";

  constructor(code: CallFailed["code"], target: string) {
    super(`${target}: ${code}`);
    this.name = "CallFailed";
    this.code = code;
  }
}

export type InnerClient = {
  call(request: InnerRequest, timeoutMs: number): Promise<InnerAnswer>;
  stop(): void;
};

/** More than this at once means that the target hangs: further calls are refused instead of piling up. */
const CONNECTIONS_MAX = 512;
/** Connections that wait for the next call. */
const IDLE_MAX = 64;

/** Calls one target over connections that are kept. `dialDelayMs` stands for the way there: a round trip before the first byte. */
export function innerClient(target: {
  readonly host: string;
  readonly port: number;
  readonly localAddress?: string;
  readonly dialDelayMs?: number;
}): InnerClient {
  const idle: Line[] = [];
  const all = new Set<Line>();
  const name = `${target.host}:${target.port}`;
  let stopped = false;

  const dial = (): Line => {
    const line: Line = { socket: undefined, waiting: null, pending: null, open: false };
    all.add(line);
    const begin = (): void => {
      const { host, port, localAddress } = target;
      const socket = connect({ host, port, noDelay: true, ...(localAddress === undefined ? {} : { localAddress }) });
      line.socket = socket;
      socket.on("connect", () => (line.open = true));
      socket.on("data", (data: Buffer) => take(line, data));
      socket.on("error", () => end(line));
      socket.on("close", () => end(line));
      if (line.pending) socket.write(line.pending.text);
    };
    if (target.dialDelayMs) setTimeout(() => line.pending && begin(), target.dialDelayMs);
    else begin();
    return line;
  };
  const end = (line: Line): void => {
    if (!all.delete(line)) return;
    const at = idle.indexOf(line);
    if (at >= 0) idle.splice(at, 1);
    line.socket?.destroy();
    const { pending } = line;
    line.pending = null;
    pending?.reject(new CallFailed(line.open ? "reset" : "unreachable", name));
  };
  const take = (line: Line, data: Buffer): void => {
    line.waiting = line.waiting === null ? data : Buffer.concat([line.waiting, data]);
    const message = readMessage(line.waiting);
    if (message === "more") return;
    const answer = message === "broken" ? null : toAnswer(message);
    const { pending } = line;
    if (answer === null || pending === null) {
      end(line);
      return;
    }
    line.waiting = null;
    line.pending = null;
    if (idle.length < IDLE_MAX && !stopped) idle.push(line);
    else end(line);
    pending.resolve(answer);
  };

  return {
    call: (request, timeoutMs) =>
      new Promise((resolve, reject) => {
        if (idle.length === 0 && all.size >= CONNECTIONS_MAX) {
          reject(new CallFailed("busy", name));
          return;
        }
        const timer = setTimeout(() => {
          line.pending = null;
          end(line);
          reject(new CallFailed("timeout", name));
        }, timeoutMs);
        const text = requestText(name, request);
        const pending: Pending = {
          text,
          resolve: (answer) => {
            clearTimeout(timer);
            resolve(answer);
          },
          reject: (error) => {
            clearTimeout(timer);
            reject(error);
          },
        };
        const kept = idle.pop();
        const line = kept ?? dial();
        line.pending = pending;
        line.socket?.write(text);
      }),
    stop() {
      stopped = true;
      for (const line of all) end(line);
    },
  };
}

type Pending = {
  readonly text: string;
  readonly resolve: (answer: InnerAnswer) => void;
  readonly reject: (error: CallFailed) => void;
};
type Line = { socket: Socket | undefined; waiting: Buffer | null; pending: Pending | null; open: boolean };
