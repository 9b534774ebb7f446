import type { RunsHere } from "@reactive-production/continuity";
import { request } from "undici";
import type { LocationName } from "../core/estate.ts";
import type { HostPort } from "./settings.ts";

const ANSWER_WITHIN_MS = 1000;

/** Each world's own count of the requests of others that it went on with. */
export function resumedElsewhere(options: {
  readonly worldAdmins: Readonly<Record<LocationName, HostPort>>;
  readonly token: string;
}): Readonly<Record<LocationName, () => Promise<number>>> {
  const { worldAdmins, token } = options;
  return Object.fromEntries(
    Object.entries(worldAdmins).map(([name, { host, port }]) => [
      name,
      async () => {
        const { statusCode, body } = await request(`http://${host}:${port}/requests`, {
          headers: { authorization: `Bearer ${token}` },
          signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
        });
        const told = (await body.json()) as RunsHere;
        if (statusCode !== 200) throw new Error(`the world of ${name} answered ${statusCode}`);
        return told.resumedElsewhere;
      },
    ]),
  );
}
