import { configureGlobal } from "fast-check";

/**
 * Properties draw the same cases each time, so that a red test means a change, not bad luck. `npm run search` draws
 * other ones, again and again: what it finds is printed with its seed, and becomes a story.
 */
configureGlobal({ seed: Number(process.env["CHANCE_SEED"] ?? 1) });
