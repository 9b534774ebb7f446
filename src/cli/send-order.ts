import type { HoustonClient } from "../api/client.ts";
import type { Order } from "../core/order.ts";
import { readRunFile } from "../runtime/run-file.ts";
import { confirmed, orderedBy } from "./ask.ts";
import { EXIT } from "./command.ts";
import { print, printJson, tell } from "./output.ts";

/** Says what will happen, asks, gives the order, and prints what Houston answers. What Houston would refuse is never asked. */
export async function sendOrder(
  houston: HoustonClient,
  order: Order,
  options: { readonly asks: boolean; readonly yes: boolean; readonly json: boolean },
): Promise<void> {
  const { says, typed } = options.asks ? await houston.preview(order) : { says: [], typed: null };
  // Who has several Houstons sees which one this moves.
  const whose = houston.api === readRunFile()?.api ? [] : [`this is for the Houston at ${houston.api}`];
  if (options.asks && !(await confirmed({ says: [...says, ...whose], typed, yes: options.yes }))) {
    tell("nothing was done");
    process.exitCode = EXIT.failed;
    return;
  }
  const answer = await houston.order(orderedBy(), order);
  if (options.json) return printJson(answer);
  for (const { what, doing, notDoing, youNeedTo } of answer.words) {
    print(what);
    if (doing !== undefined) print(`  Doing: ${doing}`);
    if (notDoing !== undefined) print(`  Not doing: ${notDoing}`);
    if (youNeedTo !== undefined) print(`  You need to ${youNeedTo}`);
  }
}
