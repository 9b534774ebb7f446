import { request } from "undici";
import { z } from "zod";
import { boundedText } from "../bounded-text.ts";

/**
 * One question to a Prometheus, or to whoever answers its HTTP API: https://prometheus.io/docs/prometheus/latest/querying/api/.
 * Gives what stands under `data`; throws an `Error` that says what is wrong with the answer.
 */
export async function callPrometheus(
  { url, token }: PrometheusAddress,
  question: {
    /** `query`, `query_range`, `label/NAME/values`, `targets`. */
    readonly path: string;
    readonly form: readonly (readonly [name: string, value: string])[];
    readonly signal: AbortSignal;
  },
): Promise<unknown> {
  const form = new URLSearchParams(question.form.map(([name, value]) => [name, value])).toString();
  // Queries may be longer than an address; names and targets can be asked by address alone.
  const isQuery = question.path.startsWith("query");
  const address = `${url.replace(/\/+$/, "")}/api/v1/${question.path}`;
  const { statusCode, body } = await request(isQuery || form === "" ? address : `${address}?${form}`, {
    method: isQuery ? "POST" : "GET",
    headers: {
      ...(isQuery && { "content-type": "application/x-www-form-urlencoded" }),
      ...(token !== null && { authorization: `Bearer ${token}` }),
    },
    ...(isQuery && { body: form }),
    signal: question.signal,
  });
  const answer = answerShape.safeParse(parsed(await boundedText(body, { bytes: ANSWER_BYTES_MAX, tooLong })));
  if (!answer.success) throw new Error(`HTTP ${statusCode}, and no answer of a Prometheus`);
  const { data } = answer;
  if (data.status === "error") throw new Error(`${data.errorType}: ${data.error.slice(0, 300)}`);
  return data.data;
}

export type PrometheusAddress = {
  /** `https://prometheus.example.com`, with a path where it has one. */
  readonly url: string;
  /** Sent as a bearer token; null: none is needed. */
  readonly token: string | null;
};

/** Why it could not be asked, in words. */
export function troubleWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError" || error.name === "AbortError") return "no answer in time";
  const { code } = error as NodeJS.ErrnoException;
  return error.message === "" ? (code ?? error.name) : error.message;
}

/** What a query gave, series by series. Throws when it is no vector. */
export function vectorIn(data: unknown, query: string): z.output<typeof vectorShape> {
  return seriesIn(data, { query, wanted: "vector", shape: vectorShape });
}

export function matrixIn(data: unknown, query: string): z.output<typeof matrixShape> {
  return seriesIn(data, { query, wanted: "matrix", shape: matrixShape });
}

function seriesIn<Found>(
  data: unknown,
  expected: { readonly query: string; readonly wanted: "vector" | "matrix"; readonly shape: z.ZodType<Found> },
): Found {
  const { query, wanted, shape } = expected;
  const typed = typedShape.safeParse(data);
  if (!typed.success) throw new Error("no result, and no answer of a Prometheus");
  const { resultType, result } = typed.data;
  if (resultType !== wanted)
    throw new Error(`it gives a ${resultType}, and a ${wanted} is needed: \`${query.slice(0, 100)}\``);
  const found = shape.safeParse(result);
  if (!found.success) throw new Error("a series without labels or numbers, and no answer of a Prometheus");
  return found.data;
}

const point = z.tuple([z.number(), z.string()]);
const labels = z.record(z.string(), z.string());
const vectorShape = z.array(z.object({ metric: labels, value: point }));
const matrixShape = z.array(z.object({ metric: labels, values: z.array(point) }));
const typedShape = z.object({ resultType: z.enum(["vector", "matrix", "scalar", "string"]), result: z.unknown() });
const answerShape = z.discriminatedUnion("status", [
  z.object({ status: z.literal("success"), data: z.unknown() }),
  z.object({ status: z.literal("error"), errorType: z.string(), error: z.string() }),
]);

const tooLong = (): Error =>
  new Error(`an answer of more than ${ANSWER_BYTES_MAX / 1e6} MB: ask for fewer series (\`sum by\`)`);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const ANSWER_BYTES_MAX = 128 * 1024 * 1024;
