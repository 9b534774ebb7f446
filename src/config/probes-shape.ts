import { z } from "zod";
import { isSafeAddress } from "../drivers/safe-address.ts";

/** `probes:` in houston.yaml: who looks at locations from outside (docs/how-to/steer.md). */
const name = z.string().min(1).max(63);
const query = z.string().min(1).max(4096);
const label = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "a label's name, as Prometheus has it");

export const probesShape = z.strictObject({
  /** By HTTP from where this Houston stands. */
  http: z
    .strictObject({
      /** The location in which it stands: it looks at all others. */
      from: name,
      url: z.url({ protocol: /^https?$/, error: "an address is needed, such as https://www.example.com/health" }),
      /** Answers that are good; none: any from 200 to 399. */
      statuses: z.array(z.number().int().min(100).max(599)).max(50).default([]),
      /** Certificates that are trusted beside the usual ones. */
      caFile: z.string().min(1).max(4096).optional(),
    })
    .optional(),
  /** By blackbox exporters that the Prometheus of `watch` scrapes. */
  blackbox: z
    .strictObject({
      /** The locations in which they stand, as their label says. */
      vantages: z.array(name).min(1).max(50),
      labels: z.strictObject({ vantage: label.default("vantage"), location: label.default("location") }).prefault({}),
      success: query.default("probe_success"),
      status: query.default("probe_http_status_code"),
      durationSeconds: query.default("probe_duration_seconds"),
    })
    .optional(),
  /** By small processes that stand elsewhere and look when they are asked: `houston run --probe-only`. */
  remote: z
    .array(
      z.strictObject({
        /** The location in which it stands: its `--vantage`. */
        from: name,
        url: z
          .url({ protocol: /^https?$/, error: "an address is needed, such as https://vantage.example.net:7443" })
          .refine(isSafeAddress, "a token goes along: https://, or http:// to an address of this machine"),
        /** Certificates that are trusted beside the usual ones. */
        caFile: z.string().min(1).max(4096).optional(),
      }),
    )
    .max(50)
    .default([]),
});

export type ProbesSettings = z.output<typeof probesShape>;

/** Who looks, each independently of the others. */
export function vantagesOf(probes: ProbesSettings | null): readonly string[] {
  if (probes === null) return [];
  const { http, blackbox, remote } = probes;
  return [...(http === undefined ? [] : [http.from]), ...(blackbox?.vantages ?? []), ...remote.map(({ from }) => from)];
}
