// `npm run check`: the fast one, for every commit: format, lint with type awareness, types, unit tests and stories.
import { bin, install, node, run } from "./install.js";

install();
const steps = [
  ["format", bin("oxfmt"), ["--check", "."]],
  ["lint", bin("oxlint"), ["--type-aware", "--deny-warnings"]],
  ["types", bin("tsc"), ["-p", "tsconfig.json"]],
  ["types of the core", bin("tsc"), ["-p", "src/core/tsconfig.json"]],
  ["types of the console", bin("tsc"), ["-p", "console/tsconfig.json"]],
  ["unit tests and stories", node, [bin("vitest"), "run", "--project", "unit", "--reporter=dot"]],
];
for (const [name, command, args] of steps) {
  const status = run(command, args);
  if (status !== 0) {
    process.stderr.write(`check: ${name} failed\n`);
    process.exit(status);
  }
}
