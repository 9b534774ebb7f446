import { connect, createServer, type Server, type Socket } from "node:net";

/**
 * Doors that make distance between programs that know nothing of ours: what is said at a door reaches the other side one way
 * later, and the answer takes the other way. A picture: a letter slot with a postman behind it. Nothing overtakes on a line.
 */
export type Doors = {
  stop(): Promise<void>;
};

export type Door = {
  readonly host: string;
  readonly port: number;
  readonly to: { readonly host: string; readonly port: number };
  /** Milliseconds between the two ends and back: for all who knock, or by how a caller says who it is in its first words. */
  readonly roundTripMs: number | ((firstWords: string) => number);
};

/** On its way through one line at once; whoever says more waits. */
const BYTES_UNDERWAY_MAX = 4 * 1024 * 1024;
/** An HTTP request says who it is from within its headers. */
const FIRST_WORDS_BYTES_MAX = 16 * 1024;
const HEADERS_END = "\r\n\r\n";

/** Rejects when an address can't be had. */
export async function openDoors(doors: readonly Door[]): Promise<Doors> {
  const lines = new Set<Socket>();
  const servers = await Promise.all(doors.map((door) => open(door, lines)));
  return {
    async stop() {
      for (const line of lines) line.destroy();
      await Promise.all(servers.map((server) => new Promise<void>((done) => server.close(() => done()))));
    },
  };
}

function open(door: Door, lines: Set<Socket>): Promise<Server> {
  const server = createServer({ noDelay: true }, (caller) => {
    const called = connect({ ...door.to, noDelay: true });
    for (const [one, other] of [
      [caller, called],
      [called, caller],
    ] as const) {
      lines.add(one);
      one.on("close", () => {
        lines.delete(one);
        other.destroy();
      });
      // Its close says all that there is to say.
      one.on("error", () => {});
    }
    meet(caller, called, door.roundTripMs);
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(door.port, door.host, () => resolve(server));
  });
}

function meet(caller: Socket, called: Socket, roundTripMs: Door["roundTripMs"]): void {
  if (typeof roundTripMs === "number") return join(caller, called, roundTripMs, []);
  let heard: Buffer[] = [];
  const listen = (chunk: Buffer): void => {
    heard.push(chunk);
    const all = Buffer.concat(heard);
    if (all.indexOf(HEADERS_END) < 0 && all.length < FIRST_WORDS_BYTES_MAX) return;
    caller.off("data", listen);
    join(caller, called, roundTripMs(all.toString("latin1")), heard);
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
