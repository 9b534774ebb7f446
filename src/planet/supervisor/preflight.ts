import { createSocket } from "node:dgram";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { request } from "undici";
import { z } from "zod";
import { CallerError } from "../../core/errors.ts";
import { ETCD } from "../cells/members.ts";
import type { PlanetAddress } from "./planet-addresses.ts";

/** The whole planet stays under 2 GiB; below this much free memory it would swap or be killed. */
const MEMORY_NEEDED_MIB = 2048;
/** Fifteen members and the lines between them. */
const CELLS_NEED_MIB = 1024;

/** What the planet needs to know of the machine. */
export type Machine = { readonly hasIpv4Loopback: boolean; readonly availableMib: number };

export function thisMachine(): Machine {
  return {
    hasIpv4Loopback: Object.values(networkInterfaces()).some((list) =>
      list?.some((one) => one.family === "IPv4" && one.address === "127.0.0.1"),
    ),
    availableMib: Math.floor(availableBytes() / 2 ** 20),
  };
}

/** Without it no address can be had. Throws `CallerError`. */
export function mustHaveLoopback({ hasIpv4Loopback }: Machine): void {
  if (!hasIpv4Loopback) {
    throw new CallerError({
      code: "no-loopback",
      message: "there is no IPv4 loopback interface, and the planet lives on 127.20.0.0/16",
      hint: "bring it up: `ip link set lo up`, or run where 127.0.0.1 exists",
    });
  }
}

/** Looks before the first process is started, so that a planet never stands half. Throws `CallerError`. */
export function mustHaveMemory({ availableMib }: Machine, { cells }: { readonly cells: boolean }): void {
  const neededMib = MEMORY_NEEDED_MIB + (cells ? CELLS_NEED_MIB : 0);
  if (availableMib < neededMib) {
    throw new CallerError({
      code: "too-little-memory",
      message: `the planet needs ${neededMib} MiB of free memory, and ${availableMib} MiB are free`,
      hint: "stop other programs, use a larger machine, or raise the container's memory limit",
    });
  }
}

/** Cells are etcd's. Throws `CallerError`. */
export function mustHaveEtcd(file = ETCD): void {
  if (existsSync(file)) return;
  throw new CallerError({
    code: "no-etcd",
    message: `cells keep requests' journals in etcd, and there is no ${file}`,
    hint: "install it: `apt-get install etcd-server`, and stop the service that comes along: `systemctl disable --now etcd`; or leave --cells out",
  });
}

/**
 * Node knows the machine's free memory and a container's limit. It counts what a container keeps of files as used,
 * though the kernel gives that back at once: after an install that is most of it.
 */
function availableBytes(): number {
  const kib = /^MemAvailable:\s+(\d+) kB/m.exec(textOf("/proc/meminfo"))?.[1];
  const keptOfFiles = Number(/^inactive_file (\d+)$/m.exec(textOf(join(ownCgroup(), "memory.stat")))?.[1] ?? 0);
  // Where there is no such file, what is free says little about what could be had.
  if (kib === undefined) return Number.POSITIVE_INFINITY;
  return Math.min(Number(kib) * 1024, process.availableMemory() + keptOfFiles);
}

/** Version 2 has one tree; within a container its own group is at the root. */
function ownCgroup(): string {
  return join("/sys/fs/cgroup", /^0::(.*)$/m.exec(textOf("/proc/self/cgroup"))?.[1] ?? "");
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** A few at once: hundreds of addresses are looked at in a fraction of a second. */
const LOOKS_AT_ONCE = 32;

/** Takes each address for a moment, as who needs it will. Throws `CallerError` for the first that can't be had. */
export async function mustBeFree(addresses: readonly PlanetAddress[]): Promise<void> {
  const failed: { readonly place: PlanetAddress; readonly error: NodeJS.ErrnoException }[] = [];
  const waiting = [...addresses];
  const look = async (): Promise<void> => {
    for (let place = waiting.shift(); place !== undefined; place = waiting.shift()) {
      const error = await whyNot(place);
      if (error) failed.push({ place, error });
    }
  };
  await Promise.all(Array.from({ length: LOOKS_AT_ONCE }, look));
  const [first] = failed;
  if (first) throw taken(first.error, first.place, failed.length - 1);
}

function whyNot({ address, port, transport }: PlanetAddress): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    if (transport === "udp") {
      // Shared, as our name servers and resolvers do: a multicast DNS program on all addresses is in nobody's way.
      const socket = createSocket({ type: "udp4", reuseAddr: true });
      socket.once("error", resolve);
      socket.bind({ address, port, exclusive: true }, () => socket.close(() => resolve(null)));
    } else {
      const server = createServer();
      server.once("error", resolve);
      server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve(null)));
    }
  });
}

/** By this a supervisor says who it is to whom it will not serve. */
export const SUPERVISOR_NAME = "planet-supervisor";
const introduction = z.object({ server: z.literal(SUPERVISOR_NAME), pid: z.number().int().positive() });
const INTRODUCTION_WITHIN_MS = 1000;

/** Why the supervisor's port can't be had; another planet is asked for its process. Always throws `CallerError`. */
export async function heldBy(error: NodeJS.ErrnoException, place: PlanetAddress): Promise<never> {
  const pid = error.code === "EADDRINUSE" ? await supervisorAt(place) : null;
  if (pid === null) throw taken(error, place, 0);
  throw new CallerError({
    code: "already-running",
    message: `a planet is starting, running or ending already: process ${pid}`,
    hint: `wait for it and use it (\`houston status\`), or stop it first: \`kill ${pid}\``,
    cause: error,
  });
}

async function supervisorAt({ address, port }: PlanetAddress): Promise<number | null> {
  try {
    const { body } = await request(`http://${address}:${port}/`, {
      signal: AbortSignal.timeout(INTRODUCTION_WITHIN_MS),
    });
    return introduction.parse(await body.json()).pid;
  } catch {
    return null;
  }
}

function taken(
  error: NodeJS.ErrnoException,
  { address, port, transport, what }: PlanetAddress,
  others: number,
): CallerError {
  const more = others === 0 ? "" : `; so are ${others} more`;
  if (error.code === "EADDRINUSE") {
    return new CallerError({
      code: "port-taken",
      message: `${address}:${port} (${transport.toUpperCase()}, ${what}) is taken by another program${more}`,
      // Not by its address: a program that listens on 0.0.0.0 has the port of all of them.
      hint: `find it with \`ss -lnp ${transport === "udp" ? "-u" : "-t"} 'sport = :${port}'\` and stop it; a planet that is just starting, or was killed a second ago, has it too: try again in a few seconds`,
      cause: error,
    });
  }
  return new CallerError({
    code: "address-unusable",
    message: `${address}:${port} (${transport.toUpperCase()}, ${what}) can't be used: ${error.message}${more}`,
    hint: "the planet needs all of 127.0.0.0/8 on the loopback interface, as on Linux",
    cause: error,
  });
}
