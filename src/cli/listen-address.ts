import { badUsage } from "./ask.ts";

/** `0.0.0.0:7443`, `[::]:7443`; throws bad usage for what is no address. */
export function listenAddress(listen: string): { host: string; port: number } {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^\s:[\]]+)):(\d{1,5})$/i.exec(listen);
  const port = Number(match?.[3]);
  if (!match || port > 65_535) throw badUsage(`--listen ${listen} is no address: for example --listen 0.0.0.0:7443`);
  return { host: match[1] ?? match[2]!, port };
}
