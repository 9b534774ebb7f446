import { expect, test } from "vitest";
import { applicationShape } from "../../drivers/edge/application/shape.ts";
import { missingTokenLines } from "./check-tokens.ts";

const driver = (listen?: string) =>
  applicationShape.parse({ kind: "application", file: "/srv/route.json", ...(listen && { listen }) });

test("applications that ask Houston need a token, which is said with the fix; those that read a file need none", () => {
  const [line, ...others] = missingTokenLines([driver("127.0.0.1:7480"), driver()], {});
  expect(line).toMatch(/^ {2}application: .*127\.0\.0\.1:7480.*HOUSTON_EDGE_TOKEN/);
  expect(others).toEqual([]);
  expect(missingTokenLines([driver("127.0.0.1:7480")], { HOUSTON_EDGE_TOKEN: "secret" })).toEqual([]);
});
