import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { createSecureContext, type SecureContext, type TLSSocket } from "node:tls";
import { setTimeout as sleep } from "node:timers/promises";
import { buildConnector, Pool } from "undici";
import { z } from "zod";
import { SUMMARY_BYTES_MAX, type Summary } from "../core/summary.ts";
import { capacitySchema, conditionsSchema, demandSchema, summarySchema } from "./summary-schema.ts";
import { sealChecker, sealText, type Sealed } from "./seal.ts";
import type { Have, PeerMessage, PeerName, Receiver, Transport, TransportCounters } from "./transport.ts";

/**
 * Nodes among themselves over mutual TLS: `POST /summaries`, `POST /look`. A peer is who its certificate says; a
 * summary counts when it was written by that peer, or carries the seal of who wrote it.
 */
export type TlsTransport = Transport & { readonly address: AddressInfo; stop(): Promise<void> };

export type TlsTransportOptions = {
  readonly name: PeerName;
  readonly listen: HostPort;
  /** Calls leave from here. */
  readonly sourceAddress: string;
  /** Everybody, ourselves included. */
  readonly peers: Readonly<Record<PeerName, HostPort>>;
  readonly authorityPem: string;
  readonly certificatePem: string;
  readonly keyPem: string;
  /** A made distance by peer, held half on the way in and half on the way back; none without it. */
  readonly roundTripMs?: Readonly<Record<PeerName, number>>;
};

type HostPort = { readonly host: string; readonly port: number };

/** Fifteen sealed summaries of 4 kB with certificates, and one demand. */
const MESSAGE_BYTES_MAX = 256 * 1024;
const SUMMARIES_MAX = 64;
/** A peer that has not answered by then gets our newest right behind it. */
const ANSWER_WITHIN_MS = 2000;
/**
 * Until then a late answer is still waited for by its connection. To hang up on who is merely slow costs both sides a
 * handshake, which makes them slower still: fifteen nodes on two busy cores never came out of that.
 */
const HANGS_UP_AFTER_MS = 10_000;
/** A handshake that was given up is begun anew and costs all the more: on a busy machine patience is cheaper. */
const CONNECT_WITHIN_MS = 10_000;
/**
 * An urgent summary must not wait for the regular one's answer: it is written right behind it. On the same connection, for a second
 * one is opened just when there is much to tell, to all peers at once, and each handshake costs as much as ten summaries.
 */
const UNDER_WAY_MAX = 2;
/** Sealed texts by writer: the newest is passed on, the ones before may be on their way still. */
const SEALED_KEPT = 4;

const messageSchema = z.object({
  summaries: z
    .array(
      z.object({
        body: z.string().max(SUMMARY_BYTES_MAX),
        seal: z.string().max(256),
        by: z.string().max(4096).optional(),
      }),
    )
    .max(SUMMARIES_MAX),
  demand: demandSchema.optional(),
  capacity: capacitySchema.optional(),
  conditions: conditionsSchema.optional(),
  tableVersion: z.number().int().nonnegative().optional(),
});
const lookSchema = z.object({ location: z.string().max(128) });
const answerSchema = z.object({ have: z.record(z.string(), z.number()) });

