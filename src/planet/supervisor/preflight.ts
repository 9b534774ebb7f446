import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { CallerError } from "../../core/errors.ts";

/** The whole planet stays under 2 GiB; below this much free memory it would swap or be killed. */
const MEMORY_NEEDED_MIB = 2048;

/** Looks before the first process is started, so that a planet never stands half. Throws `CallerError`. */
export async function preflight(
  addresses: readonly { readonly address: string; readonly port: number; readonly what: string }[],
): Promise<void> {
  const hasLoopback = Object.values(networkInterfaces()).some((list) =>
    list?.some((one) => one.family === "IPv4" && one.address === "127.0.0.1"),
  );
  if (!hasLoopback) {
    throw new CallerError({
      code: "no-loopback",
      message: "there is no IPv4 loopback interface, and the planet lives on 127.20.0.0/16",
      hint: "bring it up: `ip link set lo up`, or run where 127.0.0.1 exists",
    });
  }
  const freeMib = availableMib();
  if (freeMib !== null && freeMib < MEMORY_NEEDED_MIB) {
    throw new CallerError({
      code: "too-little-memory",
      message: `the planet needs ${MEMORY_NEEDED_MIB} MiB of free memory, and ${freeMib} MiB are free`,
      hint: "stop other programs, or use a larger machine",
    });
  }
  for (const place of addresses) await mustBeFree(place);
}

function availableMib(): number | null {
  try {
    const kib = /^MemAvailable:\s+(\d+) kB/m.exec(readFileSync("/proc/meminfo", "utf8"))?.[1];
    return kib === undefined ? null : Math.floor(Number(kib) / 1024);
  } catch {
    return null;
  }
}

function mustBeFree({ address, port, what }: { address: string; port: number; what: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => reject(taken(error, { address, port, what })));
    server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve()));
  });
}

function taken(
  error: NodeJS.ErrnoException,
  { address, port, what }: { address: string; port: number; what: string },
): CallerError {
  if (error.code === "EADDRINUSE") {
    return new CallerError({
      code: "port-taken",
      message: `${address}:${port} (${what}) is taken by another program`,
      hint: `find it with \`ss -ltnp | grep ${address}:${port}\` and stop it; a planet that was killed may need a second to end`,
      cause: error,
    });
  }
  return new CallerError({
    code: "address-unusable",
    message: `${address}:${port} (${what}) can't be used: ${error.message}`,
    hint: "the planet needs all of 127.0.0.0/8 on the loopback interface, as on Linux",
    cause: error,
  });
}
