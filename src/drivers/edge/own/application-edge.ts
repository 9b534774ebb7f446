import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { hostname } from "node:os";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Chunk } from "../../../core/route/table.ts";
import { answer as routeAnswer } from "../../../core/route/route.ts";
import type { EdgeAnswer } from "../exchange.ts";
import { passedOn } from "../hop-headers.ts";
import { boundedBaggage, passportOf } from "../passport.ts";
import { ambiguous, looping, relayFailed } from "../refusals.ts";
import { ambiguity } from "../smuggling.ts";
import { nonsenseStatus, refuseSocket, reply, responseOf, setApart } from "./answers.ts";
import { counts } from "./counts.ts";
import { chunkOf, placeOf, routing, type Place, type Routing } from "./decide.ts";
import { door, type Origin } from "./door.ts";
import { edgeMetrics } from "./edge-metrics.ts";
import { relayedResponse } from "./fetch-answer.ts";
import { keptBody, type KeptBody } from "./kept-body.ts";
import { leaving, type Held, type Pinned } from "./leaving.ts";
import { lines, type Call, type Failed } from "./lines.ts";
import type { Listening } from "./listening.ts";
import { networks } from "./networks.ts";
import { toResponse, toSocket } from "./node-answer.ts";
import { passThrough, type PassThroughOptions } from "./pass-through.ts";
import { peerCertificates, type PeerCertificateFiles } from "./peer-certificates.ts";
import { routeFeed, type RouteSource } from "./route-feed.ts";
import { forwardedElement, userAddress, type UserAddress } from "./user-address.ts";
import { joinSockets } from "./websocket-relay.ts";

/**
 * Makes an application its own edge: it answers its own users, and hands on those who belong elsewhere, as the route table says.
 *
 *     who asks, for which name -> which chunk -> here: the application
 *                                            '-> there: that location's edge, streaming both ways
 *
 * 1. Cut off from Houston it goes on by the last table, which is on disk; without any table it serves whoever comes.
 * 2. What another edge passed on is served here: nothing goes in circles.
 * 3. Who can't be handed on is served here, if that can do no harm.
 * 4. What can be read in two ways is refused and counted, and a stranger's word for who he is goes no further.
 */
export type ApplicationEdgeOptions = {
  /** Where this process stands. */
  readonly location: string;
  readonly route: RouteSource;
  /** Networks of our own load balancers: their `trustedHeader` and PROXY headers are believed. */
  readonly trusted?: readonly string[];
  /** Which of both headers those write, `x-forwarded-for` usually: the other one may be a user's, for they hand it on unread. */
  readonly trustedHeader?: "x-forwarded-for" | "forwarded";
  readonly peers?: PeerOptions;
  readonly relay?: {
    readonly connectSeconds?: number;
    readonly answerSeconds?: number;
    readonly idleSeconds?: number;
    /** To each other location, 256 usually: an event stream has one as long as it lasts. Who finds none free is served here. */
    readonly connectionsMax?: number;
    /** The application carries what has an `Idempotency-Key` out once, in whichever location it is asked: it may be sent again. */
    readonly withIdempotencyKey?: boolean;
  };
  /** How long it may take until those whose users belong elsewhere were all asked to leave; 60 usually. */
  readonly leaveWithinSeconds?: number;
  /** Where problems are told, a line each; standard error usually. */
  readonly said?: (line: string) => void;
};

export type PeerOptions = {
  /** Of the other locations' edges; 443 with certificates, else 80. */
  readonly port?: number;
  /** Where an edge is not reached at its users' address. */
  readonly at?: Readonly<Record<string, { readonly host: string; readonly port: number }>>;
  /** Mutual TLS: without it edges are known by `from`. */
  readonly certificates?: PeerCertificateFiles;
  /** Networks that other edges' relays come from, where no certificate is seen (none, servers of the Fetch standard): private ones alone. */
  readonly from?: readonly string[];
};

