// `npm test`: sets up what is needed, runs every check and every test, and ends with `N passed, N failed`.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { buildConsole } from "./build-console.js";
import { bin, install, installPrograms, node, run } from "./install.js";
import { UNHANDLED_FILE } from "./unhandled-reporter.js";

install();
await installPrograms();
buildConsole();
const results = { passed: 0, failed: 0, skipped: 0 };
/** What people look for at the end of a long log. */
const lastWords = [];
const count = (ok) => {
  if (ok) results.passed++;
  else results.failed++;
};

const checks = [
  ["format", bin("oxfmt"), ["--check", "."]],
  ["lint", bin("oxlint"), ["--type-aware", "--deny-warnings"]],
  ["types", bin("tsc"), ["-p", "tsconfig.json"]],
  ["types of the core", bin("tsc"), ["-p", "src/core/tsconfig.json"]],
  ["types of the console", bin("tsc"), ["-p", "console/tsconfig.json"]],
];
for (const [name, command, args] of checks) {
  const ok = run(command, args) === 0;
  count(ok);
  process.stdout.write(`${ok ? "ok  " : "FAIL"} ${name}\n`);
  if (!ok) lastWords.push(`FAIL ${name}`);
}

const folder = mkdtempSync(join(tmpdir(), "houston-test-"));
for (const project of ["unit", "console", "planet"]) {
  const file = join(folder, `${project}.json`);
  const unhandled = join(folder, `${project}-unhandled.json`);
  process.env[UNHANDLED_FILE] = unhandled;
  const status = run(node, [
    bin("vitest"),
    "run",
    "--project",
    project,
    // Real processes on a shared machine: one second try, and it is named below.
    "--retry=1",
    "--reporter=default",
    "--reporter=json",
    "--reporter=./scripts/unhandled-reporter.js",
    `--outputFile.json=${file}`,
  ]);
  try {
    const report = JSON.parse(readFileSync(file, "utf8"));
    results.passed += report.numPassedTests;
    results.failed += report.numFailedTests;
    results.skipped += report.numPendingTests;
    const outside = JSON.parse(readFileSync(unhandled, "utf8"));
    lastWords.push(...outside.map((says) => `FAIL ${project}, outside of any test: ${says}`));
    // A suite that could not even be loaded has no failed test of its own.
    if (status !== 0 && report.numFailedTests === 0) {
      results.failed++;
      lastWords.push(`FAIL ${project}: stopped with ${status} though no test failed`);
    }
    lastWords.push(...report.testResults.flatMap(toTell));
  } catch (error) {
    results.failed++;
    lastWords.push(`FAIL ${project}: no report (${error instanceof Error ? error.message : String(error)})`);
  }
}

rmSync(folder, { recursive: true, force: true });

if (lastWords.length > 0) process.stdout.write(`\n${lastWords.join("\n")}\n`);
const skipped = results.skipped > 0 ? `, ${results.skipped} skipped` : "";
process.stdout.write(`\n${results.passed} passed, ${results.failed} failed${skipped}\n`);
process.exit(results.failed === 0 && results.passed > 0 ? 0 : 1);

/** A file's failures, and what passed on its second try only: where, and the first line of why. */
function toTell(file) {
  const name = relative(process.cwd(), file.name);
  const told = file.assertionResults.flatMap((each) => {
    if (each.failureMessages.length === 0) return [];
    const word = each.status === "failed" ? "FAIL" : "second try";
    return [`${word} ${name}: ${each.fullName}\n     ${each.failureMessages[0].split("\n")[0].slice(0, 300)}`];
  });
  if (file.message !== "") told.push(`FAIL ${name}\n     ${file.message.split("\n")[0].slice(0, 300)}`);
  return told;
}
