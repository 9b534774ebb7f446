// Plain JavaScript without dependencies: it runs on whatever Node (>= 20) a fresh machine has, and makes the rest possible.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** The Node that the project pins; everything but the scripts that install it runs on this one. */
export const node = join(root, "node_modules", "node", "bin", "node");

const MAJOR_MIN = 20;

/** Installs exactly what the lock file says, once: again only when the lock file has changed. */
export function install() {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < MAJOR_MIN)
    fail(`Node ${process.versions.node} is too old to set up the project.`, `install Node ${MAJOR_MIN} or newer`);
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  const mark = join(root, "node_modules", ".installed-lock");
  if (existsSync(node) && existsSync(mark) && readFileSync(mark, "utf8") === lock) return;
  process.stderr.write("Installing what is needed (once) ...\n");
  // Not `npm ci`: it refuses a lock file whose optional parts for other machines a registry does not offer. This takes
  // every version from the lock file too, and leaves it as it is.
  const npm = spawnSync("npm", ["install", "--no-save", "--no-fund", "--no-audit", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (npm.status !== 0) fail("`npm install` failed.", "see its words above; it needs the npm registry");
  if (!existsSync(node))
    fail("npm did not install the pinned Node.", "allow its install script: `npm rebuild node`, then try again");
  writeFileSync(mark, lock);
}

export const BROWSER = "/usr/bin/chromium";
const PROMETHEUS = "/usr/bin/prometheus";
const ETCD = "/usr/bin/etcd";
const HAPROXY = "/usr/sbin/haproxy";
const LUAJIT = "/usr/bin/luajit";
const NGINX = "/usr/sbin/nginx";
const POSTGRES = "/usr/lib/postgresql";
/** Name servers that we steer, and what is asked of them by hand. */
const NAME_SERVERS = ["/usr/sbin/knotd", "/usr/sbin/named", "/usr/sbin/pdns_server", "/usr/bin/dig"];
/** What users ask: they keep answers for as long as they are told, or longer. */
const RESOLVERS = ["/usr/sbin/unbound", "/usr/sbin/dnsmasq"];
const POWERDNS_SQLITE = "/usr/share/pdns-backend-sqlite3";

/** What tests use that npm does not bring: Debian's, for it is one command away and gets its updates. */
const PROGRAMS = [
  {
    name: "Chromium",
    tests: "the console's",
    isThere: () => existsSync(BROWSER),
    packages: ["chromium", "fonts-dejavu-core"],
  },
  {
    name: "Prometheus",
    tests: "those of what it counts",
    isThere: () => existsSync(PROMETHEUS),
    packages: ["prometheus"],
  },
  { name: "etcd", tests: "the journals'", isThere: () => existsSync(ETCD), packages: ["etcd-server"] },
  { name: "HAProxy", tests: "those of its driver", isThere: () => existsSync(HAPROXY), packages: ["haproxy"] },
  { name: "LuaJIT", tests: "those of Envoy's script", isThere: () => existsSync(LUAJIT), packages: ["luajit"] },
  { name: "nginx", tests: "those of its driver", isThere: () => existsSync(NGINX), packages: ["nginx-light"] },
  {
    name: "PostgreSQL",
    tests: "the journals'",
    // Its clients alone have a folder of this name too.
    isThere: () =>
      existsSync(POSTGRES) &&
      readdirSync(POSTGRES).some((version) => existsSync(join(POSTGRES, version, "bin", "initdb"))),
    packages: ["postgresql"],
  },
  {
    name: "Knot DNS, BIND and PowerDNS",
    tests: "the DNS drivers'",
    isThere: () => [...NAME_SERVERS, POWERDNS_SQLITE].every(existsSync),
    packages: ["knot", "bind9", "bind9-dnsutils", "pdns-server", "pdns-backend-sqlite3"],
  },
  {
    name: "Unbound and dnsmasq",
    tests: "those of what resolvers answer",
    isThere: () => RESOLVERS.every(existsSync),
    // The base of dnsmasq has the program alone; Unbound's service isn't started, as none is (withoutDaemons).
    packages: ["unbound", "dnsmasq-base"],
  },
];

const names = (programs) => programs.map(({ name }) => name).join(", ");
const byHand = (programs) =>
  `install it: \`apt-get install ${programs.flatMap(({ packages }) => packages).join(" ")}\``;

/** Installs those programs that are missing, once; says how to do it by hand where it can't. */
export async function installPrograms() {
  const missing = PROGRAMS.filter(({ isThere }) => !isThere());
  if (missing.length === 0) return;
  const [first] = missing;
  if (process.getuid?.() !== 0)
    fail(`${names(missing)}: ${first.tests} tests need it, and only root can install it.`, byHand(missing));
  process.stderr.write(`Installing ${names(missing)} for the tests (once) ...\n`);
  const options = { stdio: ["ignore", 2, 2], env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  await withoutDaemons(async (told) => {
    const apt = (...words) => ended(spawn("apt-get", words, options), told);
    const install = () =>
      apt("install", "-y", "--no-install-recommends", ...missing.flatMap(({ packages }) => packages));
    // A fresh machine may not know yet what there is.
    if ((await install()) !== 0 && !told.aborted) await apt("update");
    if (missing.some(({ isThere }) => !isThere()) && !told.aborted) await install();
  });
  const still = missing.filter(({ isThere }) => !isThere());
  if (still.length > 0) fail(`${names(still)} could not be installed.`, byHand(still));
}

const POLICY = "/usr/sbin/policy-rc.d";

const NO_DAEMONS = "#!/bin/sh\n# While npm test installs programs; it may be removed.\nexit 101\n";
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Packages that come along may bring daemons: none is started because we test. A policy that is there already stays, unless it
 * is one that a killed run of ours left. Whoever tells us to end is obeyed when what runs has ended, for until then the policy
 * is needed, and after it nobody may find it.
 */
export async function withoutDaemons(work, policy = POLICY) {
  const told = new AbortController();
  if (existsSync(policy) && readFileSync(policy, "utf8") !== NO_DAEMONS) return work(told.signal);
  const remove = () => rmSync(policy, { force: true });
  const tell = (signal) => told.abort(signal);
  for (const signal of SIGNALS) process.on(signal, tell);
  process.on("exit", remove);
  try {
    writeFileSync(policy, NO_DAEMONS, { mode: 0o755 });
    await work(told.signal);
  } finally {
    remove();
    process.off("exit", remove);
    for (const signal of SIGNALS) process.off(signal, tell);
  }
  if (told.signal.aborted) process.exit(128 + constants.signals[told.signal.reason]);
}

/** A child's exit code when it has ended; it is told what we are told. */
export function ended(child, told) {
  told.addEventListener("abort", () => child.kill(told.reason), { once: true });
  return new Promise((resolve) => {
    child.on("error", () => resolve(1));
    child.on("exit", (code) => resolve(code ?? 1));
  });
}

/** Runs a program to its end with our terminal; its exit code is returned. */
export function run(command, args, options = {}) {
  const env = { ...process.env, PATH: `${join(root, "node_modules", ".bin")}:${process.env.PATH}` };
  const ended = spawnSync(command, args, { cwd: root, stdio: "inherit", env, ...options });
  if (ended.error) fail(`${command}: ${ended.error.message}`, "run `npm install` and try again");
  return ended.status ?? 1;
}

export function bin(name) {
  return join(root, "node_modules", ".bin", name);
}

export function fail(says, fix) {
  process.stderr.write(`${says}\n  fix: ${fix}\n`);
  process.exit(1);
}