export type ApplicationEdge = {
  /** For node:http, Express and what is like them: `app.use(edge.handle)`, before everything that reads bodies. */
  readonly handle: (request: IncomingMessage, response: ServerResponse, next: () => void) => void;
  /** For servers of the Fetch standard: the other location's answer, or the request as it is ours to answer, without a stranger's claims. */
  relayed(request: Request, from: { readonly address: string }): Promise<Response | Request>;
  /** WebSockets, and nonsense that never becomes a request; after the application's own WebSocket server was attached. */
  attach(server: Server): void;
  /** Another port, for balancers that speak PROXY v2. */
  listenBehindBalancer(server: Server, at: At): Promise<Listening>;
  /** Another port, for other locations' edges, by mutual TLS. */
  listenToPeers(server: Server, at: At): Promise<Listening>;
  /** Another port, for TLS that this process does not end; other locations' come by `peers.from`. */
  passTlsThrough(options: PassThroughOptions): Promise<Listening>;
  /** Its connection is not asked to leave until the returned function was called: a checkout between two steps. */
  hold(request: IncomingMessage): () => void;
  /** For a stream of the application's own (WebSocket, SSE): `leave` is called when its turn has come to end. */
  lasts(request: IncomingMessage, leave: () => void): void;
  status(): EdgeStatus;
  /** The same as Prometheus reads it. */
  metrics(): string;
  readonly stop: () => Promise<void>;
};

export type At = { readonly host: string; readonly port: number };

export type EdgeStatus = {
  readonly location: string;
  /** Null: there is none yet, and everybody is served where they came. */
  readonly tableVersion: number | null;
  readonly lost: readonly string[];
  /** served, relayed, relay-failed, left, set-apart, loop */
  readonly requests: Readonly<Record<string, number>>;
  /** What was refused, by kind. */
  readonly refused: Readonly<Record<string, number>>;
  /** retried, identity-refused, asked-to-leave */
  readonly events: Readonly<Record<string, number>>;
  /** Connections that stay though their users belong elsewhere. */
  readonly pinned: readonly Pinned[];
};

const TURN_MS = 1000;
const FIRST_WITHIN_MS = 2000;
/** Slow-loris: a head within this; bodies may take as long as they stream. */
const HEADERS_WITHIN_MS = 10_000;

/** What was found out about a request before it is decided. */
type Asked = {
  readonly origin: Origin;
  readonly fromEdge: boolean;
  /** An edge or a balancer of ours: what it says of others counts. */
  readonly isBelieved: boolean;
  readonly user: UserAddress;
  readonly chunk: Chunk | null;
  /** Locations whose edges it says it passed. */
  readonly hops: readonly string[];
  readonly place: Place;
};

type Head = {
  readonly method: string;
  readonly target: string;
  readonly host: string;
  readonly encrypted: boolean;
  readonly headers: IncomingMessage["headers"];
  readonly rawHeaders: readonly string[];
};

/** Ours to write, or believed of edges alone. */
const OURS: ReadonlySet<string> = new Set([
  "forwarded",
  "x-forwarded-for",
  "x-hops",
  "x-zone",
  "x-probe",
  "x-request-id",
  "traceparent",
  "baggage",
]);

/** Whoever is not trusted may not say these either. */
const CLAIMS = ["x-forwarded-proto", "x-forwarded-host", "x-forwarded-port", "x-real-ip"] as const;
const OURS_AND_CLAIMS: ReadonlySet<string> = new Set([...OURS, ...CLAIMS]);
/** Believed of edges alone. */
const OF_EDGES = ["forwarded", "x-hops", "x-zone"] as const;

