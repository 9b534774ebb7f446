import { runHouston } from "./run.ts";

process.exitCode = await runHouston(process.argv.slice(2));
