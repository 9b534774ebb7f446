import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { connect, getCACertificates, setDefaultCACertificates } from "node:tls";
import { expect, onTestFinished, test } from "vitest";
import { madeAuthority } from "../condition/made-certificate.testing.ts";
import { trusting } from "./trusting.ts";

test("an authority of one's own is trusted beside the usual ones, and a stranger's is not", async () => {
  // Each by its own name: of two with one name only the first would be looked at.
  const authorities = Promise.all([madeAuthority("Usual"), madeAuthority("Own"), madeAuthority("Stranger")]);
  const [usual, own, stranger] = await authorities;
  const before = getCACertificates("default");
  onTestFinished(() => setDefaultCACertificates(before));
  setDefaultCACertificates([usual.pem]);
  const secureContext = trusting(own.pem);
  const trusts = async (authority: typeof usual): Promise<boolean> => {
    const server = createServer(await authority.certificate({ hosts: ["localhost"], days: 30 })).listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const socket = connect({
      host: "127.0.0.1",
      port,
      servername: "localhost",
      secureContext,
      rejectUnauthorized: false,
    });
    await once(socket, "secureConnect");
    socket.destroy();
    return socket.authorized;
  };
  expect([await trusts(usual), await trusts(own), await trusts(stranger)]).toEqual([true, true, false]);
});
