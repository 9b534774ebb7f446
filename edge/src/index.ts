/** What an application installs to be its own edge; docs/how-to/middleware.md shows it at work. */
export {
  applicationEdge,
  type ApplicationEdge,
  type ApplicationEdgeOptions,
  type EdgeStatus,
  type PeerOptions,
} from "../../src/drivers/edge/own/application-edge.ts";
export { edgeFetch } from "../../src/drivers/edge/own/fetch.ts";
export { edgeHook } from "../../src/drivers/edge/own/fastify.ts";
export { edgeMiddleware } from "../../src/drivers/edge/own/hono.ts";
export type { PassThroughOptions } from "../../src/drivers/edge/own/pass-through.ts";
export type { RouteSource } from "../../src/drivers/edge/own/route-feed.ts";
