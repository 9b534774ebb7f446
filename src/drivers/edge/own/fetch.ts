import type { ApplicationEdge } from "./application-edge.ts";

/** Who called, as the server of the Fetch standard tells it: Deno's `info.remoteAddr.hostname`, Bun's `server.requestIP(request).address`. */
export type Caller = { readonly address: string };

/** An application of the Fetch standard behind its own edge: `(request, {address}) => Promise<Response>`. */
export function edgeFetch(
  edge: Pick<ApplicationEdge, "relayed" | "status">,
  application: (request: Request, caller: Caller) => Response | Promise<Response>,
): (request: Request, caller: Caller) => Promise<Response> {
  return async (request, caller) => {
    const relayed = await edge.relayed(request, caller);
    if (relayed instanceof Response) return relayed;
    const { status, statusText, headers, body } = await application(relayed, caller);
    const signed = new Headers(headers);
    if (!signed.has("x-location")) signed.set("x-location", edge.status().location);
    return new Response(body, { status, statusText, headers: signed });
  };
}
