import type { Command } from "commander";
import { connection, withConnection, type ConnectOptions } from "../client.ts";
import { openBrowser } from "../open-browser.ts";
import { print, printJson, tell } from "../output.ts";

/** `houston console`: where the console is, with the token behind a `#`, which browsers send to nobody. */
export function console(program: Command): void {
  withConnection(program.command("console"))
    .description("Print the console's address; it has the token in it, so it is for you alone.")
    .option("--open", "also open it in a browser, where there is one")
    .option("--json", "one JSON document")
    .addHelpText("after", "\nExamples:\n  $ houston console\n  $ houston console --open")
    .action(async (options: ConnectOptions & { open?: boolean; json?: boolean }) => {
      const { api, token } = connection(options);
      const carries = TOKEN.test(token);
      const address = `${api}/${carries ? `#token=${token}` : ""}`;
      if (options.json) printJson({ console: address });
      else print(address);
      if (!carries)
        tell(
          token === ""
            ? "no token is known here: the console shows everything and orders nothing; HOUSTON_TOKEN or --token names it"
            : "this token has characters that an address can't carry: type it in the console",
        );
      if (!options.open) return;
      const why = await openBrowser(address);
      if (why !== null) tell(`${why}: open the address above by hand`);
    });
}

/** What the console takes from an address. */
const TOKEN = /^[\w.~+/=-]{1,512}$/;
