import { problem as edgeProblem, type EdgeAnswer, type EdgeRequest } from "../../../drivers/edge/exchange.ts";
import { CallFailed } from "../inner/client.ts";
import type { InnerAnswer } from "../inner/message.ts";
import type { ServiceName } from "./graph.ts";
import type { Call } from "./service-host.ts";

/** The shop's public face (DESIGN section 10): which service answers which path. */
export function shopFront(
  call: (name: ServiceName, call: Call) => Promise<InnerAnswer>,
): (request: EdgeRequest) => Promise<EdgeAnswer> {
  return async (request) => {
    const way = wayOf(request);
    if ("headers" in way) return way;
    const { passport, chunk } = request;
    try {
      const answer = await call(way.service, {
        method: way.method,
        path: way.path,
        body: request.body === null ? "" : request.body.toString("utf8"),
        passport: {
          requestId: passport.requestId,
          traceparent: passport.traceparent,
          class: chunk.class,
          bucket: chunk.bucket,
          zone: passport.zone,
        },
        ...(request.idempotencyKey === undefined ? {} : { idempotencyKey: request.idempotencyKey }),
        timeoutMs: way.service === "checkout" ? CHECKOUT_WITHIN_MS : ANSWER_WITHIN_MS,
      });
      return {
        status: answer.status,
        headers: {
          "content-type": answer.type ?? "application/json",
          ...(answer.status === 503 ? { "retry-after": RETRY_AFTER_SECONDS } : {}),
        },
        body: answer.body,
      };
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error;
      return edgeProblem({
        status: error.code === "timeout" ? 504 : 502,
        code: `service-${error.code}`,
        title: "A service did not answer",
        detail: `${way.service}: ${error.code}.`,
        hint: "try again; a checkout with the same Idempotency-Key",
      });
    }
  };
}

/** A browser gives up after 3 s (a checkout: 10 s): an answer of ours that comes later is nobody's. */
const ANSWER_WITHIN_MS = 2800;
const CHECKOUT_WITHIN_MS = 9000;
/** What a location can't do now it may in a second, or the next one can. */
const RETRY_AFTER_SECONDS = "1";

type Way = { readonly service: ServiceName; readonly method: "GET" | "POST"; readonly path: string };

function wayOf({ method, target }: EdgeRequest): Way | EdgeAnswer {
  const query = target.indexOf("?");
  const path = query < 0 ? target : target.slice(0, query);
  if (!decodes(path)) {
    return edgeProblem({
      status: 400,
      code: "bad-path",
      title: "Bad path",
      detail: "The path is not URL-encoded text.",
      hint: "encode % as %25",
    });
  }
  const verb = method === "POST" ? "POST" : "GET";
  const parts = path.split("/");
  const found = ((): readonly [ServiceName, "GET" | "POST"] | null => {
    if (path === "/") return ["web", "GET"];
    if (parts[1] !== "api") return null;
    if (path === "/api/products") return ["catalog", "GET"];
    if (path === "/api/carts") return ["cart", "POST"];
    if (parts.length === 5 && parts[2] === "carts" && parts[4] === "items") return ["cart", "POST"];
    if (parts.length === 5 && parts[2] === "carts" && parts[4] === "checkout") return ["checkout", "POST"];
    if (parts.length === 4 && parts[2] === "orders" && parts[3] !== "") return ["orders", "GET"];
    return null;
  })();
  if (found === null) {
    return edgeProblem({
      status: 404,
      code: "path-unknown",
      title: "Not found",
      detail: `The shop has no ${path.slice(0, 80)}.`,
      hint: "GET /, GET /api/products, POST /api/carts, POST /api/carts/{cart}/items, POST /api/carts/{cart}/checkout, GET /api/orders/{order}",
    });
  }
  const [service, wanted] = found;
  if (verb !== wanted) {
    return edgeProblem({
      status: 405,
      code: "method-unknown",
      title: "Method not allowed",
      detail: `${path.slice(0, 80)} takes ${wanted}.`,
      hint: `use ${wanted}`,
      headers: { allow: wanted === "GET" ? "GET, HEAD" : "POST" },
    });
  }
  // Only the search in the catalogue has a query that means something.
  return { service, method: wanted, path: service === "catalog" && query >= 0 ? target : path };
}

function decodes(path: string): boolean {
  if (!path.includes("%")) return true;
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
