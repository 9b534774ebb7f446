/** Upper bounds in milliseconds of every latency histogram of a world (docs/architecture.md); the last bucket is +Inf. */
export const BOUNDS_MS: readonly number[] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096];

export const CLASSES = ["public", "editor", "internal"] as const;
export const OUTCOMES = ["good", "bad", "shed", "relayed"] as const;
export type EdgeOutcome = (typeof OUTCOMES)[number];

const BUCKETS = 256;
const OUTCOME_INDEX: Readonly<Record<EdgeOutcome, number>> = { good: 0, bad: 1, shed: 2, relayed: 3 };

/** One service's counts since the process began: kept by hand, for each request passes here several times. */
export type ServiceCounters = {
  good: number;
  bad: number;
  sumMs: number;
  readonly buckets: Float64Array;
  version: string;
};

export type WorldCounters = {
  readonly services: ReadonlyMap<string, ServiceCounters>;
  service(name: string): ServiceCounters;
  /** `chunk` null: a request whose host said nothing; it counts for the whole. */
  edge(chunk: { readonly class: string; readonly bucket: number } | null, outcome: EdgeOutcome): void;
  /** Strangers' nonsense by kind: refused, and counted. */
  readonly refused: (kind: string) => void;
  gauge(name: string, value: () => number): void;
  /** A counter that somebody else keeps, one line for each `what`. */
  counted(name: string, read: () => Readonly<Record<string, number>>): void;
  readonly page: () => string;
};

export function worldCounters(version: string): WorldCounters {
  const services = new Map<string, ServiceCounters>();
  const refusals = new Map<string, number>();
  const gauges = new Map<string, () => number>();
  const elsewhere = new Map<string, () => Readonly<Record<string, number>>>();
  const cells = new Float64Array(CLASSES.length * BUCKETS * OUTCOMES.length);
  const whole = new Float64Array(CLASSES.length * OUTCOMES.length);

  const service = (name: string): ServiceCounters => {
    let counters = services.get(name);
    if (counters === undefined) {
      counters = { good: 0, bad: 0, sumMs: 0, buckets: new Float64Array(BOUNDS_MS.length + 1), version };
      services.set(name, counters);
    }
    return counters;
  };

  return {
    services,
    service,
    edge(chunk, outcome) {
      const classAt = chunk === null ? 0 : Math.max(0, classIndex(chunk.class));
      whole[classAt * OUTCOMES.length + OUTCOME_INDEX[outcome]]! += 1;
      if (chunk !== null) cells[(classAt * BUCKETS + chunk.bucket) * OUTCOMES.length + OUTCOME_INDEX[outcome]]! += 1;
    },
    refused(kind) {
      refusals.set(kind, (refusals.get(kind) ?? 0) + 1);
    },
    gauge(name, value) {
      gauges.set(name, value);
    },
    counted(name, read) {
      elsewhere.set(name, read);
    },
    page() {
      const lines: string[] = [
        "# HELP rp_requests_total Requests by service and outcome; service edge is what users got, shed not counted.",
        "# TYPE rp_requests_total counter",
      ];
      for (const [name, { good, bad }] of services) {
        lines.push(
          `rp_requests_total{service="${name}",outcome="good"} ${good}`,
          `rp_requests_total{service="${name}",outcome="bad"} ${bad}`,
        );
      }
      lines.push("# HELP rp_request_duration_ms How long they took.", "# TYPE rp_request_duration_ms histogram");
      for (const [name, counters] of services) histogram(lines, name, counters);
      lines.push(
        "# HELP rp_edge_requests_total What users got, by class and bucket.",
        "# TYPE rp_edge_requests_total counter",
      );
      edgeLines(lines, whole, cells);
      lines.push("# TYPE rp_edge_refused_total counter");
      for (const [kind, count] of refusals) lines.push(`rp_edge_refused_total{kind="${kind}"} ${count}`);
      for (const [name, read] of elsewhere) {
        lines.push(`# TYPE ${name} counter`);
        for (const [what, count] of Object.entries(read())) lines.push(`${name}{what="${what}"} ${count}`);
      }
      let family = "";
      for (const [name, value] of gauges) {
        const bare = name.split("{")[0]!;
        if (bare !== family) lines.push(`# TYPE ${bare} gauge`);
        family = bare;
        lines.push(`${name} ${Math.round(value() * 1000) / 1000}`);
      }
      lines.push("# TYPE rp_deploy_info gauge");
      for (const [name, counters] of services)
        lines.push(`rp_deploy_info{service="${name}",version="${counters.version}"} 1`);
      return `${lines.join("\n")}\n`;
    },
  };
}

export function observe(counters: ServiceCounters, ms: number, good: boolean): void {
  if (good) counters.good += 1;
  else counters.bad += 1;
  counters.sumMs += ms;
  let at = 0;
  while (at < BOUNDS_MS.length && ms > BOUNDS_MS[at]!) at += 1;
  counters.buckets[at]! += 1;
}

export function classIndex(name: string): number {
  return (CLASSES as readonly string[]).indexOf(name);
}

function histogram(lines: string[], name: string, { buckets, sumMs, good, bad }: ServiceCounters): void {
  let sum = 0;
  for (let at = 0; at < BOUNDS_MS.length; at++) {
    sum += buckets[at]!;
    lines.push(`rp_request_duration_ms_bucket{service="${name}",le="${BOUNDS_MS[at]}"} ${sum}`);
  }
  lines.push(
    `rp_request_duration_ms_bucket{service="${name}",le="+Inf"} ${good + bad}`,
    `rp_request_duration_ms_sum{service="${name}"} ${Math.round(sumMs)}`,
    `rp_request_duration_ms_count{service="${name}"} ${good + bad}`,
  );
}

/** 768 buckets would make a long page each second: only those are shown that had something bad or shed. */
function edgeLines(lines: string[], whole: Float64Array, cells: Float64Array): void {
  const line = (className: string, bucket: string, from: Float64Array, at: number): void => {
    for (const [outcome, name] of OUTCOMES.entries()) {
      lines.push(
        `rp_edge_requests_total{class="${className}",bucket="${bucket}",outcome="${name}"} ${from[at + outcome]}`,
      );
    }
  };
  for (const [classAt, className] of CLASSES.entries()) {
    line(className, "all", whole, classAt * OUTCOMES.length);
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const at = (classAt * BUCKETS + bucket) * OUTCOMES.length;
      if (cells[at + OUTCOME_INDEX.bad]! + cells[at + OUTCOME_INDEX.shed]! > 0) {
        line(className, String(bucket), cells, at);
      }
    }
  }
}
