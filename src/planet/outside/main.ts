import { startOutside, type OutsideSettings } from "./outside.ts";
import { serveUntilTold } from "../serve-until-told.ts";

/** The bank and the warehouse as a process of the planet: settings as one JSON argument. */
const settings = JSON.parse(process.argv[2] ?? "{}") as Partial<OutsideSettings>;
const outside = await startOutside({
  address: "127.20.0.80",
  port: 8080,
  ledgerFile: "ledger.ndjson",
  ...settings,
});
serveUntilTold(() => outside.stop());
