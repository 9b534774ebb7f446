import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ReceivedRequest, ReceiverAnswer } from "../made-receiver.testing.ts";
import type { Trouble } from "./trouble-proxy.testing.ts";

/** What stands for a DNS provider's API: who it is, and how it counts. What it holds and which requests are right is `answer`'s. */
export type MadeProviderApi = {
  /** Carries the request out, and answers it. */
  readonly answer: (request: ReceivedRequest) => ReceiverAnswer;
  readonly isWrite: (request: ReceivedRequest) => boolean;
  /** So many requests at once, and then so many a second (a token bucket); absent: as many as come. */
  readonly limit?: { readonly burst: number; readonly perSecond: number };
  /** Its words to who asks more often. */
  readonly throttled: () => ReceiverAnswer;
};

export type MadeProvider = {
  readonly url: string;
  /** All that came, in order, throttled ones included. */
  readonly requests: readonly ReceivedRequest[];
  /** `silent`: taken, not carried out, never answered. `no-answer-to-writes`: carried out, and the connection ends before the answer. */
  readonly setTrouble: (trouble: Trouble) => void;
  /** Answered whatever is asked, and nothing carried out; null: as it should be. */
  readonly answerInstead: (answer: ReceiverAnswer | null) => void;
  /** Called with each request before it is answered: whoever else writes at that moment; null: nobody. */
  readonly atRequest: (see: ((request: ReceivedRequest) => void) | null) => void;
  stop(): Promise<void>;
};

/** A provider's API on a free port of this machine. */
export async function madeProvider(api: MadeProviderApi): Promise<MadeProvider> {
  const requests: ReceivedRequest[] = [];
  let trouble: Trouble = "none";
  let instead: ReceiverAnswer | null = null;
  let see: ((request: ReceivedRequest) => void) | null = null;
  const isTooOften = bucket(api.limit);

  const respond = (request: ReceivedRequest, response: ServerResponse): void => {
    requests.push(request);
    see?.(request);
    if (trouble === "silent") return;
    const answer = instead ?? (isTooOften() ? api.throttled() : api.answer(request));
    if (trouble === "no-answer-to-writes" && api.isWrite(request)) response.destroy();
    else response.writeHead(answer.status, answer.headers).end(answer.body ?? "");
  };

  const server = createServer((incoming: IncomingMessage, response) => {
    let body = "";
    incoming.setEncoding("utf8").on("data", (text: string) => (body += text));
    incoming.on("end", () =>
      respond({ method: incoming.method ?? "", path: incoming.url ?? "", headers: incoming.headers, body }, response),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    setTrouble: (next) => void (trouble = next),
    answerInstead: (answer) => void (instead = answer),
    atRequest: (next) => void (see = next),
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function bucket(limit: MadeProviderApi["limit"]): () => boolean {
  if (limit === undefined) return () => false;
  let tokens = limit.burst;
  let at = Date.now();
  return () => {
    const now = Date.now();
    tokens = Math.min(limit.burst, tokens + ((now - at) / 1000) * limit.perSecond);
    at = now;
    if (tokens < 1) return true;
    tokens -= 1;
    return false;
  };
}
