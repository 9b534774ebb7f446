import { constants } from "node:crypto";
import { type IncomingMessage, type Server as HttpServer } from "node:http";
import { Server as HttpsServer } from "node:https";
import { createServer as createNetServer, type Socket } from "node:net";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import { CallerError } from "../../../core/errors.ts";
import type { Counts } from "./counts.ts";
import { type Listening, listening } from "./listening.ts";
import { locationOf, type PeerCertificates } from "./peer-certificates.ts";
import { type Endpoint, readProxyHeader } from "./proxy-header.ts";
import { plainAddress } from "./user-address.ts";

/**
 * Ways in beside the application's own port, and who came by them: load balancers that say the user's address first (PROXY v2), and other
 * locations' edges, known by their certificates.
 */
export type Door = {
  /** Who is behind a request's connection: the user or balancer, and the location whose edge it is. */
  originOf(request: IncomingMessage): Origin;
  readonly listenBehindBalancer: (
    server: HttpServer,
    at: { readonly host: string; readonly port: number },
  ) => Promise<Listening>;
  readonly listenToPeers: (
    server: HttpServer,
    at: { readonly host: string; readonly port: number },
  ) => Promise<Listening>;
};

export type Origin = { readonly address: string; readonly location: string | null };

/** A balancer sends its header with the first packet. */
const HEADER_WITHIN_MS = 2000;
const HANDSHAKE_WITHIN_MS = 5000;
/** The same reason for a refusal, once in so long; reasons are OpenSSL's, a few dozen. */
const SAID_EVERY_MS = 60_000;

export function door(options: {
  readonly isTrusted: (address: string) => boolean;
  readonly certificates: PeerCertificates | null;
  /** Null: there is no table yet. */
  readonly locations: () => readonly string[] | null;
  readonly counts: Counts;
  readonly said: (line: string) => void;
}): Door {
  const { counts } = options;
  /** By both ends of the balancer's connection, which TLS above it shows as well. */
  const users = new Map<string, Endpoint>();
  const peers = new WeakMap<Socket, string>();
  const saidAt = new Map<string, number>();
  /** Whoever knocks in vain all day fills a counter, and no disk. */
  const say = (why: string, line: string): void => {
    const now = performance.now();
    if (now - (saidAt.get(why) ?? -SAID_EVERY_MS) < SAID_EVERY_MS) return;
    saidAt.set(why, now);
    options.said(line);
  };
  const refused = (kind: string, socket: Socket): void => {
    counts.add("refused", kind);
    socket.destroy();
  };

  return {
    originOf({ socket }) {
      const user = users.size === 0 ? undefined : users.get(keyOf(socket));
      const address = plainAddress(user?.address ?? socket.remoteAddress ?? "");
      return { address, location: peers.get(socket) ?? null };
    },
    listenBehindBalancer(server, at) {
      const front = createNetServer({ noDelay: true }, (socket) => {
        socket.on("error", () => socket.destroy());
        if (!options.isTrusted(socket.remoteAddress ?? "")) return refused("proxy-from-stranger", socket);
        const timer = setTimeout(() => refused("proxy-late", socket), HEADER_WITHIN_MS);
        socket.once("close", () => clearTimeout(timer));
        readHeader(socket, {
          bad: (why) => refused(why, socket),
          good(from) {
            clearTimeout(timer);
            if (from !== null) {
              const key = keyOf(socket);
              users.set(key, from);
              socket.once("close", () => users.delete(key));
            }
            server.emit("connection", socket);
            // TLS takes what was read already by itself.
            if (!(server instanceof HttpsServer)) socket.resume();
          },
        });
      });
      return listening(front, at);
    },
    listenToPeers(server, at) {
      const { certificates } = options;
      if (certificates === null)
        throw new CallerError({
          code: "no-peer-certificates",
          message: "peers are known by certificates at a port of their own, and `peers.certificates` names none",
          hint: "leave `listenToPeers` out: with `peers.from` they come to the application's own port, and `peers.port` is that one",
        });
      const front = createTlsServer(
        {
          ...secured(certificates),
          requestCert: true,
          // It is looked at below: Node itself would hang up without a word of why.
          rejectUnauthorized: false,
          ALPNProtocols: ["http/1.1"],
          handshakeTimeout: HANDSHAKE_WITHIN_MS,
          noDelay: true,
        },
        (socket: TLSSocket) => {
          socket.on("error", () => socket.destroy());
          if (!socket.authorized) {
            const why = whyNot(String(socket.authorizationError));
            say(why, `an edge at ${socket.remoteAddress} was refused: ${why}`);
            return refused("peer-certificate", socket);
          }
          const location = locationOf(socket.getPeerCertificate(), options.locations());
          if (location === null) {
            say(
              "unknown",
              `${socket.remoteAddress} has a certificate of our authority that names no location: refused`,
            );
            return refused("peer-unknown", socket);
          }
          peers.set(socket, location);
          server.emit(server instanceof HttpsServer ? "secureConnection" : "connection", socket);
        },
      );
      front.on("tlsClientError", () => counts.add("refused", "peer-handshake"));
      certificates.onChange(() => front.setSecureContext(secured(certificates)));
      return listening(front, at);
    },
  };
}

const keyOf = (socket: Socket): string =>
  `${socket.remoteAddress} ${socket.remotePort} ${socket.localAddress} ${socket.localPort}`;

/** Whole each time: what a new context does not say goes back to Node's own. */
const secured = (certificates: PeerCertificates) => ({
  ...certificates.read(),
  // What was believed once is not believed again unseen.
  secureOptions: constants.SSL_OP_NO_TICKET,
  minVersion: "TLSv1.3" as const,
});

/** OpenSSL's codes, in words. */
function whyNot(code: string): string {
  if (code === "CERT_HAS_EXPIRED") return "its certificate has expired";
  if (code === "CERT_NOT_YET_VALID") return "its certificate is not valid yet: one of both clocks is wrong";
  if (code === "UNABLE_TO_GET_ISSUER_CERT") return "it shows no certificate, or one of another authority";
  return `its certificate is not of our authority (${code})`;
}

function readHeader(
  socket: Socket,
  told: { readonly good: (from: Endpoint | null) => void; readonly bad: (why: string) => void },
): void {
  let bytes: Buffer = Buffer.alloc(0);
  const more = (chunk: Buffer): void => {
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
    const read = readProxyHeader(bytes);
    if (read.kind === "more") return;
    socket.removeListener("data", more);
    if (read.kind === "bad") return told.bad(read.why);
    socket.pause();
    if (bytes.length > read.bytes) socket.unshift(bytes.subarray(read.bytes));
    told.good(read.from);
  };
  socket.on("data", more);
}
