/**
 * The HTTP/1.1 that services of one location speak among themselves: real sockets, real text, and anyone may `curl`
 * it, but none of what strangers need (pipelining, chunks, upgrades). Strangers only ever meet the edge, which is
 * node:http; here each hop costs a third of that, and a planet of 15 locations on two cores has thousands a second.
 */
export type InnerRequest = {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly passport: Passport;
  readonly idempotencyKey?: string;
};

export type InnerAnswer = {
  readonly status: number;
  readonly body: string;
  readonly type?: string;
};

/** What travels with a request inside a location: whose it is. */
export type Passport = {
  readonly requestId: string;
  readonly traceparent: string;
  readonly class: string;
  readonly bucket: number;
  readonly zone: string;
};

/** Nothing that services tell each other is longer: a batch of replicated records is the longest. */
export const MESSAGE_BYTES_MAX = 1024 * 1024;
/** Request line and headers; the longest is a cart's token in a path. */
const HEAD_BYTES_MAX = 16 * 1024;

export const JSON_TYPE = "application/json";
export const NO_PASSPORT: Passport = { requestId: "-", traceparent: "-", class: "-", bucket: 0, zone: "-" };

export function requestText(host: string, request: InnerRequest): string {
  const { passport } = request;
  let head = `${request.method} ${request.path} HTTP/1.1\r\nhost: ${host}\r\nx-request-id: ${passport.requestId}\r\ntraceparent: ${passport.traceparent}\r\nx-chunk: ${passport.class} ${passport.bucket} ${passport.zone}\r\n`;
  if (request.idempotencyKey !== undefined)
    head += `idempotency-key: ${encodeURIComponent(request.idempotencyKey)}\r\n`;
  return `${head}content-length: ${Buffer.byteLength(request.body)}\r\n\r\n${request.body}`;
}

export function answerText(answer: InnerAnswer): string {
  return `HTTP/1.1 ${answer.status} ${answer.status < 400 ? "OK" : "Problem"}\r\ncontent-type: ${answer.type ?? JSON_TYPE}\r\ncontent-length: ${Buffer.byteLength(answer.body)}\r\n\r\n${answer.body}`;
}

export type Message = {
  readonly start: string;
  readonly head: string;
  readonly body: string;
  /** How many bytes of the buffer it took. */
  readonly bytes: number;
};

/** The first whole message in the buffer; "more" when it isn't all there; "broken" when it never will be. */
export function readMessage(buffer: Buffer): Message | "more" | "broken" {
  const end = buffer.indexOf("\r\n\r\n");
  if (end < 0) return buffer.length > HEAD_BYTES_MAX ? "broken" : "more";
  if (end > HEAD_BYTES_MAX) return "broken";
  const head = buffer.toString("latin1", 0, end);
  const bodyBytes = contentLength(head);
  if (bodyBytes === null || bodyBytes > MESSAGE_BYTES_MAX) return "broken";
  const bytes = end + 4 + bodyBytes;
  if (buffer.length < bytes) return "more";
  const lineEnd = head.indexOf("\r\n");
  return {
    start: lineEnd < 0 ? head : head.slice(0, lineEnd),
    head,
    body: bodyBytes === 0 ? "" : buffer.toString("utf8", end + 4, bytes),
    bytes,
  };
}

export function toRequest(message: Message): InnerRequest | null {
  const { start, head } = message;
  const first = start.indexOf(" ");
  const second = start.indexOf(" ", first + 1);
  if (first < 1 || second < 0 || start.charCodeAt(first + 1) !== SLASH) return null;
  const key = header(head, "idempotency-key");
  return {
    method: start.slice(0, first),
    path: start.slice(first + 1, second),
    body: message.body,
    passport: toPassport(head),
    ...(key === undefined ? {} : { idempotencyKey: decoded(key) }),
  };
}

/** Null when the other side does not speak our HTTP. */
export function toAnswer(message: Message): InnerAnswer | null {
  const status = Number(message.start.slice(9, 12));
  if (!message.start.startsWith("HTTP/1.1 ") || !(status >= 200 && status <= 599)) return null;
  return { status, body: message.body, type: header(message.head, "content-type") ?? JSON_TYPE };
}

const SLASH = 0x2f;

function toPassport(head: string): Passport {
  const chunk = header(head, "x-chunk")?.split(" ");
  if (chunk === undefined || chunk.length !== 3) return NO_PASSPORT;
  return {
    requestId: header(head, "x-request-id") ?? "-",
    traceparent: header(head, "traceparent") ?? "-",
    class: chunk[0]!,
    bucket: Number(chunk[1]) || 0,
    zone: chunk[2]!,
  };
}

function contentLength(head: string): number | null {
  const text = header(head, "content-length");
  if (text === undefined) return 0;
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}

/** Our own side writes names in lower case; a person's `curl` writes Content-Length. */
function header(head: string, name: string): string | undefined {
  let at = head.indexOf(`\r\n${name}: `);
  if (at < 0) at = head.toLowerCase().indexOf(`\r\n${name}: `);
  if (at < 0) return undefined;
  const from = at + name.length + 4;
  const to = head.indexOf("\r\n", from);
  return to < 0 ? head.slice(from) : head.slice(from, to);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