export async function tlsTransport(options: TlsTransportOptions): Promise<TlsTransport> {
  const counters: TransportCounters = { sent: 0, failed: 0, received: 0, refused: {} };
  const key = createPrivateKey(options.keyPem);
  const checkSeal = sealChecker(options.authorityPem, Date.now);
  const ownCertificate = new X509Certificate(options.certificatePem).toString();
  const others = Object.keys(options.peers)
    .filter((peer) => peer !== options.name)
    .sort(byText);
  const sealed = new Map<PeerName, { seq: number; letter: Sealed }[]>();
  let unreachable: ReadonlySet<PeerName> = new Set();
  let receiver: Receiver | null = null;

  const keep = (summary: Summary, letter: Sealed): void => {
    const kept = sealed.get(summary.from) ?? [];
    if (kept.some(({ seq }) => seq === summary.seq)) return;
    sealed.set(summary.from, [...kept, { seq: summary.seq, letter }].slice(-SEALED_KEPT));
  };
  const kept = (summary: Summary): Sealed | undefined =>
    sealed.get(summary.from)?.find(({ seq }) => seq === summary.seq)?.letter;

  const seal = (summary: Summary): Sealed | null => {
    const known = kept(summary);
    if (known) return known;
    // Others' letters can't be written anew: we have no seal but our own.
    if (summary.from !== options.name) return null;
    const body = JSON.stringify(summary);
    const letter = { body, seal: sealText(body, key), by: ownCertificate };
    keep(summary, letter);
    return letter;
  };

  const refuse = (code: string): Refusal => {
    counters.refused[code] = (counters.refused[code] ?? 0) + 1;
    return new Refusal(code);
  };

  /** Opens and checks each letter; one bad letter is dropped alone, for its neighbours may be true. */
  const open = (from: PeerName, fromCertificate: string, letters: readonly Sealed[]): Summary[] => {
    const summaries: Summary[] = [];
    for (const letter of letters) {
      let text: unknown;
      try {
        text = JSON.parse(letter.body);
      } catch {
        refuse("bad-shape");
        continue;
      }
      const summary = summarySchema.safeParse(text);
      if (!summary.success) {
        refuse("bad-shape");
        continue;
      }
      const direct = summary.data.from === from;
      if (!direct && letter.by === undefined) {
        refuse("not-the-peer");
        continue;
      }
      const certificate = direct ? fromCertificate : (letter.by ?? "");
      // Who speaks for itself has proven its name with the connection; a letter handed on must bear its own proof.
      const proven = direct || kept(summary.data)?.body === letter.body;
      if (!proven && !checkSeal(letter, certificate, summary.data.from)) {
        refuse("bad-seal");
        continue;
      }
      keep(summary.data, { body: letter.body, seal: letter.seal, by: certificate });
      summaries.push(summary.data);
    }
    return summaries;
  };

  const handle = async (request: IncomingMessage): Promise<unknown> => {
    const { name: from, certificate } = peerOf(request);
    if (!others.includes(from)) throw refuse("unknown-peer");
    if (unreachable.has(from)) throw refuse("unreachable");
    const oneWayMs = (options.roundTripMs?.[from] ?? 0) / 2;
    const text = await bodyOf(request);
    if (text === null) throw refuse("too-large");
    if (oneWayMs > 0) await sleep(oneWayMs, undefined, { ref: false });
    const answer = (() => {
      const body = parse(text);
      if (request.method === "POST" && request.url === "/summaries") {
        const message = messageSchema.safeParse(body);
        if (!message.success) throw refuse("bad-shape");
        const { summaries, demand, capacity, tableVersion, conditions } = message.data;
        // A location speaks for itself only.
        const others = conditions?.some(({ location }) => location !== from) ?? false;
        if (others || (demand && demand.from !== from) || (capacity && capacity.location !== from))
          throw refuse("not-the-peer");
        counters.received += 1;
        const opened: PeerMessage = {
          summaries: open(from, certificate, summaries as readonly Sealed[]),
          ...(demand === undefined ? {} : { demand: demand as NonNullable<PeerMessage["demand"]> }),
          ...(capacity === undefined ? {} : { capacity }),
          ...(tableVersion === undefined ? {} : { tableVersion }),
          ...(conditions === undefined ? {} : { conditions }),
        };
        return { have: receiver?.message(from, opened) ?? {} };
      }
      if (request.method === "POST" && request.url === "/look") {
        const look = lookSchema.safeParse(body);
        if (!look.success) throw refuse("bad-shape");
        receiver?.look(from, look.data.location);
        return {};
      }
      throw refuse("unknown-call");
    })();
    if (oneWayMs > 0) await sleep(oneWayMs, undefined, { ref: false });
    return answer;
  };

  const server = createServer(
    {
      ca: options.authorityPem,
      cert: options.certificatePem,
      key: options.keyPem,
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: "TLSv1.3",
      maxHeaderSize: 8192,
      requestTimeout: 5000,
      headersTimeout: 3000,
    },
    (request, response) => {
      handle(request).then(
        (answer) => reply(response, 200, answer),
        (error: unknown) => {
          const code = error instanceof Refusal ? error.code : "internal";
          // A cut link gives no answer at all, so neither do we.
          if (code === "unreachable") request.destroy();
          else reply(response, error instanceof Refusal ? 403 : 500, { code });
        },
      );
    },
  );
  server.on("tlsClientError", (error: NodeJS.ErrnoException) => {
    refuse(error.code === "ECONNRESET" ? "handshake-given-up" : "no-certificate");
  });
  await listen(server, options.listen);
  const { authorityPem: ca, certificatePem: cert, keyPem } = options;
  const secureContext = createSecureContext({ ca, cert, key: keyPem, minVersion: "TLSv1.3" });
  const lines = new Map(others.map((peer) => [peer, { pool: poolTo(peer, options, secureContext), busy: 0 }]));

  const call = async (to: PeerName, path: string, body: unknown): Promise<unknown> => {
    const line = lines.get(to);
    if (!line || unreachable.has(to)) return null;
    counters.sent += 1;
    // What would wait behind answers that are late already is old before it is sent.
    const isFree = line.busy < UNDER_WAY_MAX;
    const withinMs = ANSWER_WITHIN_MS + (options.roundTripMs?.[to] ?? 0);
    const answer = isFree ? await inTime(exchange(line, path, body), withinMs) : null;
    if (answer === null) counters.failed += 1;
    return answer;
  };

  return {
    name: options.name,
    peers: others,
    counters,
    address: server.address() as AddressInfo,
    async send(to, message): Promise<Have | null> {
      const { summaries, ...rest } = message;
      const letters = summaries.flatMap((summary) => {
        const letter = seal(summary);
        if (letter === null) return [];
        return summary.from === options.name ? [{ body: letter.body, seal: letter.seal }] : [letter];
      });
      const answer = answerSchema.safeParse(await call(to, "/summaries", { summaries: letters, ...rest }));
      return answer.success ? answer.data.have : null;
    },
    async look(to, location) {
      await call(to, "/look", { location });
    },
    receive(next) {
      receiver = next;
    },
    setUnreachable(peers) {
      unreachable = new Set(peers);
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      await Promise.all([...lines.values()].map(({ pool }) => pool.destroy()));
    },
  };
}

