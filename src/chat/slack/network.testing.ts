import { subscribe } from "node:diagnostics_channel";

/** What `fetch` and the WebSockets of this process have under way: real sockets have a pace that no made clock knows. */
const underWay = new Set<object>();

const NEVER_ENDS = "/api/stream";

on("undici:request:create", ({ request }) => {
  if (request?.path !== NEVER_ENDS) underWay.add(request!);
});
on("undici:request:trailers", ({ request }) => underWay.delete(request!));
on("undici:request:error", ({ request }) => underWay.delete(request!));
// A WebSocket's request becomes the connection itself.
on("undici:websocket:open", () => {
  for (const request of underWay) if ((request as Request).upgrade) underWay.delete(request);
});

type Request = { readonly path?: string; readonly upgrade?: unknown };

function on(channel: string, run: (message: { readonly request?: Request }) => void): void {
  subscribe(channel, (message) => run(message as { readonly request?: Request }));
}

/** Lets what is under way come to its end, but for so many that hang. `leastMs`: for what is no call, as drawing is. */
export async function networkAtRest(about: {
  readonly hanging: number;
  readonly leastMs: number;
  readonly mostMs: number;
}): Promise<void> {
  const until = performance.now() + about.mostMs;
  await new Promise((resolve) => setTimeout(resolve, about.leastMs));
  while (underWay.size > about.hanging && performance.now() < until)
    await new Promise((resolve) => setTimeout(resolve, 1));
}

/** The first looks come quickly; who still waits after those has all the time of a busy machine. */
export function patienceMs(looks: number): number {
  return looks < 200 ? 1 : 10;
}
