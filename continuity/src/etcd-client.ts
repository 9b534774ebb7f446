import { readFileSync } from "node:fs";
import {
  credentials,
  Metadata,
  status,
  type Client,
  type ClientDuplexStream,
  type ClientUnaryCall,
  type ServiceError,
} from "@grpc/grpc-js";
import { loadPackageDefinition, type ServiceClientConstructor } from "@grpc/grpc-js";
import { fromJSON } from "@grpc/proto-loader";
import { wallClock } from "./clock.ts";
import { ContinuityError } from "./errors.ts";
import { elections, type Elections } from "./etcd-elections.ts";
import { moveLead, statusOf } from "./etcd-leadership.ts";
import {
  protocol,
  type RangeRequest,
  type RangeResponse,
  type ResponseHeader,
  type TxnRequest,
  type TxnResponse,
  type WatchResponse,
} from "./etcd-protocol.ts";
import { closedError } from "./memory-store.ts";

/**
 * One cell's members behind one door. Calls go to one member as long as it answers, else to the next: a transaction that
 * compares may be sent again without harm. What is watched is only ever a hint, and a lost watch wakes whoever waits.
 */
export type EtcdClient = {
  /** Resolves with the cell's answer; rejects with a typed error when there is none within the patience. */
  txn(request: TxnRequest): Promise<TxnResponse>;
  /** All at one revision. */
  ranges(requests: readonly RangeRequest[]): Promise<Ranges>;
  /** Without a compare: the only change that etcd takes when it is out of space. */
  deleteRange(range: RangeRequest): Promise<void>;
  /** Calls `wake` once: at a change of these keys after that revision, or when the watch was lost. */
  watch(keys: RangeRequest, afterRevision: number, wake: () => void): () => void;
  /** Gives the leadership to a member that is none of these, if one of these has it. */
  leaveLead(...leaving: readonly string[]): Promise<{ readonly moved: boolean }>;
  close(): void;
};

export type Ranges = { readonly revision: number; readonly found: readonly RangeResponse[] };

export type EtcdOptions = {
  /** Members' client addresses, nearest first: `http://10.0.0.1:2379`; `https` with `tls`. */
  readonly endpoints: readonly string[];
  /** Files in PEM: the authority that signed the members' certificates, and our own certificate where members ask for it. */
  readonly tls?: { readonly ca: string; readonly cert?: string; readonly key?: string };
  /** How long a call outlives a cell that does not answer: longer than an election. */
  readonly patienceMs?: number;
  /** A member that takes longer for a first answer is stopped, dead or cut off; doubles when all are. */
  readonly answerWithinMs?: number;
};

/** Between a member's failure and the next one, so that a cell in its election is not flooded. */
const firstPauseMs = 20;
const longestPauseMs = 160;
const channelOptions = {
  "grpc.initial_reconnect_backoff_ms": 50,
  "grpc.max_reconnect_backoff_ms": 500,
  // etcd bans clients that ask more often than every five seconds.
  "grpc.keepalive_time_ms": 6_000,
  "grpc.keepalive_timeout_ms": 2_000,
  "grpc.max_receive_message_length": -1,
};

type Member = { readonly endpoint: string; readonly kv: Client; readonly watch: Client };
type Watched = { readonly wake: () => void };
type Stream = { readonly call: ClientDuplexStream<object, WatchResponse>; readonly watched: Map<string, Watched> };

