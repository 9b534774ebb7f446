// Writes src/drivers/edge/envoy/published-shapes.json, by which what we write for Envoy is tested, from Envoy's published protos:
//
//     npm pack @grpc/grpc-js-xds && tar xzf grpc-grpc-js-xds-*.tgz
//     node scripts/envoy-shapes.js package
//
// Only messages that we write are kept, all of their fields.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import protobuf from "protobufjs";
import { problemsIn } from "../src/drivers/edge/envoy/shapes.testing.ts";
import { writtenForEnvoy } from "../src/drivers/edge/envoy/written.testing.ts";

const [folder] = process.argv.slice(2);
if (folder === undefined)
  throw new Error("say where the package with the protos is: node scripts/envoy-shapes.js package");
const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
const inside = [
  ...["envoy-api", "xds", "googleapis", "protoc-gen-validate"].map((each) => join(folder, "deps", each)),
  join(import.meta.dirname, "..", "node_modules", "protobufjs"),
];
const root = new protobuf.Root();
root.resolvePath = (_, file) => {
  for (const each of inside) {
    try {
      readFileSync(join(each, file));
      return join(each, file);
    } catch {
      // It is in another one, or one of protobuf's own.
    }
  }
  return protobuf.common.get(file) === null ? file : null;
};
root.loadSync(
  [
    "config/bootstrap/v3/bootstrap",
    "service/discovery/v3/discovery",
    "config/route/v3/route",
    "extensions/filters/http/lua/v3/lua",
    "extensions/filters/http/router/v3/router",
    "extensions/filters/network/http_connection_manager/v3/http_connection_manager",
    "extensions/clusters/aggregate/v3/cluster",
    "extensions/retry/priority/previous_priorities/v3/previous_priorities_config",
    "extensions/transport_sockets/tls/v3/tls",
    "extensions/upstreams/http/v3/http_protocol_options",
  ].map((file) => `envoy/${file}.proto`),
  { keepCase: true },
);
root.resolveAll();

/** All that the protos have; asked for by what we write, message by message. */
const messages = {};
const enums = {};
const nameOf = (type) => type.fullName.slice(1);
const typeOf = (field) => {
  const { resolvedType } = field;
  if (resolvedType === null) return field.type;
  if (resolvedType instanceof protobuf.Enum) enums[nameOf(resolvedType)] = Object.keys(resolvedType.values);
  return nameOf(resolvedType);
};
const shapeOf = (type) =>
  Object.fromEntries(
    type.fieldsArray.map((field) => [
      field.name,
      {
        type: typeOf(field),
        ...(field.map && { many: "map" }),
        ...(field.repeated && { many: "list" }),
        ...(field.partOf && { oneOf: field.partOf.name }),
      },
    ]),
  );
const whole = { messages: new Proxy(messages, { get: (_, type) => shapeOf(root.lookupType(type)) }), enums };
for (const { type, value } of writtenForEnvoy()) {
  const problems = problemsIn(value, type, whole, "", (each) => (messages[each] = shapeOf(root.lookupType(each))));
  for (const problem of problems) process.stderr.write(`${problem}\n`);
}
const named = new Set(Object.values(messages).flatMap((fields) => Object.values(fields).map(({ type }) => type)));
const sorted = (record, isKept) =>
  Object.fromEntries(
    Object.keys(record)
      .filter(isKept)
      .toSorted()
      .map((key) => [key, record[key]]),
  );
const shapes = {
  from: `${name} ${version} (Apache-2.0)`,
  messages: sorted(messages, () => true),
  enums: sorted(enums, (each) => named.has(each)),
};
writeFileSync("src/drivers/edge/envoy/published-shapes.json", `${JSON.stringify(shapes, null, 2)}\n`);