export async function applicationEdge(options: ApplicationEdgeOptions): Promise<ApplicationEdge> {
  const { location, peers = {}, trustedHeader = "x-forwarded-for" } = options;
  const said = options.said ?? ((line: string) => void process.stderr.write(`edge: ${line}\n`));
  const counted = counts();
  const isTrusted = networks(options.trusted ?? [], "trusted");
  const isPeer = networks(peers.from ?? [], "peers.from");
  const certificates = peers.certificates === undefined ? null : peerCertificates(peers.certificates, location, said);
  let route: Routing | null = null;
  const name = `${location}:${hostname()}:${process.pid}`.replaceAll(/[^\w.:-]/g, "-").slice(0, 80);
  const feed = routeFeed(
    { ...options.route, name },
    {
      document: (document) => void (route = routing(document)),
      problem: said,
    },
  );
  const connectMs = 1000 * (options.relay?.connectSeconds ?? 1);
  const way = lines({
    peers: (to) => peers.at?.[to] ?? addressOf(route, to, peers.port ?? (certificates === null ? 80 : 443)),
    certificates,
    connectMs,
    answerMs: 1000 * (options.relay?.answerSeconds ?? 30),
    idleMs: 1000 * (options.relay?.idleSeconds ?? 300),
    connectionsMax: options.relay?.connectionsMax ?? 256,
    counted: (what) => counted.add("events", what),
  });
  const entrance = door({
    isTrusted,
    certificates,
    locations: () => route?.document.table.locations ?? null,
    counts: counted,
    said,
  });
  const stay = leaving({
    isElsewhere: (chunk) => route !== null && ![location, null].includes(routeAnswer(route.state, chunk, location)),
    withinSeconds: options.leaveWithinSeconds ?? 60,
    get ttlSeconds() {
      return route?.document.ttlSeconds ?? 60;
    },
    counted: (what) => counted.add("events", what),
  });
  const heldOf = new WeakMap<object, Held>();
  /** What follows an ambiguous request on its connection may be what somebody hid in it. */
  const givenUp = new WeakSet<object>();
  const turns = setInterval(() => stay.turn(performance.now()), TURN_MS).unref();

  const held = (request: IncomingMessage): Held => {
    let known = heldOf.get(request.socket);
    if (known === undefined) {
      known = stay.opened();
      heldOf.set(request.socket, known);
      request.socket.once("close", known.closed);
    }
    return known;
  };

  const isByNetwork = (origin: Origin): boolean => isPeer(origin.address);
  const isKnown = (origin: Origin): boolean =>
    origin.location !== null || (certificates === null && isByNetwork(origin));
  const look = (head: Head, origin: Origin, isEdge: (origin: Origin) => boolean): Asked => {
    const fromEdge = isEdge(origin);
    const user = userAddress(
      {
        address: origin.address,
        forwarded: fromEdge || trustedHeader === "forwarded" ? head.headers["forwarded"] : undefined,
        xForwardedFor:
          fromEdge || trustedHeader === "x-forwarded-for" ? textOf(head.headers["x-forwarded-for"]) : undefined,
      },
      fromEdge ? (address) => address === origin.address || isTrusted(address) : isTrusted,
    );
    const chunk = route === null ? null : chunkOf(route, { host: head.host, user: user.user });
    const told = hopsOf(head.headers);
    // A stranger's word may keep him here, and names nobody else.
    const hops = fromEdge ? told : [...new Set(told.filter((hop) => route?.document.table.locations.includes(hop)))];
    const place = placeOf(route?.state ?? null, {
      chunk,
      here: location,
      fromEdge,
      hops,
      probe: head.headers["x-probe"] !== undefined,
    });
    return { origin, fromEdge, isBelieved: fromEdge || isTrusted(origin.address), user, chunk, hops, place };
  };

  const callOf = (head: Head, asked: Asked, rest: Pick<Call, "body" | "gone">): Call => {
    const passport = passportOf(head.headers, { fromEdge: asked.fromEdge, zone: asked.chunk?.zone ?? "" });
    const headers = passedOn(head.rawHeaders, asked.isBelieved ? OURS : OURS_AND_CLAIMS);
    const isHttps = head.encrypted || (asked.isBelieved && head.headers["x-forwarded-proto"] === "https");
    const proto = isHttps ? "https" : "http";
    headers.push("x-forwarded-for", asked.user.way, "forwarded", forwardedElement(asked.user.user, location, proto));
    headers.push(
      "x-hops",
      [...asked.hops, location].join(","),
      "x-request-id",
      passport.requestId,
      "traceparent",
      passport.traceparent,
    );
    const { baggage, refused } = boundedBaggage(head.headers["baggage"]);
    for (const [why, parts] of Object.entries(refused)) if (parts > 0) counted.add("refused", `baggage-${why}`, parts);
    if (baggage !== "") headers.push("baggage", baggage);
    const hasKey = options.relay?.withIdempotencyKey === true && head.headers["idempotency-key"] !== undefined;
    const mayRepeat = head.method === "GET" || head.method === "HEAD" || hasKey;
    return { method: head.method, path: head.target, headers, mayRepeat, ...rest };
  };

  /** What is answered without asking anybody; null: it is to be served or relayed. */
  const refusal = ({ place }: Asked): EdgeAnswer | null => {
    if (place.kind === "nowhere") {
      counted.add("requests", "set-apart");
      return setApart();
    }
    if (place.kind !== "loop") return null;
    counted.add("requests", "loop");
    return looping();
  };

  /** In how many ways it can be read, when it is more than one: counted. */
  const readTwoWays = (request: IncomingMessage): string | null => {
    const twoWays = ambiguity(request);
    if (twoWays !== null) counted.add("refused", twoWays);
    return twoWays;
  };

  const met = (request: IncomingMessage): { readonly head: Head; readonly asked: Asked; readonly its: Held } => {
    const head = headOf(request);
    const asked = look(head, entrance.originOf(request), isKnown);
    const its = held(request);
    if (asked.chunk !== null && !asked.fromEdge)
      its.asked({ chunk: asked.chunk, user: asked.user.user, now: performance.now() });
    return { head, asked, its };
  };

  const handle: ApplicationEdge["handle"] = (request, response, next) => {
    if (givenUp.has(request.socket)) return;
    const twoWays = readTwoWays(request);
    if (twoWays !== null) {
      givenUp.add(request.socket);
      return reply(response, location, ambiguous(twoWays));
    }
    const { head, asked, its } = met(request);
    const refused = refusal(asked);
    if (refused !== null) return reply(response, location, refused);
    if (asked.place.kind !== "there") {
      serveHere(request, response, asked);
      return next();
    }
    const to = asked.place.location;
    const gone = new AbortController();
    // Its close tells what there is to tell.
    response.on("error", () => undefined);
    response.once("close", () => {
      if (!response.writableFinished) gone.abort();
    });
    const call = callOf(head, asked, { body: bodyOf(request), gone: gone.signal });
    // What is still to come of a body that nobody reads would be taken for the next request.
    const answering = toResponse(request, response, () => !request.complete || stay.mayClose(its, performance.now()));
    const relay = async (): Promise<void> => {
      const sent = await way.send(to, call, answering);
      if (sent.kind !== "failed") counted.add("requests", "relayed");
      else if (mayServeHere(sent, call)) {
        serveHere(request, response, asked);
        next();
      } else if (sent.why === "gone") counted.add("requests", "left");
      else {
        counted.add("requests", "relay-failed");
        if (!request.complete) response.setHeader("connection", "close");
        reply(response, location, relayFailed(to, sent.why, hintAfter(call)));
      }
    };
    void relay();
  };

  const serveHere = (request: IncomingMessage, response: ServerResponse, asked: Asked): void => {
    counted.add("requests", "served");
    const { headers } = request;
    const { requestId, way, without } = toldToApplication(headers, asked);
    response.setHeader("x-location", location);
    response.setHeader("x-request-id", requestId);
    headers["x-request-id"] = requestId;
    headers["x-forwarded-for"] = way;
    for (const name of without) delete headers[name];
  };

  const servedHere = (request: Request, head: Head, asked: Asked): Request => {
    counted.add("requests", "served");
    const { requestId, way, without } = toldToApplication(head.headers, asked);
    const headers = new Headers(request.headers);
    headers.set("x-request-id", requestId);
    headers.set("x-forwarded-for", way);
    for (const name of without) headers.delete(name);
    return new Request(request, { headers });
  };

  const upgrade = (others: readonly Upgrading[]) => (request: IncomingMessage, socket: Duplex, first: Buffer) => {
    socket.on("error", () => socket.destroy());
    if (readTwoWays(request) !== null) return refuseSocket(socket, "400 Bad Request");
    const { head, asked, its } = met(request);
    const serve = (): void => {
      counted.add("requests", "served");
      if (others.length === 0) refuseSocket(socket, "426 Upgrade Required");
      for (const each of others) each(request, socket, first);
    };
    if (asked.place.kind === "here") return serve();
    if (asked.place.kind !== "there") return refuseSocket(socket, `${refusal(asked)!.status} `);
    const to = asked.place.location;
    const gone = new AbortController();
    socket.once("close", () => gone.abort());
    const call = callOf(head, asked, { body: null, gone: gone.signal });
    const relay = async (): Promise<void> => {
      const upgraded = await way.upgrade(to, call, toSocket(socket));
      if (upgraded.kind === "failed" && mayServeHere(upgraded, call)) return serve();
      const isLeft = upgraded.kind === "failed" && upgraded.why === "gone";
      counted.add("requests", isLeft ? "left" : upgraded.kind === "failed" ? "relay-failed" : "relayed");
      if (upgraded.kind === "failed") return refuseSocket(socket, "502 Bad Gateway");
      if (upgraded.kind !== "switched") return;
      const { socket: there, headers } = upgraded;
      joinSockets({
        user: socket,
        head: first,
        there,
        headers,
        held: its,
        location: to,
        nowMs: () => performance.now(),
      });
    };
    void relay();
  };

  // A file is read at once; an address is waited for no longer than a start may take.
  await Promise.race([feed.first, new Promise((resolve) => void setTimeout(resolve, FIRST_WITHIN_MS))]);
  return {
    handle,
    async relayed(request, from) {
      const url = new URL(request.url);
      const host = request.headers.get("host") ?? url.host;
      const head: Head = {
        method: request.method,
        target: url.pathname + url.search,
        host,
        encrypted: url.protocol === "https:",
        headers: Object.fromEntries(request.headers),
        rawHeaders: ["host", host, ...[...request.headers].filter(([name]) => name !== "host").flat()],
      };
      const asked = look(head, { address: from.address, location: null }, isByNetwork);
      const refused = refusal(asked);
      if (refused !== null) return responseOf(location, refused);
      if (asked.place.kind !== "there") return servedHere(request, head, asked);
      const to = asked.place.location;
      const body = request.body === null ? null : keptBody(() => request.body!.values({ preventCancel: true }));
      const call = callOf(head, asked, { body, gone: request.signal });
      const response = await relayedResponse((answering) => way.send(to, call, answering));
      if (response instanceof Response) {
        counted.add("requests", "relayed");
        return response;
      }
      if (mayServeHere(response, call)) return servedHere(request, head, asked);
      counted.add("requests", response.why === "gone" ? "left" : "relay-failed");
      return responseOf(location, relayFailed(to, response.why, hintAfter(call)));
    },
    attach(server) {
      const others = server.listeners("upgrade") as Upgrading[];
      server.removeAllListeners("upgrade");
      server.on("upgrade", upgrade(others));
      // Any other (h2c) is left out, as RFC 9110 allows (7.8): nobody here would see what goes over it.
      Object.assign(server, { shouldUpgradeCallback: isWebSocket });
      server.headersTimeout = HEADERS_WITHIN_MS;
      server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => {
        // What still comes after an answer that ends the connection was counted with it.
        if (givenUp.has(socket) || error.code === "HPE_CLOSED_CONNECTION") return socket.destroySoon();
        counted.add("refused", KINDS.test(error.code ?? "") ? error.code! : "other");
        if (server.listenerCount("clientError") === 1) refuseSocket(socket, nonsenseStatus(error.code ?? ""));
      });
    },
    listenBehindBalancer: entrance.listenBehindBalancer,
    listenToPeers: entrance.listenToPeers,
    passTlsThrough: (through) =>
      passThrough(through, {
        place: ({ host, user, fromEdge }) =>
          placeOf(route?.state ?? null, {
            chunk: route === null ? null : chunkOf(route, { host, user }),
            here: location,
            fromEdge,
            hops: [],
            probe: false,
          }),
        addressOf: (to, port) => peers.at?.[to] ?? addressOf(route, to, port),
        isPeer,
        isTrusted,
        connectMs,
        counts: counted,
      }),
    hold: (request) => held(request).hold(),
    lasts: (request, leave) => held(request).lasts(() => (leave(), true)),
    status: () => statusOf(),
    metrics: () => edgeMetrics(statusOf()),
    async stop() {
      clearInterval(turns);
      feed.stop();
      certificates?.stop();
      await way.stop();
    },
  };

  function statusOf(): EdgeStatus {
    return {
      location,
      tableVersion: route?.document.table.version ?? null,
      lost: route?.document.lost ?? [],
      requests: counted.of("requests"),
      refused: counted.of("refused"),
      events: counted.of("events"),
      pinned: stay.pinned(performance.now()),
    };
  }
}

