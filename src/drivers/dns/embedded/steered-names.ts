import { bucketOfHost } from "../../../core/route/host.ts";
import type { SteeredHost } from "../../steering-context.ts";
import type { Named, NamesOf, ZoneTop } from "./names.ts";

/**
 * The names of houston.yaml, each a zone of its own, so that delegating the one name is enough: `www.example.com` has its users, `*.shops.example.com`
 * makes `shops.example.com` a zone in which each name has users. Whatever lies in a zone and is none of them is not there.
 */
export function steeredNames(
  hosts: readonly SteeredHost[],
  { nameServers, mailbox }: { readonly nameServers: readonly string[]; readonly mailbox: string | undefined },
): NamesOf {
  const exact = new Map(hosts.filter(({ name }) => !isEach(name)).map((host) => [host.name, host]));
  const each = new Map(hosts.filter(({ name }) => isEach(name)).map((host) => [host.name.slice(2), host]));
  const names = [...exact.keys(), ...each.keys()];
  const tops = new Map<string, ZoneTop>();
  for (const name of names) {
    if (names.some((other) => isBelow(name, other))) continue;
    tops.set(name, {
      name,
      nameServers: nameServers.map((server) => ({ name: server })),
      mailbox: mailbox ?? `hostmaster.${name}`,
    });
  }
  const topOf = (name: string): ZoneTop | null => {
    for (let rest = name; rest !== ""; rest = parentOf(rest)) {
      const top = tops.get(rest);
      if (top !== undefined) return top;
    }
    return null;
  };
  const fixed = new Map<string, Named>();
  for (const name of names) {
    const top = topOf(name)!;
    const host = exact.get(name);
    fixed.set(name, host === undefined ? { kind: "empty", top } : usersOf(host, top));
    // What lies between a name and its zone's top exists too, and has no data (RFC 8020).
    for (let between = parentOf(name); between !== top.name && isBelow(between, top.name); between = parentOf(between))
      if (!fixed.has(between)) fixed.set(between, { kind: "empty", top });
  }
  return (name) => {
    const known = fixed.get(name);
    if (known !== undefined) return known;
    const top = topOf(name);
    if (top === null) return null;
    const host = each.get(parentOf(name));
    if (host === undefined) return { kind: "nobody", top };
    return { kind: "users", top, class: host.class, bucket: bucketOfHost(name) };
  };
}

function usersOf(host: SteeredHost, top: ZoneTop): Named {
  const bucket = host.bucketBy === "network" ? "network" : bucketOfHost(host.name);
  return { kind: "users", top, class: host.class, bucket };
}

const isEach = (name: string): boolean => name.startsWith("*.");

/** Without its first label; empty: there is none above. */
function parentOf(name: string): string {
  const dot = name.indexOf(".");
  return dot < 0 ? "" : name.slice(dot + 1);
}

const isBelow = (name: string, above: string): boolean => name.endsWith(`.${above}`);
