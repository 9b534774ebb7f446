import { CallerError } from "../../core/errors.ts";

/** Who may give orders by Slack: their user id there, and the name that the record has. */
export type People = ReadonlyMap<string, string>;

/** `U012AB3CD=alice,U0456=bob`; empty: nobody may. */
export function readPeople(text: string): People {
  const people = new Map<string, string>();
  for (const each of text.split(",").map((one) => one.trim())) {
    if (each === "") continue;
    const [, id, name] = /^([UW][A-Z0-9]{2,20})=([\p{L}\p{N}][\p{L}\p{N} ._-]{0,39})$/u.exec(each) ?? [];
    if (id === undefined || name === undefined || people.has(id)) {
      throw new CallerError({
        code: "bad-slack-people",
        message: `HOUSTON_SLACK_PEOPLE has ${JSON.stringify(each)}${id !== undefined && people.has(id) ? ", who is named twice" : ""}`,
        hint: "for example U012AB3CD=alice,U0456EFGH=bob; the id is in a person's Slack profile, under the three dots",
      });
    }
    people.set(id, name.trim());
  }
  return people;
}