/** What was never carried out, and whose body is all still there. */
const mayServeHere = ({ why, sent }: Failed, { mayRepeat, body }: Call): boolean =>
  why !== "gone" && (mayRepeat || !sent) && body?.isUntouched !== false;

const hintAfter = ({ mayRepeat }: Call): string =>
  mayRepeat ? "try again" : "try again if that can do no harm; with an Idempotency-Key it can't";

const isWebSocket = ({ headers }: IncomingMessage): boolean => headers.upgrade?.toLowerCase() === "websocket";

type Upgrading = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Kinds that Node's parser gives up with; no stranger makes a new label. */
const KINDS = /^(?:HPE_[A-Z_]{1,40}|ERR_HTTP_REQUEST_TIMEOUT|ECONNRESET|EPIPE)$/;

function addressOf(route: Routing | null, location: string, port: number): At | null {
  const { v4 = [], v6 = [] } = route?.document.addresses[location] ?? {};
  const host = v4[0] ?? v6[0];
  return host === undefined ? null : { host, port };
}

function headOf(request: IncomingMessage): Head {
  const { headers, rawHeaders, socket } = request;
  // Express cuts `url` for routers; what came stays in `originalUrl`.
  const target = (request as { readonly originalUrl?: string }).originalUrl ?? request.url ?? "/";
  const host = headers.host ?? "";
  return { method: request.method ?? "GET", target, host, encrypted: "encrypted" in socket, headers, rawHeaders };
}

