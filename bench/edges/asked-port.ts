import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { Pool } from "undici";

/** What the benches of edges ask of a port on this machine, and count of the process behind it. */

export const HOST = "www.example.com";

export const secondsAsked = (): number => {
  const at = process.argv.indexOf("--seconds");
  return at < 0 ? 2 : Number(process.argv[at + 1]);
};

export type Port = { readonly address: string; readonly port: number };

export const poolOf = ({ address, port }: Port, connections: number): Pool =>
  new Pool(`http://${address}:${port}`, { connections });

/** Throws for any answer but 200. */
export async function ask(pool: Pool): Promise<void> {
  const { body, statusCode } = await pool.request({ path: "/", method: "GET", headers: { host: HOST } });
  if (statusCode !== 200) throw new Error(`answered ${statusCode}`);
  await body.dump();
}

/** Requests for each second that the process took of a processor, with so many in flight for so long. */
export async function rateOf(
  to: Port & { readonly pid: number },
  { inFlight, seconds }: { readonly inFlight: number; readonly seconds: number },
): Promise<number> {
  const before = processorSeconds(to.pid);
  const pool = poolOf(to, inFlight);
  const until = performance.now() + seconds * 1000;
  let answered = 0;
  const asking = async (): Promise<void> => {
    while (performance.now() < until) {
      await ask(pool);
      answered += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, asking));
  await pool.close();
  return answered / (processorSeconds(to.pid) - before);
}

/** User and system time of a process; the kernel counts both in hundredths (proc(5)). */
function processorSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

export async function freePort(address: string): Promise<number> {
  const server = createServer().listen(0, address);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => void server.close(resolve));
  return port;
}

export function quantile(values: readonly number[], share: number): number {
  return values.toSorted((one, other) => one - other)[Math.floor(share * values.length)]!;
}
