import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A real etcd cluster on loopback addresses of this process alone, with its data in a temporary folder. Members can be
 * killed, stopped (SIGSTOP) and started again; all end with us, even if we are killed.
 */
export type EtcdCluster = {
  /** Where clients ask, member by member. */
  readonly endpoints: readonly string[];
  /** The same by TLS, each with a certificate that its member has made and signed itself. */
  readonly selfSigned: readonly string[];
  start(member: number): Promise<void>;
  /** As by kill -9; its data stay. */
  kill(member: number): Promise<void>;
  pause(member: number): void;
  resume(member: number): void;
  /** Which member leads, or null when none does within the time; who is stopped need not be asked. */
  leader(of?: { readonly withinMs?: number; readonly without?: number }): Promise<number | null>;
  close(): Promise<void>;
};

export const ETCD = "/usr/bin/etcd";

/** Neighbours are 10 to 30 ms apart; etcd wants ten heartbeats to an election. */
const timing = { heartbeatMs: 50, electionMs: 500 };
const startWithinMs = 20_000;
let clusters = 0;

/** A network of a member's own: its address there, and the command that begins another one in it. */
export type Place = { readonly address: string; readonly enter: readonly string[] };

export async function etcdCluster(
  options: { readonly members?: number; readonly quotaBytes?: number; readonly places?: readonly Place[] } = {},
): Promise<EtcdCluster> {
  const { places, members = places?.length ?? 3, quotaBytes } = options;
  const folder = mkdtempSync(join(tmpdir(), "etcd-"));
  const port = 2379 + 3 * (clusters += 1);
  const { pid } = process;
  const address = (member: number) =>
    places?.[member]?.address ?? `127.${60 + member + 3 * (pid >> 16)}.${(pid >> 8) & 255}.${pid & 255}`;
  const all = Array.from({ length: members }, (_, member) => member);
  const url = (member: number, peer: boolean) => `http://${address(member)}:${port + (peer ? 1 : 0)}`;
  const selfSigned = (member: number) => `https://${address(member)}:${port + 2}`;
  const running: (ChildProcess | undefined)[] = [];
  const began = new Set<number>();

  async function start(member: number): Promise<void> {
    const words = [
      ["name", `m${member}`],
      ["data-dir", join(folder, String(member))],
      ["listen-client-urls", `${url(member, false)},${selfSigned(member)}`],
      ["auto-tls", "true"],
      ["advertise-client-urls", url(member, false)],
      ["listen-peer-urls", url(member, true)],
      ["initial-advertise-peer-urls", url(member, true)],
      ["initial-cluster", all.map((each) => `m${each}=${url(each, true)}`).join(",")],
      ["initial-cluster-state", began.has(member) ? "existing" : "new"],
      ["heartbeat-interval", timing.heartbeatMs],
      ["election-timeout", timing.electionMs],
      ["logger", "zap"],
      ["log-level", "fatal"],
      ...(quotaBytes === undefined ? [] : [["quota-backend-bytes", quotaBytes]]),
    ].map(([name, value]) => `--${name}=${value}`);
    began.add(member);
    // etcd does not notice that its parent died: the kernel tells it.
    const [command = ETCD, ...more] = [
      ...(places?.[member]?.enter ?? []),
      "setpriv",
      "--pdeathsig",
      "KILL",
      ETCD,
      ...words,
    ];
    const child = spawn(command, more, { stdio: "ignore" });
    running[member] = child;
    await once(child, "spawn");
  }

  const kill = async (member: number) => {
    const child = running[member];
    running[member] = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  const cluster: EtcdCluster = {
    endpoints: all.map((member) => url(member, false)),
    selfSigned: all.map(selfSigned),
    start,
    kill,
    pause: (member) => void running[member]?.kill("SIGSTOP"),
    resume: (member) => void running[member]?.kill("SIGCONT"),
    async leader({ withinMs = startWithinMs, without } = {}) {
      const until = performance.now() + withinMs;
      do {
        const states = await Promise.all(
          all.map(async (member) => (member === without ? null : stateOf(url(member, false)))),
        );
        const leading = states.findIndex((state) => state !== null && state.leader === state.id);
        const follows = states.filter((state) => state !== null && state.leader === states[leading]?.id).length;
        if (leading >= 0 && follows * 2 > members) return leading;
        await new Promise((resolve) => setTimeout(resolve, 30));
      } while (performance.now() < until);
      return null;
    },
    async close() {
      await Promise.all(all.map(kill));
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await Promise.all(all.map(start));
  if ((await cluster.leader()) !== null) return cluster;
  await cluster.close();
  throw new Error(`no etcd cluster came up at ${cluster.endpoints.join(", ")} within ${startWithinMs} ms`);
}

async function stateOf(endpoint: string): Promise<{ id: string; leader: string } | null> {
  try {
    const signal = AbortSignal.timeout(500);
    const answer = await fetch(`${endpoint}/v3/maintenance/status`, { method: "POST", body: "{}", signal });
    const { header, leader } = (await answer.json()) as { header: { member_id: string }; leader?: string };
    return { id: header.member_id, leader: leader ?? "" };
  } catch {
    return null;
  }
}
