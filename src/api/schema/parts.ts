import { z } from "zod";
import type { Layer } from "../../core/estate.ts";
import type { Cause } from "../../core/verdict.ts";
import { describes } from "./same.ts";

/** The small pieces that all answers are made of. */

export const moment = z.number().nonnegative().meta({ description: "Unix milliseconds" });
export const name = z.string().min(1).max(256);
export const text = z.string().max(4_000);
export const count = z.number().int().nonnegative();
export const share = z.number().min(0).max(1).meta({ description: "0 to 1" });
/** May be over 1: what was offered over what was ready. */
export const ratio = z.number().nonnegative();

export const layer = describes<Layer>()(z.enum(["journey", "edge", "service", "resource", "network", "provider"]));
export const cause = describes<Cause>()(z.object({ layer, name, share }));
