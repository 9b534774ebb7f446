import { join } from "node:path";
import type { Command } from "commander";
import { unknownName } from "../ask.ts";
import { completionModel } from "../completion/model.ts";
import { completionScript } from "../completion/script.ts";
import { SHELLS, type Shell } from "../completion/shells.ts";
import { printLines } from "../output.ts";

const BIN = join(import.meta.dirname, "../../../bin/houston.js");

export function completion(program: Command): void {
  program
    .command("completion")
    .argument("<shell>", SHELLS.join(", "), readShell)
    .description("Print a script by which a shell completes commands, options, and the names that Houston knows now.")
    .addHelpText(
      "after",
      `
Read it when a shell starts: in ~/.bashrc, ~/.zshrc (after compinit) or ~/.config/fish/config.fish.
Names are asked for when Tab is pressed, for at most 150 ms; HOUSTON_TAB_MS gives a Houston that is far away longer.

Examples:
  $ source <(houston completion bash)
  $ source <(houston completion zsh)
  $ houston completion fish | source`,
    )
    .action((shell: Shell) => printLines(completionScript(shell, completionModel(program), BIN)));
}

function readShell(text: string): Shell {
  const known = SHELLS.find((each) => each === text);
  if (known !== undefined) return known;
  throw unknownName("shell", text, SHELLS);
}
