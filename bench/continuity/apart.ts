import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readlink, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import type { Place } from "../../continuity/test/etcd-cluster.ts";

/**
 * Locations with a network of their own each (Linux network namespaces in 198.18.0.0/15, which is kept for such tests), joined by a
 * router in which what one sends to another can be lost without a word. The router is this process's own namespace: a program that
 * wants locations apart begins itself again in one, by `inOwnNetwork`. Nothing outlives these processes.
 */
export type Apart = {
  readonly places: readonly Place[];
  /** Where the locations find the router, that is: us. */
  readonly router: string;
  /** What `from` sends never reaches `to`; the other way is open. */
  cut(from: number, to: number): Promise<void>;
  /** All ways are open again. */
  heal(): Promise<void>;
  close(): void;
};

const run = promisify(execFile);
const ip = (words: string) => run("ip", words.split(" "));
const sleep = ["setpriv", "--pdeathsig", "KILL", "sleep", "infinity"] as const;

const address = (n: number) => `198.18.${n}.2`;
const router = (n: number) => `198.18.${n}.1`;

export async function locationsApart(count: number): Promise<Apart> {
  const holders: ChildProcess[] = [];
  await ip("link set lo up");
  for (let n = 0; n < count; n += 1) {
    const holder = spawn("unshare", ["--net", ...sleep], { stdio: "ignore" });
    await once(holder, "spawn");
    holders.push(holder);
    await untilOwnNetwork(holder.pid ?? 0);
    await ip(`link add hub${n} type veth peer name eth0 netns ${holder.pid}`);
    await ip(`addr add ${router(n)}/24 dev hub${n}`);
    await ip(`link set hub${n} up`);
    const inside = (words: string) => run("nsenter", [...network(holder), "ip", ...words.split(" ")]);
    await inside("link set lo up");
    await inside(`addr add ${address(n)}/24 dev eth0`);
    await inside("link set eth0 up");
    await inside(`route add default via ${router(n)}`);
  }
  await writeFile("/proc/sys/net/ipv4/ip_forward", "1");
  // One rule of its own for each direction, by its number.
  const preference = (from: number, to: number) => 100 + from * count + to;
  const lost = new Set<number>();
  return {
    places: holders.map((holder, n) => ({ address: address(n), enter: ["nsenter", ...network(holder)] })),
    router: router(0),
    async cut(from, to) {
      const rule = preference(from, to);
      if (lost.has(rule)) return;
      lost.add(rule);
      await ip(`rule add pref ${rule} from ${address(from)} to ${address(to)} blackhole`);
    },
    async heal() {
      for (const rule of lost) await ip(`rule del pref ${rule}`);
      lost.clear();
    },
    close: () => holders.forEach((holder) => holder.kill("SIGKILL")),
  };
}

const network = ({ pid }: ChildProcess): readonly string[] => [`--net=/proc/${pid}/ns/net`];

const networkOf = (process: string) => readlink(`/proc/${process}/ns/net`).catch(() => null);

/** `unshare` has begun, and is in its new network only a moment later. */
async function untilOwnNetwork(pid: number): Promise<void> {
  const ours = await networkOf("self");
  const until = performance.now() + ownNetworkWithinMs;
  for (;;) {
    const theirs = await networkOf(String(pid));
    if (theirs !== null && theirs !== ours) return;
    if (performance.now() > until)
      throw new Error(`unshare --net gave no network of its own within ${ownNetworkWithinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const ownNetworkWithinMs = 10_000;
const mark = "CONTINUITY_BENCH_IN_OWN_NETWORK";

/** Runs this very program in a network of its own (also for who is not root, where the kernel lets them), and ends as it ends. */
export async function inOwnNetwork(program: () => Promise<number>): Promise<never> {
  if (process.env[mark] !== undefined) process.exit(await program());
  const again = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const words = ["--map-root-user", "--net", "setpriv", "--pdeathsig", "KILL", ...again];
  const child = spawn("unshare", words, { stdio: "inherit", env: { ...process.env, [mark]: "1" } });
  const [code] = (await once(child, "exit")) as [number | null];
  process.exit(code ?? 1);
}
