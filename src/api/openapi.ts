import { z } from "zod";
import { endpoints, type Endpoint } from "./endpoints.ts";
import type { Param } from "./query.ts";
import { apiError } from "./schema/orders.ts";
import { named } from "./schema/same.ts";

type Json = { readonly [key: string]: unknown };

/** The OpenAPI 3.1 document of what is served here, made of the endpoints and their schemas. */
export function openApi(version: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const [operationId, endpoint] of Object.entries<Endpoint>(endpoints))
    (paths[endpoint.path] ??= {})[endpoint.method.toLowerCase()] = operation(operationId, endpoint);
  return {
    openapi: "3.1.0",
    info: {
      title: "Houston",
      version,
      summary: "What Houston's console, command and chat ask, and what other programs may.",
      description: ABOUT,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    tags: [
      { name: "now", description: "How things are" },
      { name: "past", description: "How they were" },
      { name: "orders", description: "What people say" },
      { name: "operation", description: "Running Houston itself" },
    ],
    paths,
    components: {
      schemas: componentSchemas(),
      securitySchemes: {
        token: {
          type: "http",
          scheme: "bearer",
          description: "the token that `houston run` and `houston up` leave in run.json",
        },
      },
    },
  };
}

const ABOUT =
  "Listens on loopback only: a foreign Host or Origin is refused. Reading is for everybody on this machine; what changes something wants the token. Within a version fields are only " +
  "added, so readers ignore what they don't know. Times are Unix milliseconds; shares and ratios are 0 to 1. The page that is served at / is no part of it.";

function operation(operationId: string, endpoint: Endpoint): Json {
  const { tag, says, more, params = {}, query = {}, body, token } = endpoint;
  return {
    operationId,
    tags: [tag],
    summary: says,
    ...(more === undefined ? {} : { description: more }),
    parameters: [
      ...Object.entries(params).map(([name, param]) => ({
        name,
        in: "path",
        required: true,
        description: param.says,
        schema: param.whole ? { type: "integer", minimum: 1 } : { type: "string", minLength: 1, maxLength: 256 },
      })),
      ...Object.entries(query).map(([name, param]) => ({
        name,
        in: "query",
        required: false,
        description: param.says,
        schema: paramSchema(param),
      })),
    ],
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { "application/json": { schema: schemaOf(body.schema) } } } }),
    responses: responses(endpoint),
    security: token ? [{ token: [] }] : [],
  };
}

function paramSchema(param: Param): Json {
  switch (param.kind) {
    case "moment":
      return { type: "number", minimum: 0 };
    case "limit":
      return { type: "integer", minimum: 1, default: param.most };
    case "name":
      return { type: "string" };
    case "choice":
      return { type: "string", enum: param.of, default: param.of[0] };
  }
}

function responses({ answers, refusals = {}, query, body, params, token }: Endpoint): Json {
  const known: Record<number, string> = {
    ...(query === undefined && body === undefined && params === undefined
      ? {}
      : { 400: "a parameter or the body is not what it should be" }),
    ...(token ? { 401: "the token is missing or wrong" } : {}),
    403: "not from this machine, or from a page of somewhere else",
    408: "it did not arrive in time",
    ...(body === undefined ? {} : { 413: `over ${body.bytesMax / 1024} kB`, 415: "no JSON" }),
    ...(params === undefined ? {} : { 414: "what stands in the path is too long" }),
    431: "too large headers",
    500: "a fault of ours",
    ...refusals,
  };
  return {
    ...Object.fromEntries(
      Object.entries(known).map(([status, says]) => [
        status,
        { description: says, content: { "application/json": { schema: schemaOf(apiError) } } },
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(answers).map(([status, { says, content }]) => [
        status,
        {
          description: says,
          content: Object.fromEntries(
            Object.entries(content).map(([type, schema]) => [
              type,
              { schema: schema === null ? { type: "string" } : schemaOf(schema) },
            ]),
          ),
        },
      ]),
    ),
  };
}

const REFERENCE = "#/components/schemas/";

function schemaOf(schema: z.ZodType): Json {
  const id = named.get(schema)?.id;
  if (id !== undefined) return { $ref: `${REFERENCE}${id}` };
  return bare(z.toJSONSchema(schema, { io: "input", metadata: named }));
}

/** In a document of its own a schema says which dialect it is in and where it is found; here the document says it. */
function bare(schema: Json): Json {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== "$schema" && key !== "$id"));
}

/** As they are written, and open: a field that a later Houston adds breaks no reader. What is taken in is closed where its schema is strict. */
function componentSchemas(): Json {
  const { schemas } = z.toJSONSchema(named, {
    io: "input",
    uri: (id) => `${REFERENCE}${id}`,
  });
  return Object.fromEntries(
    Object.entries(schemas)
      .map(([id, schema]) => [id, bare(schema)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
