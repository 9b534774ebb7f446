import { createServer as createTcpServer, type AddressInfo, type Server } from "node:net";
import { createSecureContext, createServer, type SecureContext } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bucketOfHost } from "../../core/route/host.ts";
import type { ConditionDriver } from "./contract.ts";
import { madeAuthority } from "./made-certificate.testing.ts";
import { tlsCondition, type TlsOptions } from "./tls.ts";

/** One real server that shows each host another certificate, by the name that the handshake asks for. */
const HOSTS = ["shop.example.com", "soon.example.com", "old.example.com", "other.example.com", "stranger.example.com"];
const contexts = new Map<string, SecureContext>();
let server: Server;
let port: number;
let authorities: string;
const never = new AbortController().signal;
/** Seven keys are made in a moment, unless other work goes on beside it. */
const SLOW_MACHINE_MS = 60_000;

beforeAll(async () => {
  const authority = await madeAuthority();
  const stranger = await madeAuthority();
  authorities = authority.pem;
  const shown = {
    "shop.example.com": await authority.certificate({ hosts: ["shop.example.com", "*.tenant.example"], days: 90 }),
    "soon.example.com": await authority.certificate({ hosts: ["soon.example.com"], days: 3 }),
    "old.example.com": await authority.certificate({ hosts: ["old.example.com"], days: -1 }),
    "other.example.com": await authority.certificate({ hosts: ["somebody-else.example.com"], days: 90 }),
    "stranger.example.com": await stranger.certificate({ hosts: ["stranger.example.com"], days: 90 }),
  };
  for (const [host, certificate] of Object.entries(shown)) contexts.set(host, createSecureContext(certificate));
  server = createServer({
    ...shown["shop.example.com"],
    SNICallback(name, done) {
      if (name === "nobody.example.com") return done(new Error("no such host"));
      return done(null, contexts.get(name) ?? contexts.get("shop.example.com")!);
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
}, SLOW_MACHINE_MS);
afterAll(() => new Promise((resolve) => server.close(resolve)));

function condition(change: Partial<TlsOptions>): ConditionDriver {
  return tlsCondition(
    { name: "certificates", locations: ["west"], everyMs: 1000, withinMs: 1000 },
    {
      addresses: { west: { host: "127.0.0.1", port } },
      hosts: [],
      tenants: [],
      expiryDays: 7,
      authorities,
      now: Date.now,
      ...change,
    },
  );
}

const ask = (change: Partial<TlsOptions>, signal = never) => condition(change).ask("west", signal);
const saysOf = async (host: string): Promise<string> => {
  const finding = await ask({ hosts: [host] });
  return finding.kind === "fails" ? finding.failures.map(({ says }) => says).join() : finding.kind;
};

test("a certificate for the name, signed by a trusted authority and good for long enough, holds", async () => {
  expect(await ask({ hosts: ["shop.example.com"], tenants: ["www.tenant.example"] })).toEqual({ kind: "holds" });
});

test("what is wrong with a certificate is told by the host's name", async () => {
  expect(await Promise.all(HOSTS.slice(1).map(saysOf))).toEqual([
    expect.stringMatching(/^its certificate for soon\.example\.com expires in [23]\.\d days$/),
    "its certificate for old.example.com has expired",
    "its certificate is not for other.example.com",
    expect.stringMatching(/^its certificate for stranger\.example\.com is not trusted \([A-Z_]+\)$/),
  ]);
  expect(await saysOf("nobody.example.com")).toMatch(/^(it refuses the handshake for nobody\.example\.com|unknown)/);
});

test("a tenant's host is the business of the tenant's bucket alone, a host of everybody's of all", async () => {
  const finding = await ask({ hosts: ["shop.example.com"], tenants: ["other.example.com"], tenantClass: "public" });
  expect(finding).toEqual({
    kind: "fails",
    failures: [
      {
        class: "public",
        bucket: bucketOfHost("other.example.com"),
        says: "its certificate is not for other.example.com",
      },
    ],
  });
});

test("nobody there, a server that says nothing, and no address are doubt, and no failure", async () => {
  const silent = createTcpServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const silentPort = (silent.address() as AddressInfo).port;
  const hosts = ["shop.example.com"];
  const at = (to: number) => ({ hosts, addresses: { west: { host: "127.0.0.1", port: to } } });
  expect(await ask(at(1))).toEqual({ kind: "unknown", says: "shop.example.com: ECONNREFUSED" });
  expect(await ask(at(silentPort), AbortSignal.timeout(100))).toEqual({
    kind: "unknown",
    says: "shop.example.com: no answer in time",
  });
  expect(await ask({ hosts, addresses: {} })).toMatchObject({ kind: "unknown" });
  silent.close();
});

/** What is thrown while a certificate is looked at. */
function noClock(): number {
  throw new Error("no clock");
}

test("a certificate that can't be looked at is doubt, and ends nobody", async () => {
  expect(await ask({ hosts: ["shop.example.com"], now: noClock })).toEqual({
    kind: "unknown",
    says: "shop.example.com: no clock",
  });
});
