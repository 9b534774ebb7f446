import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls, type PeerCertificate } from "node:tls";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { madeAuthority } from "../../condition/made-certificate.testing.ts";
import { ask, documentOf, HERE, madeEdge, tableTo, THERE } from "./made-edge.testing.ts";
import { locationOf, peerCertificates, type PeerCertificateFiles } from "./peer-certificates.ts";

type Authority = Awaited<ReturnType<typeof madeAuthority>>;
const folder = mkdtempSync(join(tmpdir(), "edge-peers-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let authority: Authority;
let stranger: Authority;
beforeAll(async () => {
  [authority, stranger] = await Promise.all([madeAuthority(), madeAuthority("Somebody else")]);
});
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function filesOf(
  name: string,
  from: {
    readonly hosts?: readonly string[];
    readonly days?: number;
    readonly by?: Authority;
    readonly trusts?: Authority;
  } = {},
): Promise<PeerCertificateFiles> {
  const { hosts = [name], days = 30, by = authority, trusts = authority } = from;
  const files = {
    certificateFile: join(folder, `${name}.pem`),
    keyFile: join(folder, `${name}.key`),
    caFile: join(folder, `${name}.ca`),
  };
  const { cert, key } = await by.certificate({ hosts, days });
  writeFileSync(files.certificateFile, cert);
  writeFileSync(files.keyFile, key);
  writeFileSync(files.caFile, trusts.pem);
  return files;
}

async function place(location: string, certificates: PeerCertificateFiles, to?: number) {
  const made = await madeEdge(
    {
      location,
      peers: { certificates, ...(to === undefined ? {} : { at: { [THERE]: { host: "127.0.0.1", port: to } } }) },
    },
    (request, response) => response.end(`${location} for ${String(request.headers["x-forwarded-for"])}`),
    documentOf(tableTo(1)),
  );
  closing.push(made.stop);
  return made;
}

async function westWith(certificates: PeerCertificateFiles) {
  const west = await place(THERE, certificates);
  const peers = await west.edge.listenToPeers(west.server, { host: "127.0.0.1", port: 0 });
  closing.push(peers.stop);
  return { west, port: peers.port };
}

test("edges know each other by their certificates, and pass the user's address on", async () => {
  const { west, port } = await westWith(await filesOf(THERE));
  const east = await place(HERE, await filesOf(HERE), port);
  expect((await ask(east.port)).body).toBe(`${THERE} for 127.0.0.1, 127.0.0.1`);
  expect(west.edge.status().requests).toEqual({ served: 1 });
  // At its users' port an edge's word counts for nothing.
  const said = await ask(west.port, { headers: { "x-hops": "a,b,c", forwarded: "for=192.0.2.9" } });
  expect(said.body).toBe(`${THERE} for 127.0.0.1`);
});

test("a port for peers without certificates is refused with the way out", async () => {
  const made = await madeEdge(
    { location: HERE, peers: { from: ["127.0.0.0/8"] } },
    (_, response) => response.end(),
    documentOf(tableTo(1)),
  );
  closing.push(made.stop);
  expect(() => made.edge.listenToPeers(made.server, { host: "127.0.0.1", port: 0 })).toThrow(
    expect.objectContaining({
      code: "no-peer-certificates",
      hint: expect.stringContaining("leave `listenToPeers` out"),
    }),
  );
});

test("a certificate that expired, of another authority, or of nobody we know is refused, with words, and nothing is sent", async () => {
  const { west, port } = await westWith(await filesOf(THERE));
  const expired = await authority.certificate({ hosts: [HERE], days: -1 });
  const strange = await stranger.certificate({ hosts: [HERE], days: 9 });
  const knock = async (files: { readonly cert: string; readonly key: string } | null): Promise<string> => {
    const socket = connectTls({ port, host: "127.0.0.1", servername: THERE, ca: authority.pem, ...files });
    let text = "";
    socket.on("error", (error) => (text += error.message));
    socket.on("data", (more) => (text += more.toString()));
    socket.write("GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n");
    await new Promise((resolve) => socket.once("close", resolve));
    return text;
  };
  const nowhere = await authority.certificate({ hosts: ["nowhere"], days: 9 });
  for (const files of [null, expired, strange, nowhere]) expect(await knock(files)).not.toContain("200 OK");
  expect(west.edge.status()).toMatchObject({ requests: {}, refused: { "peer-certificate": 3, "peer-unknown": 1 } });
  expect(west.said).toEqual([
    expect.stringMatching(/shows no certificate/),
    expect.stringMatching(/has expired/),
    expect.stringMatching(/another authority|not of our authority/),
    expect.stringMatching(/names no location: refused/),
  ]);
});

test("the other side must be the location that it is taken for: another one's certificate is not enough", async () => {
  const { cert, key } = await authority.certificate({ hosts: ["north", "www.example.com"], days: 9 });
  let asked = 0;
  const north = createHttpsServer({ cert, key, ca: authority.pem, requestCert: true }, (_, response) => {
    asked += 1;
    response.end("north");
  }).listen(0, "127.0.0.1");
  await once(north, "listening");
  closing.push(async () => (north.closeAllConnections(), north.close()));
  const east = await place(HERE, await filesOf(HERE), (north.address() as AddressInfo).port);
  // Nothing was sent, so it is served here.
  expect((await ask(east.port, { method: "POST", body: "x" })).body).toBe(`${HERE} for 127.0.0.1`);
  expect(asked).toBe(0);
  expect(east.edge.status().events).toMatchObject({ "identity-refused": 1 });
});

test("a renewed certificate is used without a restart, one that does not fit is not, and that is said", async () => {
  const { west, port } = await westWith(await filesOf(THERE));
  const east = await place(HERE, await filesOf(HERE), port);
  expect((await ask(east.port)).headers["x-location"]).toBe(THERE);
  const serial = async (): Promise<string> => {
    const socket = connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false });
    socket.on("error", () => undefined);
    await once(socket, "secureConnect");
    const { serialNumber } = socket.getPeerCertificate();
    socket.destroy();
    return serialNumber;
  };
  const before = await serial();
  await filesOf(THERE);
  await expect.poll(serial).not.toBe(before);
  const old = connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false, maxVersion: "TLSv1.2" });
  const [refusal] = (await once(old, "error")) as [Error];
  expect(refusal.message).toMatch(/protocol version/i);
  await filesOf(HERE);
  expect((await ask(east.port)).headers["x-location"]).toBe(THERE);
  const files = await filesOf(THERE);
  writeFileSync(files.keyFile, (await authority.certificate({ hosts: [THERE], days: 9 })).key);
  await expect.poll(() => west.said.join("\n")).toMatch(/is not used: .*don't fit together/);
  expect((await ask(east.port)).headers["x-location"]).toBe(THERE);
});

