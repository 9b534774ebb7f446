// `npm run search -- [MINUTES]`: all properties, on chances that were never drawn before, until the time is over.
// What fails is printed with its seed; `CHANCE_SEED=... npm run check` draws it again.
import { randomInt } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bin, install, node, root, run } from "./install.js";

install();
const minutes = Number(process.argv[2] ?? 10);
if (!(minutes > 0)) {
  process.stderr.write("search: for how many minutes? For example: npm run search -- 30\n");
  process.exit(2);
}
const files = ["src", "continuity/src", "test/unit"]
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, String(name))))
  .filter((file) => file.endsWith(".test.ts") && readFileSync(join(root, file), "utf8").includes("fast-check"));
const until = Date.now() + minutes * 60_000;
for (let draws = 1; Date.now() < until; draws++) {
  const seed = String(randomInt(1, 2 ** 31));
  process.env["CHANCE_SEED"] = seed;
  if (run(node, [bin("vitest"), "run", "--project", "unit", "--reporter=dot", ...files]) === 0) continue;
  process.stderr.write(`search: draw ${draws} failed; again with: CHANCE_SEED=${seed} npm run check\n`);
  process.exit(1);
}
