import { readFile } from "node:fs/promises";
import type { LocationName } from "../../core/estate.ts";
import { atLocation } from "./contract.ts";
import { fieldOf, get } from "./get.ts";

/** A number that says how a location is: what a query gives, or what stands in a JSON answer. */
export type Measure = (location: LocationName, signal: AbortSignal) => Promise<Measured>;
export type Measured = { readonly values: readonly [number, ...number[]] } | { readonly noAnswer: string };

/**
 * An instant query of Prometheus's HTTP API (`GET /api/v1/query`, https://prometheus.io/docs/prometheus/latest/querying/api/). A vector gives
 * all of its values, for each has to be within the limit; one without series is no answer, for a metric that is gone says nothing.
 */
export function promqlMeasure(options: {
  /** Where Prometheus answers, without `/api/v1`. */
  readonly prometheus: string;
  readonly query: string;
  /** Holds a bearer token; read anew each time, for it may be renewed. */
  readonly tokenFile?: string | undefined;
}): Measure {
  const { prometheus, query, tokenFile } = options;
  return async (location, signal) => {
    const headers: Record<string, string> = { accept: "application/json" };
    if (tokenFile !== undefined) {
      try {
        headers["authorization"] = `Bearer ${(await readFile(tokenFile, "utf8")).trim()}`;
      } catch (error) {
        return {
          noAnswer: `${tokenFile} can't be read: ${(error as NodeJS.ErrnoException).code ?? "no reason given"}`,
        };
      }
    }
    const base = prometheus.endsWith("/") ? prometheus.slice(0, -1) : prometheus;
    const asked = new URLSearchParams({ query: atLocation(query, location) }).toString();
    const got = await get(`${base}/api/v1/query?${asked}`, { signal, headers });
    if ("noAnswer" in got) return got;
    if (fieldOf(got.text, "status") !== "success") return { noAnswer: refusalOf(got.status, got.text) };
    const kind = fieldOf(got.text, "data.resultType");
    const result = fieldOf(got.text, "data.result");
    const samples = kind === "scalar" ? [result] : kind === "vector" ? seriesOf(result) : [];
    const values = samples.map(valueOf);
    if (values.length === 0) return { noAnswer: `Prometheus has no series for it at ${location}` };
    if (values.some((value) => value === null))
      return { noAnswer: "Prometheus answered with something that is no number" };
    return { values: values as [number, ...number[]] };
  };
}

function refusalOf(status: number, text: string): string {
  const error = fieldOf(text, "error");
  return `Prometheus answered ${status}${typeof error === "string" ? `: ${error}` : ""}`;
}

function seriesOf(result: unknown): readonly unknown[] {
  if (!Array.isArray(result)) return [];
  return result.map((series: unknown) => (series as { readonly value?: unknown } | null)?.value);
}

/** `[1435781451.781, "1"]`: when, and what, as text for the sake of NaN and Inf. */
function valueOf(sample: unknown): number | null {
  const text: unknown = Array.isArray(sample) ? sample[1] : undefined;
  if (typeof text !== "string" || text === "") return null;
  if (text === "+Inf") return Infinity;
  if (text === "-Inf") return -Infinity;
  const value = Number(text);
  return Number.isNaN(value) ? null : value;
}

/** A number in a JSON answer. */
export function httpMeasure({ url, field }: { readonly url: string; readonly field: string }): Measure {
  return async (location, signal) => {
    const got = await get(atLocation(url, location), { signal, headers: { accept: "application/json" } });
    if ("noAnswer" in got) return got;
    if (got.status < 200 || got.status >= 300) return { noAnswer: `HTTP ${got.status}` };
    const value = fieldOf(got.text, field);
    return typeof value === "number" && Number.isFinite(value)
      ? { values: [value] }
      : { noAnswer: `there is no number at ${field} of its answer` };
  };
}
