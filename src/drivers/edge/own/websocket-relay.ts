import type { IncomingHttpHeaders } from "node:http";
import type { Duplex } from "node:stream";
import type { Held } from "./leaving.ts";
import { answerHeaders } from "./node-answer.ts";
import { closeFrame, frameFollower } from "./websocket.ts";

/** RFC 6455 and its registry: 1012, the service begins anew; whoever hears it comes back after a while of its own choice. */
const CLOSE_CODE = 1012;
/** A client answers a close with its own; one that does not is cut. */
const CLOSES_WITHIN_MS = 5000;

/** Joins a user's socket and the other location's, both switched; each is read as fast as the other takes it. */
export function joinSockets(options: {
  readonly user: Duplex;
  readonly head: Buffer;
  readonly there: Duplex;
  readonly headers: IncomingHttpHeaders;
  readonly held: Held;
  readonly location: string;
  readonly nowMs: () => number;
}): void {
  const { user, head, there, headers, held, location } = options;
  const lines = ["HTTP/1.1 101 Switching Protocols", "connection: Upgrade", "upgrade: websocket"];
  const kept = answerHeaders(headers, false);
  for (let at = 0; at < kept.length; at += 2) lines.push(`${kept[at]!}: ${kept[at + 1]!}`);
  user.write(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
  if (head.length > 0) there.write(head);

  const frames = frameFollower();
  let isWanted = false;
  const leave = (): void => {
    if (!isWanted || !frames.isBetween || user.destroyed) return;
    isWanted = false;
    there.unpipe(user);
    user.write(closeFrame(CLOSE_CODE, `${location} serves you now: connect again`));
    // What the server still says has nowhere to go; its own close comes when it has the user's.
    there.resume();
    setTimeout(end, CLOSES_WITHIN_MS).unref();
  };
  const end = (): void => {
    user.destroy();
    there.destroy();
  };
  there.on("data", (chunk: Buffer) => {
    frames.passed(chunk);
    held.active(options.nowMs());
    // After the pipe has written this chunk.
    if (isWanted) setImmediate(leave);
  });
  user.on("data", () => held.active(options.nowMs()));
  user.pipe(there);
  there.pipe(user);
  // A WebSocket has no half: whoever ends one way has ended, and what was said before goes out first.
  user.once("end", () => setTimeout(end, CLOSES_WITHIN_MS).unref());
  user.once("error", end).once("close", end);
  there
    .once("error", () => there.destroy())
    .once("close", () => {
      user.end(() => user.destroy());
      setTimeout(end, CLOSES_WITHIN_MS).unref();
    });
  held.lasts(() => {
    isWanted = true;
    leave();
    return true;
  });
}
