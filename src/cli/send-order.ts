import type { HoustonClient } from "../api/client.ts";
import type { Order } from "../core/order.ts";
import { confirmed, orderedBy } from "./ask.ts";
import { EXIT } from "./command.ts";
import { print, printJson, tell } from "./output.ts";

/** Says what will happen, asks, gives the order, and prints what Houston answers. What Houston would refuse is never asked. */
export async function sendOrder(
  houston: HoustonClient,
  order: Order,
  options: { readonly asks: boolean; readonly yes: boolean; readonly json: boolean },
): Promise<void> {
  const { says } = options.asks ? await houston.preview(order) : { says: [] };
  if (options.asks && !(await confirmed({ says, yes: options.yes }))) {
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
