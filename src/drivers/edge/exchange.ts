import type { EdgePassport } from "./passport.ts";

/** A request as the edge hands it on: to the location's own application, or to another location's edge. */
export type EdgeRequest = {
  readonly method: string;
  /** As it came: path and query. */
  readonly target: string;
  readonly host: string;
  readonly chunk: { readonly class: string; readonly bucket: number };
  readonly passport: EdgePassport;
  readonly idempotencyKey: string | undefined;
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer | null;
  /** A node's look at this location: always served here, never counted as a user. */
  readonly probe: boolean;
  readonly fromEdge: boolean;
};

export type EdgeAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
};

/** RFC 9457, with the fix for the caller in `hint`. */
export function problem(options: {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly hint: string;
  readonly headers?: Readonly<Record<string, string>>;
}): EdgeAnswer {
  const { status, code, title, detail, hint, headers } = options;
  return {
    status,
    headers: { "content-type": "application/problem+json", ...headers },
    body: JSON.stringify({ type: "about:blank", title, status, detail, code, hint }),
  };
}

/** Sending it again can do no harm: the method says so, or its key does. */
export function mayRepeat(request: Pick<EdgeRequest, "method" | "idempotencyKey">): boolean {
  return request.method === "GET" || request.method === "HEAD" || request.idempotencyKey !== undefined;
}
