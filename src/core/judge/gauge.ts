import { byName } from "../route/by-name.ts";
import type { ServiceName } from "../estate.ts";
import type { GaugeReading } from "../reading.ts";
import type { UnixMs } from "../step.ts";
import { hasRoom, type Door } from "./room.ts";

/** Saturation, queues and the like. They support a case and help to locate it; they never move anyone. */
export type Gauges = Map<string, Gauge>;

type Gauge = {
  readonly service: ServiceName;
  mean: number;
  variance: number;
  readings: number;
  unusual: number;
  usedAt: UnixMs;
};

/** False when there are more gauges than are kept. */
export function takeGauge(gauges: Gauges, reading: GaugeReading, door: Door, at: UnixMs): boolean {
  const key = keyOf(reading);
  let gauge = gauges.get(key);
  if (gauge === undefined) {
    if (!hasRoom(gauges, door, { name: key, at, most: GAUGES_MOST, usedAt: (each) => each.usedAt })) return false;
    gauge = { service: reading.service, mean: reading.value, variance: 0, readings: 0, unusual: 0, usedAt: at };
    gauges.set(key, gauge);
  }
  gauge.usedAt = at;
  const away = reading.value - gauge.mean;
  const worse = reading.worse === "up" ? away : reading.worse === "down" ? -away : Math.abs(away);
  // A constant past makes every change infinitely strange: a floor of 5 % of its size says otherwise.
  const scatter = Math.sqrt(gauge.variance) + 0.05 * Math.abs(gauge.mean) + 1e-9;
  gauge.unusual = gauge.readings >= READINGS_TO_KNOW ? Math.max(0, worse / scatter) : 0;
  gauge.readings += 1;
  const weight = Math.max(1 / gauge.readings, 1 / MEMORY_READINGS);
  const step = Math.max(-4 * scatter, Math.min(4 * scatter, away));
  gauge.mean += weight * (gauge.readings <= 2 ? away : step);
  gauge.variance += weight * (step * step - gauge.variance);
  return true;
}

/** Support by service, in nats, capped. */
export function gaugeNats(gauges: Gauges): Map<ServiceName, number> {
  const nats = new Map<ServiceName, number>();
  for (const gauge of gauges.values()) {
    const here = Math.min(SUPPORT_MOST_NATS, (gauge.unusual * gauge.unusual) / 8);
    nats.set(gauge.service, Math.max(nats.get(gauge.service) ?? 0, here));
  }
  return nats;
}

/** As plain JSON, without what it says at the moment. */
export type GaugeLearnt = Readonly<Pick<Gauge, "service" | "mean" | "variance" | "readings">> & {
  readonly name: string;
};

export const gaugesLearnt = (gauges: Gauges): GaugeLearnt[] =>
  [...gauges]
    .sort(([one], [other]) => byName(one, other))
    .map(([key, { service, mean, variance, readings }]) => ({
      service,
      name: key.slice(service.length + 1),
      mean,
      variance,
      readings,
    }));

export function takeUpGauges(gauges: Gauges, learnt: readonly GaugeLearnt[], at: UnixMs): void {
  for (const { name, ...gauge } of learnt) {
    const key = keyOf({ service: gauge.service, name });
    if (!gauges.has(key)) gauges.set(key, { ...gauge, unusual: 0, usedAt: at });
  }
}

const keyOf = ({ service, name }: { readonly service: ServiceName; readonly name: string }): string =>
  `${service}\n${name}`;

const SUPPORT_MOST_NATS = 3;
export const GAUGES_MOST = 512;
const READINGS_TO_KNOW = 20;
const MEMORY_READINGS = 600;