/** Reads a transport's certificates from the files that the settings name. */
export function readCertificates(files: {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}) {
  return {
    authorityPem: readFileSync(files.authority, "utf8"),
    certificatePem: readFileSync(files.certificate, "utf8"),
    keyPem: readFileSync(files.key, "utf8"),
  };
}

class Refusal extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** The way to a peer, and how many answers are waited for. */
type Line = { readonly pool: Pool; busy: number };

/** The certificate must say that it is the peer we meant, so a wrong address can't be mistaken for it. */
function poolTo(peer: PeerName, options: TlsTransportOptions, secureContext: SecureContext): Pool {
  const { host, port } = options.peers[peer] as HostPort;
  const connect = buildConnector({ secureContext, servername: peer, allowH2: false, timeout: CONNECT_WITHIN_MS });
  const roundTripMs = Math.ceil(options.roundTripMs?.[peer] ?? 0);
  return new Pool(`https://${host}:${port}`, {
    connections: 1,
    pipelining: UNDER_WAY_MAX,
    keepAliveTimeout: 30_000,
    headersTimeout: HANGS_UP_AFTER_MS + roundTripMs,
    bodyTimeout: HANGS_UP_AFTER_MS + roundTripMs,
    connect: (target, done) => {
      // undici takes the local address of the call, not of the connector.
      connect({ ...target, localAddress: options.sourceAddress }, (...result) => {
        const [, socket] = result;
        // The handshake travels too: one round trip more before the first byte of a new connection.
        const arrive = (): void => {
          // With one that was closed meanwhile the call would be tried anew, at once and without end.
          if (socket?.destroyed === true) done(new Error(`${peer} closed the connection before it was used`), null);
          else done(...result);
        };
        if (roundTripMs === 0) arrive();
        else setTimeout(arrive, roundTripMs).unref();
      });
    },
  });
}

/** The answer, or null from who can't be reached or is not who it should be. */
async function exchange(line: Line, path: string, body: unknown): Promise<unknown> {
  line.busy += 1;
  try {
    const answer = await line.pool.request({
      path,
      method: "POST",
      // A summary that comes twice is the same news.
      idempotent: true,
      blocking: false,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      // Those of the pool count from when the call is written, and one may never get so far.
      signal: AbortSignal.timeout(CONNECT_WITHIN_MS + 2 * HANGS_UP_AFTER_MS),
    });
    const text = await answer.body.text();
    return answer.statusCode === 200 ? (parse(text) ?? null) : null;
  } catch {
    return null;
  } finally {
    line.busy -= 1;
  }
}

/** What comes within so long, else null; whatever it is goes on all the same. */
async function inTime<Value>(coming: Promise<Value>, ms: number): Promise<Value | null> {
  const { promise: late, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(resolve, ms, null);
  try {
    return await Promise.race([coming, late]);
  } finally {
    clearTimeout(timer);
  }
}

const peerBySocket = new WeakMap<Socket, { readonly name: PeerName; readonly certificate: string }>();

function peerOf(request: IncomingMessage): { readonly name: PeerName; readonly certificate: string } {
  const known = peerBySocket.get(request.socket);
  if (known) return known;
  const certificate = (request.socket as TLSSocket).getPeerX509Certificate();
  const name = /(?:^|\n)CN=(.*)/.exec(certificate?.subject ?? "")?.[1] ?? "";
  const peer = { name, certificate: certificate?.toString() ?? "" };
  peerBySocket.set(request.socket, peer);
  return peer;
}

async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MESSAGE_BYTES_MAX) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function listen(server: Server, at: HostPort): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(at.port, at.host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
