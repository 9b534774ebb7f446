import { createSocket } from "node:dgram";
import dnsPacket, { type Answer } from "dns-packet";

const PATIENCE_MS = 500;

/** The address that a name server tells for a name to users of a subnet (RFC 7871); null: none within half a second. */
export function askName(options: {
  readonly server: { readonly address: string; readonly port: number };
  readonly name: string;
  readonly subnet: string;
}): Promise<string | null> {
  const { server, name, subnet } = options;
  const [ip = "", bits = "24"] = subnet.split("/");
  const optRecord = {
    type: "OPT",
    name: ".",
    udpPayloadSize: 1232,
    extendedRcode: 0,
    ednsVersion: 0,
    flags: 0,
    flag_do: false,
    options: [
      { code: 8, type: "CLIENT_SUBNET", ip, sourcePrefixLength: Math.max(24, Number(bits)), scopePrefixLength: 0 },
    ],
  };
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    const end = (address: string | null): void => {
      clearTimeout(impatient);
      socket.close();
      resolve(address);
    };
    const impatient = setTimeout(() => end(null), PATIENCE_MS);
    socket.on("error", () => {});
    socket.once("message", (message) => {
      const found = dnsPacket.decode(message).answers?.find((answer) => answer.type === "A");
      end(found?.type === "A" ? found.data : null);
    });
    const packet = dnsPacket.encode({
      type: "query",
      id: 1,
      questions: [{ type: "A", name, class: "IN" }],
      // The types want every flag of an OPT record; these are all there are.
      additionals: [optRecord as unknown as Answer],
    });
    socket.send(packet, server.port, server.address);
  });
}
