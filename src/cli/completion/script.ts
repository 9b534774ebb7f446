import { assert } from "../../core/errors.ts";
import { bashScript } from "./bash.ts";
import { fishScript } from "./fish.ts";
import type { CompletionModel } from "./model.ts";
import type { Shell } from "./shells.ts";
import { zshScript } from "./zsh.ts";

/** The script that a shell reads once. `bin` is what it calls for live names when Tab is pressed. */
export function completionScript(shell: Shell, model: CompletionModel, bin: string): string {
  mustBePlain(model);
  switch (shell) {
    case "bash":
      return bashScript(model, bin);
    case "zsh":
      return zshScript(model, bin);
    case "fish":
      return fishScript(model, bin);
  }
}

/** Names stand in the scripts as they are: nothing that a shell would read as more than a word may be among them. */
function mustBePlain({ commands }: CompletionModel): void {
  for (const { path, options, arguments: places } of commands) {
    const values = [...places, ...options.map((option) => option.values)];
    const words = values.flatMap((each) => (each?.kind === "words" ? each.words : []));
    for (const word of [...path, ...options.flatMap(({ flags }) => flags), ...words])
      assert(/^[\w-]+$/.test(word), `${word} can't stand in a completion script`);
  }
}