test("before there is a table an edge is believed by any name that our authority signed, after it by those of its locations", () => {
  const shown = { subjectaltname: "IP Address:127.0.0.1, DNS:new-place, DNS:west" } as PeerCertificate;
  expect([null, [], ["east", "west"], ["east"]].map((locations) => locationOf(shown, locations))).toEqual([
    "new-place",
    null,
    "west",
    null,
  ]);
});

test("a folder of certificates that is made anew is looked at as the old one was", async () => {
  const own = join(folder, "renewed");
  const write = async (days: number): Promise<PeerCertificateFiles> => {
    const { cert, key } = await authority.certificate({ hosts: [THERE], days });
    rmSync(own, { recursive: true, force: true });
    mkdirSync(own);
    const files = { certificateFile: join(own, "cert"), keyFile: join(own, "key"), caFile: join(own, "ca") };
    writeFileSync(files.certificateFile, cert);
    writeFileSync(files.keyFile, key);
    writeFileSync(files.caFile, authority.pem);
    return files;
  };
  let changes = 0;
  const certificates = peerCertificates(await write(9), THERE, () => undefined);
  closing.push(async () => certificates.stop());
  certificates.onChange(() => (changes += 1));
  for (const times of [1, 2]) {
    const before = certificates.read().cert;
    await write(9);
    await expect.poll(() => changes).toBeGreaterThanOrEqual(times);
    await expect.poll(() => certificates.read().cert.equals(before)).toBe(false);
  }
});

test.each([
  ["expired", { days: -1 }, /has expired/],
  ["of another name", { hosts: ["www.example.com"] }, /does not name east/],
])("a certificate of our own that is %s is refused at the start, with the fix", async (_, from, says) => {
  await expect(place(HERE, await filesOf(HERE, from))).rejects.toThrow(says);
});
