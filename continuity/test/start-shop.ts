import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { ShopSays, ShopSettings } from "./shop.ts";

/** A shop.ts that listens: its process, and where it is asked. Whoever started it ends it; it ends with its parent. */
export type Shop = {
  readonly child: ChildProcess;
  readonly url: string;
  /** Calls `listen` with each thing that it says; gives how to stop that. */
  readonly hear: (listen: (says: ShopSays) => void) => () => void;
};

/** `enter` begins a program in a network of its own; without it, in ours. */
export async function startShop(settings: ShopSettings, enter: readonly string[] = []): Promise<Shop> {
  const [command, ...words] = [
    ...enter,
    process.execPath,
    "--conditions=reactive-production:source",
    join(import.meta.dirname, "shop.ts"),
    JSON.stringify(settings),
  ];
  // What it tells has times in it that JSON does not know (never).
  const child = spawn(command, words, { stdio: ["ignore", "inherit", "inherit", "ipc"], serialization: "advanced" });
  const [ready] = (await once(child, "message")) as [ShopSays];
  if (ready.says !== "ready") throw new Error(`the shop in ${settings.location} did not start`);
  const url = `http://${settings.host ?? "127.0.0.1"}:${ready.port}/`;
  const hear: Shop["hear"] = (listen) => {
    child.on("message", listen);
    return () => void child.off("message", listen);
  };
  return { child, url, hear };
}
