import { connect, createServer, type Socket } from "node:net";
import { serverName } from "./client-hello.ts";
import type { Counts } from "./counts.ts";
import type { Place } from "./decide.ts";
import { type Listening, listening } from "./listening.ts";
import { type Endpoint, proxyHeader, readProxyHeader } from "./proxy-header.ts";

/**
 * TLS that we do not end (gRPC and all else of HTTP/2, clients' certificates): by the name that the client asks for, the connection goes to our own
 * server or to the other location's pass-through, byte for byte, with the user's address before it (PROXY v2).
 */
export type PassThroughOptions = {
  readonly host: string;
  readonly port: number;
  /** Our own server that ends TLS; `proxyHeader`: it reads PROXY v2. */
  readonly own: { readonly host: string; readonly port: number; readonly proxyHeader: boolean };
  /** The other locations' pass-throughs. */
  readonly peerPort: number;
};

export type PassThroughContext = {
  readonly place: (asked: { readonly host: string; readonly user: string; readonly fromEdge: boolean }) => Place;
  readonly addressOf: (location: string, port: number) => { readonly host: string; readonly port: number } | null;
  /** Addresses that other edges come from: they say first whom they bring, and what they bring stays here. */
  readonly isPeer: (address: string) => boolean;
  /** Load balancers of ours: they say it too. */
  readonly isTrusted: (address: string) => boolean;
  readonly connectMs: number;
  readonly counts: Counts;
};

const HELLO_WITHIN_MS = 5000;

export function passThrough(options: PassThroughOptions, context: PassThroughContext): Promise<Listening> {
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => receive(socket, options, context));
  return listening(server, options);
}

function receive(socket: Socket, options: PassThroughOptions, context: PassThroughContext): void {
  const { counts } = context;
  const refuse = (kind: string): void => {
    counts.add("refused", kind);
    socket.destroy();
  };
  const from = socket.remoteAddress ?? "";
  let fromEdge = context.isPeer(from);
  let isTold = fromEdge || context.isTrusted(from);
  let user: Endpoint = { address: from, port: socket.remotePort ?? 0 };
  let bytes: Buffer = Buffer.alloc(0);
  const timer = setTimeout(() => refuse("hello-late"), HELLO_WITHIN_MS);
  socket.on("error", () => socket.destroy()).once("close", () => clearTimeout(timer));
  const more = (chunk: Buffer): void => {
    bytes = Buffer.concat([bytes, chunk]);
    if (isTold) {
      const header = readProxyHeader(bytes);
      if (header.kind === "more") return;
      if (header.kind === "bad") return refuse(header.why);
      isTold = false;
      user = header.from ?? user;
      // Edges may come through balancers of ours as well: two that took each other for one would hand it to and fro.
      fromEdge ||= header.isHandedOn;
      bytes = bytes.subarray(header.bytes);
    }
    const hello = serverName(bytes);
    if (hello.kind === "more") return;
    clearTimeout(timer);
    if (hello.kind === "bad") return refuse("hello");
    socket.removeListener("data", more).pause();
    const place = context.place({ host: hello.name ?? "", user: user.address, fromEdge });
    if (place.kind === "nowhere" || place.kind === "loop") return refuse("set-apart");
    const there = place.kind === "there" ? context.addressOf(place.location, options.peerPort) : null;
    const own = {
      ...options.own,
      proxyHeader: options.own.proxyHeader ? ("server" as const) : null,
      otherwise: () => void socket.destroy(),
      how: "served" as const,
    };
    const go = { socket, bytes, user, context };
    if (there === null) return join(go, own);
    join(go, {
      ...there,
      proxyHeader: "edge",
      how: "relayed",
      // Nothing of it has been read there: it can begin here as well.
      otherwise: () => join(go, own),
    });
  };
  socket.on("data", more);
}

type Going = {
  readonly socket: Socket;
  readonly bytes: Buffer;
  readonly user: Endpoint;
  readonly context: PassThroughContext;
};

function join(
  { socket, bytes, user, context }: Going,
  to: {
    readonly host: string;
    readonly port: number;
    /** Who reads it; null: nobody there reads one. */
    readonly proxyHeader: "edge" | "server" | null;
    readonly how: "served" | "relayed";
    readonly otherwise: () => void;
  },
): void {
  const there = connect({ host: to.host, port: to.port, noDelay: true, allowHalfOpen: true });
  const timer = setTimeout(() => there.destroy(new Error("silent")), context.connectMs);
  const failed = (): void => {
    clearTimeout(timer);
    if (!socket.destroyed) to.otherwise();
  };
  there.once("error", failed);
  // Who has gone before it was there leaves nothing behind him.
  socket.once("close", () => there.destroy());
  there.once("connect", () => {
    clearTimeout(timer);
    context.counts.add("requests", to.how);
    there.removeListener("error", failed);
    const at = { address: socket.localAddress ?? "", port: socket.localPort ?? 0 };
    if (to.proxyHeader !== null) there.write(proxyHeader(user, at, to.proxyHeader));
    there.write(bytes);
    socket.pipe(there);
    there.pipe(socket);
    const end = (): void => {
      socket.destroy();
      there.destroy();
    };
    for (const each of [socket, there]) each.once("error", end);
    there.once("close", end);
  });
}