export function etcdClient(options: EtcdOptions): EtcdClient {
  const { patienceMs = 5_000, answerWithinMs = 800 } = options;
  const members = connect(options);
  const elected = elections(members, turnTo);
  /** A member that knows of no leader says so at once instead of waiting for one. */
  const withLeader = new Metadata();
  withLeader.set("hasleader", "true");
  const stop = new AbortController();
  let turn = 0;
  let stream: Stream | null = null;
  let watches = 0;

  const current = (): Member => members[turn % members.length] as Member;

  /** The next member is asked from now on, unless someone else has moved on already. */
  function leave(member: Member): void {
    if (current() !== member || stop.signal.aborted) return;
    turn += 1;
    dropStream();
  }

  /** That member knows a leader that was elected since: what is asked of it is answered. */
  function turnTo(member: number): void {
    if (stop.signal.aborted || turn % members.length === member) return;
    turn = member;
    dropStream();
  }

  function dropStream(): void {
    const dropped = stream;
    stream = null;
    if (dropped === null) return;
    dropped.call.cancel();
    for (const { wake } of dropped.watched.values()) wake();
  }

  function openStream(): Stream {
    const member = current();
    const watching = member.watch as Client & Record<"Watch", (metadata: Metadata) => Stream["call"]>;
    const opened: Stream = { call: watching.Watch(withLeader), watched: new Map() };
    opened.call.on("data", (response: WatchResponse) => {
      if (response.events.length === 0 && !response.canceled) return;
      const watched = opened.watched.get(response.watch_id);
      opened.watched.delete(response.watch_id);
      if (!response.canceled) opened.call.write({ cancel_request: { watch_id: response.watch_id } });
      watched?.wake();
    });
    const lost = () => {
      if (stream === opened) dropStream();
    };
    opened.call.on("error", lost).on("end", lost);
    return opened;
  }

  async function ask<Response extends Answer>(method: "Txn" | "Range" | "DeleteRange", request: object) {
    const until = performance.now() + patienceMs;
    let untrusted = 0;
    let late = 0;
    let withinMs = answerWithinMs;
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      if (stop.signal.aborted) throw closedError();
      const member = current();
      const leftMs = until - performance.now();
      const waits = { withinMs: Math.min(withinMs, leftMs), elected };
      const outcome = await call<Response>(member.kv, method, request, withLeader, waits);
      // Asked again at once: the member that knows the new leader answers.
      if (outcome === "elected") continue;
      if (!(outcome instanceof Error)) {
        if (outcome.header) elected.saw(BigInt(outcome.header.raft_term));
        return outcome;
      }
      if (stop.signal.aborted) throw closedError();
      const error = asJournalError(outcome, member.endpoint);
      if (error.code === "journal-untrusted") untrusted += 1;
      else if (error.code !== "journal-unavailable") throw error;
      if (untrusted >= members.length || performance.now() + pauseMs >= until) throw error;
      leave(member);
      if (outcome.code !== status.DEADLINE_EXCEEDED) await wallClock.sleep(pauseMs, stop.signal);
      // Only when all members took too long is it the time that was too short.
      else if ((late += 1) % members.length === 0) withinMs *= 2;
    }
  }

  const txn = (request: TxnRequest) => ask<TxnResponse>("Txn", request);

  async function ranges(requests: readonly RangeRequest[]): Promise<Ranges> {
    try {
      const { header, responses } = await txn({ success: requests.map((request_range) => ({ request_range })) });
      const found = responses.flatMap(({ response_range }) => response_range ?? []);
      return { revision: Number(header.revision), found };
    } catch (error) {
      if (!(error instanceof ContinuityError) || error.code !== "journal-full") throw error;
      // Out of space, etcd 3.4 refuses every transaction, even one that only reads; not so single reads.
      const [first, ...others] = requests;
      const head = await ask<RangeResponse>("Range", first ?? {});
      const revision = head.header?.revision ?? "0";
      const rest = others.map((request) => ask<RangeResponse>("Range", { ...request, revision }));
      return { revision: Number(revision), found: [head, ...(await Promise.all(rest))] };
    }
  }

  return {
    txn,
    ranges,
    deleteRange: async (range) => void (await ask("DeleteRange", range)),
    watch(keys, afterRevision, wake) {
      stream ??= openStream();
      const on = stream;
      const id = String((watches += 1));
      on.watched.set(id, { wake });
      on.call.write({ create_request: { ...keys, watch_id: id, start_revision: String(afterRevision + 1) } });
      return () => {
        if (on.watched.delete(id) && stream === on) on.call.write({ cancel_request: { watch_id: id } });
      };
    },
    async leaveLead(...leaving) {
      const asked = await Promise.all(
        members.map(async (member) => ({ member, state: await statusOf(member.kv, answerWithinMs) })),
      );
      const states = asked.flatMap(({ member, state }) => (state instanceof Error ? [] : [{ member, state }]));
      const isLeaving = ({ member }: (typeof states)[number]) => leaving.includes(member.endpoint);
      const here = states.find((each) => isLeaving(each) && each.state.leader === each.state.id);
      if (here === undefined) return { moved: false };
      const next = states.find((other) => !isLeaving(other) && other.state.leader === here.state.leader);
      if (next === undefined) return { moved: false };
      const error = await moveLead(here.member.kv, next.state.id, patienceMs);
      if (error !== null) throw asJournalError(error, here.member.endpoint);
      return { moved: true };
    },
    close() {
      stop.abort();
      elected.close();
      dropStream();
      for (const { kv, watch } of members) for (const client of [kv, watch]) client.close();
    },
  };
}

