import type { Words } from "../../core/control-contract.ts";

/** A place where people read what Houston says. The id is the effect's: the same words twice are said once. */
export type ChatDriver = {
  readonly name: string;
  say(id: string, words: Words): void;
};
