import { connect, createServer, type Server, type Socket } from "node:net";

/**
 * Doors that make distance between programs that know nothing of ours: what is said at a door reaches the other side one way
 * later, and the answer takes the other way. A picture: a letter slot with a postman behind it. Nothing overtakes on a line.
 */
export type Doors = {
  /** From now on nothing goes between these two, and what was on its way is lost. */
  cut(between: Way["ends"]): void;
  /** All that was cut is whole again. */
  mend(): void;
  stop(): Promise<void>;
};

/** Between which two, by their names, and the milliseconds there and back. */
export type Way = { readonly ends: readonly [string, string]; readonly roundTripMs: number };

export type Door = {
  readonly host: string;
  readonly port: number;
  readonly to: { readonly host: string; readonly port: number };
  /** For all who knock, or by how a caller says who it is in its first words. */
  readonly way: Way | ((firstWords: string) => Way);
};

/** On its way through one line at once; whoever says more waits. */
const BYTES_UNDERWAY_MAX = 4 * 1024 * 1024;
/** An HTTP request says who it is from within its headers. */
const FIRST_WORDS_BYTES_MAX = 16 * 1024;
const HEADERS_END = "\r\n\r\n";

/** Rejects when an address can't be had. */
export async function openDoors(doors: readonly Door[]): Promise<Doors> {
  const lines = new Map<Socket, Way["ends"] | null>();
  let cuts: readonly Way["ends"][] = [];
  const isCut = (ends: Way["ends"]): boolean => cuts.some((cut) => ends.every((end) => cut.includes(end)));
  const servers = await Promise.all(doors.map((door) => open(door, { lines, isCut })));
  return {
    cut(between) {
      cuts = [...cuts, between];
      for (const [line, ends] of lines) if (ends !== null && isCut(ends)) line.destroy();
    },
    mend: () => void (cuts = []),
    async stop() {
      for (const line of lines.keys()) line.destroy();
      await Promise.all(servers.map((server) => new Promise<void>((done) => server.close(() => done()))));
    },
  };
}

type Lines = {
  /** With its two ends, once they are known. */
  readonly lines: Map<Socket, Way["ends"] | null>;
  readonly isCut: (ends: Way["ends"]) => boolean;
};

function open(door: Door, { lines, isCut }: Lines): Promise<Server> {
  const server = createServer({ noDelay: true }, (caller) => {
    const called = connect({ ...door.to, noDelay: true });
    for (const [one, other] of [
      [caller, called],
      [called, caller],
    ] as const) {
      lines.set(one, null);
      one.on("close", () => {
        lines.delete(one);
        other.destroy();
      });
      // Its close says all that there is to say.
      one.on("error", () => {});
    }
    meet(caller, called, door.way, (ends) => {
      if (isCut(ends)) caller.destroy();
      if (lines.has(caller)) lines.set(caller, ends);
    });
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(door.port, door.host, () => resolve(server));
  });
}

function meet(caller: Socket, called: Socket, way: Door["way"], known: (ends: Way["ends"]) => void): void {
  if (typeof way !== "function") {
    known(way.ends);
    return join(caller, called, way.roundTripMs, []);
  }
  let heard: Buffer[] = [];
  const listen = (chunk: Buffer): void => {
    heard.push(chunk);
    const all = Buffer.concat(heard);
    if (all.indexOf(HEADERS_END) < 0 && all.length < FIRST_WORDS_BYTES_MAX) return;
    caller.off("data", listen);
    const { ends, roundTripMs } = way(all.toString("latin1"));
    known(ends);
    join(caller, called, roundTripMs, heard);
    heard = [];
  };
  caller.on("data", listen);
}

function join(caller: Socket, called: Socket, roundTripMs: number, heard: readonly Buffer[]): void {
  const say = carry(caller, called, roundTripMs / 2);
  carry(called, caller, roundTripMs / 2);
  for (const chunk of heard) say(chunk);
}

/** What comes from one end goes to the other one way later; timers of one length end in the order in which they began. */
function carry(from: Socket, to: Socket, oneWayMs: number): (chunk: Buffer) => void {
  let underway = 0;
  const say = (chunk: Buffer): void => {
    underway += chunk.length;
    if (underway > BYTES_UNDERWAY_MAX) from.pause();
    setTimeout(() => {
      underway -= chunk.length;
      if (!to.destroyed) to.write(chunk);
      if (from.isPaused() && underway <= BYTES_UNDERWAY_MAX) from.resume();
    }, oneWayMs);
  };
  from.on("data", say);
  from.on("end", () => setTimeout(() => to.end(), oneWayMs));
  return say;
}
