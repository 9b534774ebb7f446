import { createSocket, type RemoteInfo } from "node:dgram";
import { createServer, type Server } from "node:net";
import dnsPacket from "dns-packet";
import type { Answer, DecodedPacket, Question } from "dns-packet";
import type { UnixMs } from "../../core/step.ts";
import type { Chance } from "./chance.ts";
import type { Habit } from "./records.ts";
import type { UserZone } from "./settings.ts";
import type { Wheel } from "./wheel.ts";

/**
 * One zone's resolvers behind one address: the ordinary one caches for the TTL; a stubborn one holds three times longer; and
 * some users pin what they were told for minutes. It asks the name servers in turn, with its zone's subnet in the question.
 * Programs from outside may ask it as well, over UDP.
 */
export type Resolver = {
  readonly port: number;
  /** `fresh`: just told by a name server, and not from a cache; `next`: the second address of the answer, for whom the first does not connect. */
  resolve(
    name: string,
    habit: Habit,
    then: (address: string | null, fresh: boolean, next: string | null) => void,
  ): void;
  /** What came to its socket. Whatever it is, it is answered or counted, and nothing else. */
  take(message: Buffer, from: Pick<RemoteInfo, "address" | "port">): void;
  readonly counts: ResolverCounts;
  stop(): void;
};

export type ResolverCounts = {
  asked: number;
  /** Questions that no name server answered in time. */
  unanswered: number;
  /** Answers past their time, given only while every name server is dead. */
  servedStale: number;
  /** Packets that made no sense. */
  malformed: number;
};

/** Then the next name server is asked. Resolvers in use wait 400 to 800 ms. */
const SERVER_TIMEOUT_MS = 600;
/** A name server that was silent is asked last for so long. */
const SERVER_AVOIDED_MS = 5000;
/** A name server that is shaky must not hold a user longer than a page may take. */
const SERVERS_TRIED_MAX = 4;
/** Nobody asks for more than 768 names of ours; the rest is for outside programs. */
const CACHE_ENTRIES_MAX = 4096;
/** What could not be found out is not asked again at once. */
const FAILURE_HELD_MS = 1000;
/** Questions under way at once: a zone's users have a few dozen; whoever floods it is told 'server failure'. */
const UNDER_WAY_MAX = 4096;
const HOLDS_TIMES = 3;
const PINNED_MS = { from: 120_000, to: 300_000 };

type Entry = {
  rcode: number;
  answers: Answer[];
  authorities: Answer[];
  address: string | null;
  next: string | null;
  learntAt: UnixMs;
  expires: UnixMs;
  /** Those who wait for the question under way; null when none is. */
  waiting: ((fresh: boolean) => void)[] | null;
};

type Asking = {
  readonly name: string;
  readonly type: Question["type"];
  readonly entry: Entry;
  readonly habit: Habit;
  readonly order: readonly number[];
  tries: number;
};

