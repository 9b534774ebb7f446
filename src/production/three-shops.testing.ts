import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";

/** The part of a houston.yaml that says who and where: three shops on two continents, and their users. */
export const THREE_SHOPS = `locations:
  - { name: east, provider: aws, country: US, latitude: 38.9, longitude: -77.4, capacityRps: 400 }
  - { name: west, provider: aws, country: US, latitude: 45.8, longitude: -119.7, capacityRps: 400 }
  - { name: north, provider: google, country: FI, latitude: 60.6, longitude: 27.2, capacityRps: 400 }
zones:
  - { name: us-east, country: US, latitude: 40, longitude: -75 }
  - { name: us-west, country: US, latitude: 40, longitude: -120 }
  - { name: europe, country: DE, latitude: 50, longitude: 9 }
services: { web: { layer: edge } }
journeys: { browse: { needs: [web] } }
`;

/** A port that is free there now. */
export async function freePort(address: string): Promise<number> {
  const holder = createServer().listen(0, address);
  await once(holder, "listening");
  const { port } = holder.address() as AddressInfo;
  holder.close();
  await once(holder, "close");
  return port;
}
