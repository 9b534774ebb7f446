import type { HoustonClient } from "../api/client.ts";
import type { Order } from "../core/order.ts";
import { confirmed, orderedBy } from "./ask.ts";
import { EXIT } from "./command.ts";
import { print, printJson, tell } from "./output.ts";

/** Says what will happen, asks, gives the order, and prints what Houston answers. */
export async function sendOrder(
  houston: HoustonClient,
  order: Order,
  options: { readonly says?: readonly string[]; readonly yes: boolean; readonly json: boolean },
): Promise<void> {
  if (options.says && !(await confirmed({ says: options.says, yes: options.yes }))) {
    tell("nothing was done");
    process.exitCode = EXIT.failed;
    return;
  }
  const answer = await houston.order(orderedBy(), order);
  if (options.json) return printJson(answer);
  for (const words of answer.words) {
    print(words.what);
    for (const more of [words.doing, words.notDoing, words.youNeedTo]) if (more !== undefined) print(`  ${more}`);
  }
}