function bodyOf(request: IncomingMessage): KeptBody | null {
  if (request.headers["content-length"] === undefined && request.headers["transfer-encoding"] === undefined)
    return null;
  return keptBody(() => request.iterator({ destroyOnReturn: false }));
}

/** What whoever serves it here is told, and what is kept from him. */
function toldToApplication(headers: IncomingMessage["headers"], asked: Asked) {
  const { requestId } = passportOf(headers, { fromEdge: asked.fromEdge, zone: "" });
  const claims = asked.isBelieved ? [] : CLAIMS;
  return { requestId, way: wayToldBy(headers, asked), without: asked.fromEdge ? claims : [...claims, ...OF_EDGES] };
}

/** An edge tells the way as it knows it, and is part of it. What stands before the user was his own word, which HAProxy hands on. */
function wayToldBy(headers: IncomingMessage["headers"], { fromEdge, origin, user }: Asked): string {
  const told = namesIn(headers["x-forwarded-for"]);
  const at = fromEdge ? told.lastIndexOf(user.user) : -1;
  return at < 0 ? user.way : [...told.slice(at), origin.address].join(", ");
}

const hopsOf = (headers: IncomingMessage["headers"]): readonly string[] => namesIn(headers["x-hops"]);

const namesIn = (value: string | string[] | undefined): readonly string[] =>
  (textOf(value) ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");

const textOf = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join(", ") : value;
