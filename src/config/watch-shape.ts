import { z } from "zod";

/** `watch:` in houston.yaml: where the numbers come from that `houston run` judges by. */
const query = z.string().min(1).max(4096);
const label = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "a label's name, as Prometheus has it");

export const watchShape = z.strictObject({
  /** The service that users meet first: what it counts is what a location carries. */
  entry: z.string().min(1).max(63),
  prometheus: z.strictObject({
    url: z.url({ protocol: /^https?$/, error: "an address is needed, such as https://prometheus.example.com" }),
    /** How often it is asked; more often than it scrapes finds nothing new. */
    everySeconds: z.number().int().min(1).max(60).default(15),
    good: query,
    bad: query,
    latencySeconds: query.optional(),
    readyRps: query.optional(),
    labels: z.strictObject({ location: label.default("location"), service: label.default("service") }).prefault({}),
  }),
});

export type WatchSettings = z.output<typeof watchShape>;
