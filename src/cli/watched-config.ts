import { readConfig, type ConfigRead } from "../config/config-file.ts";
import type { WatchSettings } from "../config/watch-shape.ts";
import { CallerError } from "../core/errors.ts";
import type { Estate } from "../core/estate.ts";
import { prometheus, type PrometheusDriver } from "../drivers/metrics/prometheus.ts";
import { safeAddress } from "../drivers/safe-address.ts";
import { badConfig } from "./bad-config.ts";
import { configText } from "./config-text.ts";
import { secretOf } from "../drivers/secret.ts";

/** houston.yaml, of which something is asked: it says who and where. Throws `CallerError` with the fix. */
export function goodConfig(file: string): GoodConfig {
  const read = readConfig(configText(file));
  if ("problems" in read) throw badConfig(file, read.problems);
  return read;
}

/** As `goodConfig`, for what asks the Prometheus too: it says where the numbers come from. */
export function watchedConfig(file: string): WatchedConfig {
  const read = goodConfig(file);
  const { watch } = read;
  if (watch === null) {
    throw new CallerError({
      code: "no-watch",
      message: `${file} does not say where the numbers come from: \`watch:\` is missing`,
      hint: "docs/how-to/prometheus.md shows it",
    });
  }
  return { ...read, watch };
}

type GoodConfig = Exclude<ConfigRead, { readonly problems: unknown }>;
type WatchedConfig = Omit<GoodConfig, "watch"> & {
  readonly watch: WatchSettings;
};

/** The Prometheus that the file names; the token comes from the environment, and goes over TLS, or not off this machine. */
export function watchedPrometheus({
  estate,
  watch,
}: {
  readonly estate: Estate;
  readonly watch: WatchSettings;
}): PrometheusDriver {
  const token = secretOf(process.env, "PROMETHEUS_TOKEN");
  if (token !== null) safeAddress("watch.prometheus.url", watch.prometheus.url);
  return prometheus({
    settings: watch.prometheus,
    locations: estate.locations.map(({ name }) => name),
    services: Object.keys(estate.services),
    entry: watch.entry,
    token,
  });
}
