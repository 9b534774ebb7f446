import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";
import type { Controller } from "../runtime/controller.ts";
import type { Transport } from "../runtime/transport.ts";
import type { JournalDesk } from "./api-options.ts";
import type { Effect } from "./effect.ts";
import type { Tail } from "./tail.ts";

/** Houston's own page for Prometheus: is it deciding, is it blind, who is behind, and what it did. */
export function houstonMetrics(options: {
  readonly controller: Controller;
  readonly transport: Transport;
  readonly journal: Pick<JournalDesk, "requests">;
  readonly effects?: () => readonly Effect[];
  readonly tails?: () => readonly Tail[];
  /** Calls of this API that were refused, by code. */
  readonly refused: () => Readonly<Record<string, number>>;
}): Registry {
  const { controller, transport, journal } = options;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });

  gauge("houston_blind", "1 when too few fresh summaries arrive to decide anything: alarm on this", () =>
    Number(controller.view().blind),
  );
  gauge("houston_stopped_deciding", "1 after an invariant of ours broke: alarm on this", () =>
    Number(controller.broken() !== null),
  );
  gauge("houston_moves_stopped", "1 while automatic moves are stopped, since trouble followed the traffic", () =>
    Number(controller.view().stopped !== null),
  );
  gauge("houston_hold", "1 while a person holds everything", () => Number(controller.view().hold !== null));
  gauge(
    "houston_route_table_version",
    "newest route table that was decided on",
    () => controller.view().routeTableVersion,
  );
  gauge("houston_servers_behind", "servers that answer from an older table", () => controller.behind().length);
  const notTaken = new Gauge({
    name: "houston_steering_not_taken",
    help: "1 for each driver or server that has not taken the table it was offered last, by the code it gave: alarm on this",
    labelNames: ["driver", "code"],
    registers: [],
    collect() {
      this.reset();
      for (const { name, outcome } of controller.answers())
        if (outcome.kind !== "done") this.set({ driver: name, code: outcome.code }, 1);
    },
  });
  registry.registerMetric(notTaken);
  gauge(
    "houston_log_failures_total",
    "batches that could not be written at first",
    () => controller.counters.logFailures,
  );
  gauge("houston_events_dropped_total", "events dropped because the queue was full", () => controller.counters.dropped);
  gauge("houston_step_ms_max", "longest step so far, milliseconds", () => controller.counters.stepMsMax);
  gauge("houston_step_ms_sum", "all steps so far, milliseconds", () => controller.counters.stepMs);

  byLabel("houston_events_total", "events stepped, by kind", "event", () => controller.counters.events);
  byLabel(
    "houston_effects_total",
    "effects carried out, by kind and outcome",
    "effect",
    () => controller.counters.effects,
  );
  byLabel(
    "houston_peer_messages_refused_total",
    "messages of peers refused, by code",
    "code",
    () => transport.counters.refused,
  );
  byLabel("houston_api_refused_total", "calls of this API refused, by code", "code", options.refused);

  const requests = new Gauge({
    name: "houston_requests",
    help: "requests by state and the location that ran them last; parked ones wait for a person: alarm on those",
    labelNames: ["location", "state"],
    registers: [],
    collect() {
      this.reset();
      for (const [location, counts] of Object.entries(journal.requests()?.at ?? {})) {
        this.set({ location, state: "in-flight" }, counts.inFlight);
        this.set({ location, state: "parked" }, counts.parked);
        this.set({ location, state: "in-doubt" }, counts.inDoubt);
      }
    },
  });
  registry.registerMetric(requests);
  byLabel("houston_requests_resumed_elsewhere_total", "requests begun elsewhere, by who went on", "location", () =>
    Object.fromEntries(
      Object.entries(journal.requests()?.at ?? {}).map(([location, counts]) => [location, counts.resumedElsewhere]),
    ),
  );
  gauge(
    "houston_journals_silent",
    "journals of requests that do not answer",
    () => journal.requests()?.all.silent.length ?? 0,
  );

  const { effects = () => [] } = options;
  gauge(
    "houston_effects_late",
    "name servers and resolvers that should answer by a table and do not: alarm on this",
    () =>
      effects()
        .flatMap(({ servers, resolvers }) => [...servers, ...resolvers])
        .filter(({ isLate }) => isLate).length,
  );
  const effectSeconds = new Gauge({
    name: "houston_effect_seconds",
    help: "seconds from the newest proven decision until it was answered, by who was asked",
    labelNames: ["kind", "at"],
    registers: [],
    collect() {
      this.reset();
      const seen = effects().find(({ state }) => state === "seen");
      for (const [kind, all] of [
        ["server", seen?.servers],
        ["resolver", seen?.resolvers],
      ] as const)
        for (const { at, seenAt } of all ?? [])
          if (seenAt !== null) this.set({ kind, at }, (seenAt - seen!.decidedAt) / 1000);
    },
  });
  registry.registerMetric(effectSeconds);
  const { tails = () => [] } = options;
  const tailShare = new Gauge({
    name: "houston_tail_share",
    help: "of those who are led elsewhere, the share that still comes to the location",
    labelNames: ["location"],
    registers: [],
    collect() {
      this.reset();
      for (const { location, outShare } of tails()) this.set({ location }, 1 - outShare);
    },
  });
  registry.registerMetric(tailShare);

  const certainty = new Gauge({
    name: "houston_location_certainty",
    help: "certainty that a location is no longer good enough, by location and state",
    labelNames: ["location", "state", "verdict"],
    registers: [],
    collect() {
      this.reset();
      for (const place of controller.view().locations) {
        const { name, state, verdict } = place;
        this.set({ location: name, state, verdict: verdict.verdict }, verdict.certainty);
      }
    },
  });
  registry.registerMetric(certainty);
  return registry;

  function gauge(name: string, help: string, read: () => number): void {
    const metric = new Gauge({
      name,
      help,
      registers: [],
      collect() {
        this.set(read());
      },
    });
    registry.registerMetric(metric);
  }

  function byLabel(name: string, help: string, label: string, read: () => Readonly<Record<string, number>>): void {
    const metric = new Counter({
      name,
      help,
      labelNames: [label],
      registers: [],
      collect() {
        this.reset();
        for (const [value, count] of Object.entries(read())) this.inc({ [label]: value }, count);
      },
    });
    registry.registerMetric(metric);
  }
}