/** What deletes tells no header. */
type Answer = { readonly header?: ResponseHeader | null };

function call<Response extends object>(
  client: Client,
  method: string,
  request: object,
  metadata: Metadata,
  { withinMs, elected }: { readonly withinMs: number; readonly elected: Elections },
): Promise<Response | ServiceError | "elected"> {
  type Unary = (
    request: object,
    metadata: Metadata,
    options: { readonly deadline: number },
    done: (error: ServiceError | null, response: Response) => void,
  ) => ClientUnaryCall;
  const ask = (client as unknown as Record<string, Unary>)[method] as Unary;
  return new Promise((resolve) => {
    const sent = ask.call(client, request, metadata, { deadline: Date.now() + withinMs }, (error, response) => {
      answered();
      resolve(error ?? response);
    });
    const answered = elected.waits(() => {
      resolve("elected");
      sent.cancel();
    });
  });
}

function connect({ endpoints, tls }: EtcdOptions): Member[] {
  if (endpoints.length === 0)
    throw badOption("no endpoints are given", 'give endpoints: ["http://10.0.0.1:2379", ...]');
  const services = loadPackageDefinition(
    fromJSON(protocol as Parameters<typeof fromJSON>[0], { longs: String, defaults: true, arrays: true }),
  )["etcdserverpb"] as unknown as Record<"KV" | "Watch", ServiceClientConstructor>;
  const secured = tls === undefined ? null : certificates(tls);
  return endpoints.map((endpoint) => {
    const { protocol: scheme, host } = URL.parse(endpoint) ?? { protocol: "", host: "" };
    if (host === "" || (scheme !== "http:" && scheme !== "https:"))
      throw badOption(`endpoint "${endpoint}" is no address`, "write it as http://10.0.0.1:2379");
    if ((scheme === "https:") !== (secured !== null))
      throw badOption(
        `endpoint "${endpoint}" and its certificates do not fit`,
        "https needs tls: {ca, cert, key}, http has none",
      );
    const trust = secured ?? credentials.createInsecure();
    const client = (service: keyof typeof services) => new services[service](host, trust, channelOptions);
    return { endpoint, kv: client("KV"), watch: client("Watch") };
  });
}

function certificates({ ca, cert, key }: NonNullable<EtcdOptions["tls"]>) {
  try {
    const own = cert === undefined || key === undefined ? [] : [readFileSync(key), readFileSync(cert)];
    return credentials.createSsl(readFileSync(ca), ...own);
  } catch (cause) {
    throw new ContinuityError({
      code: "journal-untrusted",
      message: `the certificates for etcd cannot be read: ${String(cause)}`,
      hint: "give tls.ca, tls.cert and tls.key as files in PEM",
      cause,
    });
  }
}

function badOption(message: string, hint: string): ContinuityError {
  return new ContinuityError({ code: "bad-input", message, hint });
}

/** What etcd says, https://github.com/etcd-io/etcd/blob/release-3.4/etcdserver/api/v3rpc/rpctypes/error.go, in our codes. */
function asJournalError(error: ServiceError, endpoint: string): ContinuityError {
  const says = error.details;
  const told = (code: string, message: string, hint: string) =>
    new ContinuityError({ code, message: `${message} (${endpoint}: ${says})`, hint, cause: error });
  if (error.code === status.RESOURCE_EXHAUSTED && says.includes("database space exceeded"))
    return told(
      "journal-full",
      "etcd is out of its space and takes no writes",
      "let retain() forget answered requests, then compact, `etcdctl defrag` each member and `etcdctl alarm disarm`; raise --quota-backend-bytes",
    );
  if (error.code === status.INVALID_ARGUMENT && /too large|too many operations/.test(says))
    return told("too-large", "the write is larger than etcd takes", "raise etcd's --max-request-bytes, or keep less");
  if (error.code === status.UNAUTHENTICATED || error.code === status.PERMISSION_DENIED)
    return told(
      "journal-untrusted",
      "etcd does not let us in",
      "give our certificate's name a role that may write the prefix",
    );
  if (error.code === status.UNAVAILABLE && /certificate|self.signed|SSL|TLS|tlsv1/i.test(says))
    return told(
      "journal-untrusted",
      "etcd and we do not trust each other's certificates",
      "see that tls.ca signed the members' certificates for these addresses, and the members' authority ours",
    );
  return told(
    "journal-unavailable",
    "no majority of the cell answers",
    "requests go on when two of its three members are back; new ones belong into another cell until then",
  );
}
