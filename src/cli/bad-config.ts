import { problemLines, type ConfigProblem } from "../config/config-file.ts";
import { CallerError } from "../core/errors.ts";

/** That `file` can't be used, with each of its problems as `houston check` lists it. */
export const badConfig = (file: string, problems: readonly ConfigProblem[]): CallerError =>
  new CallerError({
    code: "bad-config",
    message: `${problems.length} ${problems.length === 1 ? "problem" : "problems"} in ${file}`,
    lines: problemLines(file, problems),
    hint: `\`houston check${file === "houston.yaml" ? "" : ` --config ${file}`}\` lists them again; nothing was done`,
  });
