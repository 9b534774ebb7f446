/** One application that is its own edge, for bench/edges/relay.ts: `node relay-program.ts SETTINGS`, all of whose users belong elsewhere. */
import { createServer } from "node:http";
import { applicationEdge } from "../../src/drivers/edge/own/application-edge.ts";

type Settings = {
  readonly address: string;
  readonly port: number;
  readonly there: number;
  readonly route: string;
  readonly kept: string;
};

const { address, port, there, route, kept } = JSON.parse(process.argv[2]!) as Settings;
const edge = await applicationEdge({
  location: "location-1",
  route: { file: route, keptIn: kept },
  peers: { at: { "location-2": { host: address, port: there } } },
});
const server = createServer((request, response) => edge.handle(request, response, () => response.end("here")));
edge.attach(server);
server.listen(port, address, () => console.log("ready"));