export async function startResolver(options: {
  readonly zone: UserZone;
  readonly port: number;
  readonly wheel: Wheel;
  readonly chance: Chance;
  readonly timeoutMs?: number | undefined;
}): Promise<Resolver> {
  const { zone, wheel, chance, timeoutMs = SERVER_TIMEOUT_MS } = options;
  const caches: Readonly<Record<Habit, Map<string, Entry>>> = { obeys: new Map(), holds: new Map(), pinned: new Map() };
  const underWay = new Map<number, Asking>();
  const avoidedUntil = zone.nameServers.map(() => 0);
  const counts: ResolverCounts = { asked: 0, unanswered: 0, servedStale: 0, malformed: 0 };
  const subnet = zone.subnet.split("/");
  const optRecord = {
    type: "OPT",
    name: ".",
    udpPayloadSize: 1232,
    extendedRcode: 0,
    ednsVersion: 0,
    flags: 0,
    flag_do: false,
    options: [
      {
        code: 8,
        type: "CLIENT_SUBNET",
        ip: subnet[0] ?? "",
        sourcePrefixLength: Number(subnet[1] ?? 24),
        scopePrefixLength: 0,
      },
    ],
  };

  let closed = false;
  const sharing = options.port !== 0;
  const twin = sharing ? await tcpTwin(options.port, zone.resolver) : null;
  const socket = createSocket({ type: "udp4", reuseAddr: sharing });
  await new Promise<void>((resolve, reject) => {
    socket.once("error", (error) => {
      twin?.close();
      reject(error);
    });
    socket.bind(options.port, zone.resolver, resolve);
  });
  socket.removeAllListeners("error");
  // A dead name server's host may answer 'port unreachable': the time-out handles it.
  socket.on("error", () => {});

  const inTurn = (): number[] => {
    const now = wheel.now();
    const good = zone.nameServers.map((_, index) => index);
    return [
      ...good.filter((index) => (avoidedUntil[index] ?? 0) <= now),
      ...good.filter((index) => (avoidedUntil[index] ?? 0) > now),
    ];
  };

  const ask = (asking: Asking): void => {
    // Whoever still waits when the users go home is told nothing.
    if (closed) return;
    const server = asking.order[asking.tries] ?? -1;
    const chosen = zone.nameServers[server];
    if (!chosen || asking.tries >= SERVERS_TRIED_MAX || underWay.size >= UNDER_WAY_MAX) return giveUp(asking);
    asking.tries++;
    counts.asked++;
    let id = chance.below(65_536);
    while (underWay.has(id)) id = (id + 1) % 65_536;
    underWay.set(id, asking);
    const packet = dnsPacket.encode({
      type: "query",
      id,
      flags: 0,
      questions: [{ type: asking.type, name: asking.name, class: "IN" }],
      // The types want every flag of an OPT record; these are all there are.
      additionals: [optRecord as unknown as Answer],
    });
    socket.send(packet, chosen.port, chosen.address);
    // From the exact time: a name server must not look silent because we ran late.
    wheel.at(wheel.exact() + timeoutMs, () => {
      if (underWay.get(id) !== asking) return;
      underWay.delete(id);
      avoidedUntil[server] = wheel.now() + SERVER_AVOIDED_MS;
      ask(asking);
    });
  };

  const giveUp = (asking: Asking): void => {
    counts.unanswered++;
    const { entry } = asking;
    entry.expires = wheel.now() + FAILURE_HELD_MS;
    if (entry.learntAt > 0) counts.servedStale++;
    else entry.rcode = RCODE.servfail;
    release(entry, false);
  };

  const learn = (asking: Asking, packet: DecodedPacket): void => {
    const { entry } = asking;
    entry.rcode = packet.flags !== undefined ? packet.flags & 15 : 0;
    entry.answers = packet.answers ?? [];
    entry.authorities = packet.authorities ?? [];
    const found = entry.answers.flatMap((answer) => (answer.type === "A" ? [answer.data] : []));
    entry.address = found[0] ?? null;
    entry.next = found[1] ?? null;
    entry.learntAt = wheel.now();
    entry.expires = entry.learntAt + heldMs(asking.habit, ttlSeconds(entry), chance);
    release(entry, true);
  };

  const look = (
    name: string,
    type: Question["type"],
    habit: Habit,
    then: (entry: Entry, fresh: boolean) => void,
  ): void => {
    const cache = caches[habit];
    const key = `${type} ${name}`;
    let entry = cache.get(key);
    if (entry && entry.waiting === null && entry.expires > wheel.now()) return then(entry, false);
    if (!entry) {
      entry = {
        rcode: 0,
        answers: [],
        authorities: [],
        address: null,
        next: null,
        learntAt: 0,
        expires: 0,
        waiting: null,
      };
      if (cache.size >= CACHE_ENTRIES_MAX) forgetOldest(cache);
      cache.set(key, entry);
    }
    const known = entry;
    if (known.waiting) {
      known.waiting.push((fresh) => then(known, fresh));
      return;
    }
    known.waiting = [(fresh) => then(known, fresh)];
    ask({ name, type, entry: known, habit, order: inTurn(), tries: 0 });
  };

  const take: Resolver["take"] = (message, from) => {
    const packet = decoded(message);
    if (packet === null) {
      counts.malformed++;
      return;
    }
    if (packet.type === "response") {
      const asking = underWay.get(packet.id ?? -1);
      const asked = asking && zone.nameServers[asking.order[asking.tries - 1] ?? -1];
      // Only the one that was asked may answer, and only what it was asked.
      if (!asking || from.address !== asked?.address || packet.questions?.[0]?.name.toLowerCase() !== asking.name)
        return;
      underWay.delete(packet.id ?? -1);
      wheel.at(wheel.exact() + asked.roundTripMs, () => learn(asking, packet));
      return;
    }
    answerOutside(packet, from);
  };
  socket.on("message", take);

  const answerOutside = (packet: DecodedPacket, from: Pick<RemoteInfo, "address" | "port">): void => {
    const question = packet.questions?.[0];
    // Port 0 can't be answered.
    if (!question || from.port === 0 || !mayBeAsked(question)) {
      counts.malformed++;
      return;
    }
    look(question.name.toLowerCase(), question.type, "obeys", (entry) => {
      if (closed) return;
      const left = Math.max(0, Math.ceil((entry.expires - wheel.now()) / 1000));
      const aged = (answer: Answer): Answer => ("ttl" in answer ? { ...answer, ttl: left } : answer);
      const reply = dnsPacket.encode({
        type: "response",
        id: packet.id ?? 0,
        flags: dnsPacket.RECURSION_DESIRED | dnsPacket.RECURSION_AVAILABLE | entry.rcode,
        questions: [question],
        answers: entry.answers.map(aged),
        authorities: entry.authorities.map(aged),
      });
      socket.send(reply, from.port, from.address);
    });
  };

  return {
    port: socket.address().port,
    resolve: (name, habit, then) => look(name, "A", habit, (entry, fresh) => then(entry.address, fresh, entry.next)),
    take,
    counts,
    stop() {
      closed = true;
      socket.close();
      twin?.close();
    },
  };
}

