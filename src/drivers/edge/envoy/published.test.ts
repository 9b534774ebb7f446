import { expect, test } from "vitest";
import { problemsIn, publishedShapes } from "./shapes.testing.ts";
import { writtenForEnvoy } from "./written.testing.ts";

test.each(writtenForEnvoy())(
  "what is written is what Envoy's published protos call $type, field by field",
  ({ type, value }) => {
    expect(problemsIn(value, type, publishedShapes())).toEqual([]);
  },
);

test("a field that is not there, a wrong type, two of one choice and an unknown message are noticed", () => {
  const shapes = publishedShapes();
  const route = "envoy.config.route.v3.Route";
  const of = (value: object): readonly string[] => problemsIn(value, route, shapes);
  expect(of({ match: { prefix: "/" }, route: { cluster: "a", timeout: "0s" } })).toEqual([]);
  expect(of({ match: { prefixes: "/" } })).toEqual([
    `${route}.match.prefixes: envoy.config.route.v3.RouteMatch has no such field`,
  ]);
  expect(of({ match: { prefix: 7 } })).toEqual([`${route}.match.prefix: no string: 7`]);
  expect(of({ match: { prefix: "/" }, route: { timeout: 3 } })).toEqual([
    `${route}.route.timeout: no google.protobuf.Duration: 3`,
  ]);
  expect(of({ match: { prefix: "/" }, route: {}, direct_response: { status: 503 } })).toHaveLength(1);
  expect(of({ typed_per_filter_config: { lua: { "@type": "type.googleapis.com/envoy.No" } } })).toHaveLength(1);
});
