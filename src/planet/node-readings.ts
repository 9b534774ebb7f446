import type { Readable } from "node:stream";
import { request } from "undici";
import type { LocationName } from "../core/estate.ts";
import { CallerError } from "../core/errors.ts";
import type { UnixMs } from "../core/step.ts";
import type { HostPort } from "./settings.ts";

/** Asks a location's node for its recording: Houston itself keeps no readings. */
const SILENT_MAX_MS = 5000;

export type NodeReadings = (question: {
  readonly location: LocationName;
  readonly since?: UnixMs;
  readonly until?: UnixMs;
}) => Promise<Readable>;

export function nodeReadings(options: {
  readonly nodeAdmins: Readonly<Record<LocationName, HostPort>>;
  readonly token: string;
}): NodeReadings {
  return async ({ location, since, until }) => {
    const silent = (says: string, cause?: unknown): CallerError =>
      new CallerError({
        code: "node-silent",
        message: `the node of ${location} does not hand out its readings: ${says}`,
        hint: "they are kept in the location, and there again when its node is",
        cause,
      });
    const admin = options.nodeAdmins[location];
    if (admin === undefined) throw silent("no address is known");
    const range = Object.entries({ since, until }).flatMap(([name, at]) => (at === undefined ? [] : [`${name}=${at}`]));
    try {
      const { statusCode, body } = await request(
        `http://${admin.host}:${admin.port}/recording${range.length === 0 ? "" : `?${range.join("&")}`}`,
        {
          headers: { authorization: `Bearer ${options.token}` },
          headersTimeout: SILENT_MAX_MS,
          bodyTimeout: SILENT_MAX_MS,
        },
      );
      if (statusCode === 200) return body;
      throw silent(`HTTP ${statusCode} ${(await body.text()).slice(0, 200)}`);
    } catch (error) {
      throw error instanceof CallerError
        ? error
        : silent(error instanceof Error ? error.message : String(error), error);
    }
  };
}