/**
 * A multicast DNS program (avahi) often has UDP 5353 of all addresses and shares it, so we share it too. Then nothing but
 * TCP, which nobody shares, tells that another resolver is at this address already. Rejects with the listen error.
 */
function tcpTwin(port: number, address: string): Promise<Server> {
  const twin = createServer((connection) => connection.destroy());
  return new Promise((resolve, reject) => {
    twin.once("error", reject);
    twin.listen({ host: address, port, exclusive: true }, () => resolve(twin));
  });
}

const RCODE = { servfail: 2 };

function decoded(message: Buffer): DecodedPacket | null {
  try {
    return dnsPacket.decode(message);
  } catch {
    return null;
  }
}

/**
 * Whether we can say it again to a name server as it came: a name that the packet library writes otherwise than it read it
 * would be nonsense there.
 */
function mayBeAsked({ name }: Question): boolean {
  return name === "." || (name.length <= NAME_CHARS_MAX && name.split(".").every((label) => LABEL.test(label)));
}

/** RFC 1035, 2.3.4; ASCII without the dot, which ends a label. */
const NAME_CHARS_MAX = 253;
const LABEL = /^[\x21-\x2d\x2f-\x7e]{1,63}$/;

function release(entry: Entry, fresh: boolean): void {
  const waiting = entry.waiting ?? [];
  entry.waiting = null;
  for (const then of waiting) then(fresh);
}

function ttlSeconds(entry: Entry): number {
  const records = entry.answers.length > 0 ? entry.answers : entry.authorities;
  const ttls = records.flatMap((record) => ("ttl" in record && typeof record.ttl === "number" ? [record.ttl] : []));
  return ttls.length > 0 ? Math.min(...ttls) : FAILURE_HELD_MS / 1000;
}

function heldMs(habit: Habit, ttl: number, chance: Chance): number {
  switch (habit) {
    case "obeys":
      return ttl * 1000;
    case "holds":
      return ttl * 1000 * HOLDS_TIMES;
    case "pinned":
      return chance.between(PINNED_MS.from, PINNED_MS.to);
  }
}

function forgetOldest(cache: Map<string, Entry>): void {
  for (const [key, entry] of cache) {
    if (entry.waiting) continue;
    cache.delete(key);
    return;
  }
}
