import type { IncomingHttpHeaders } from "node:http";
import { type Answering, type Failed, type Flow, left, type Sent } from "./lines.ts";
import { answerHeaders, NO_BODY } from "./node-answer.ts";

/** A relayed answer as a Response, once its head is there, or why there is none. The body follows as it is read. */
export function relayedResponse(send: (answering: Answering) => Promise<Sent>): Promise<Response | Failed> {
  return new Promise((resolve) => {
    let body: ReadableStreamDefaultController<Uint8Array> | null = null;
    const answering: Answering = {
      head(status: number, headers: IncomingHttpHeaders, flow: Flow) {
        const hasNone = NO_BODY.has(status);
        const stream = new ReadableStream<Uint8Array>(
          {
            start: (controller) => void (body = controller),
            pull: () => flow.resume(),
            cancel: () => flow.abort(left()),
          },
          { highWaterMark: QUEUED_BYTES_MAX, size: (chunk) => chunk.length },
        );
        const kept = answerHeaders(headers, false);
        const pairs = kept.flatMap((name, at): [string, string][] => (at % 2 === 0 ? [[name, kept[at + 1]!]] : []));
        resolve(new Response(hasNone ? null : stream, { status, headers: pairs }));
      },
      data(chunk) {
        // Undici's chunks are its own: what waits in a queue is copied.
        body?.enqueue(Uint8Array.from(chunk));
        return (body?.desiredSize ?? 1) > 0;
      },
      end: () => body?.close(),
      broken: () => body?.error(new Error("the other location's answer broke off")),
    };
    // After a head it is too late for another answer, and this changes nothing.
    void send(answering).then((sent) => resolve(sent.kind === "failed" ? sent : BROKEN_OFF));
  });
}

const BROKEN_OFF: Failed = { kind: "failed", why: "reset", sent: true };
const QUEUED_BYTES_MAX = 64 * 1024;
