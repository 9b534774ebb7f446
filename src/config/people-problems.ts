import { list, record, type Reference } from "./references.ts";

/** What is wrong with who may give orders beyond its shape: two who are one, and keys for orders that could be for any Houston. */
export function peopleProblems(root: Readonly<Record<string, unknown>>): Reference[] {
  const people = record(root["people"]);
  return [
    ...sharedByTwo(people).map(({ name, with: other }) => ({
      at: ["people", name],
      code: "people-twice",
      says: `${name} and ${other} have a key or an id of Slack in common`,
      fix: "each has their own: the record says who ordered",
    })),
    ...(root["name"] === undefined && Object.values(people).some((each) => list(record(each)["keys"]).length > 0)
      ? [
          {
            at: ["people"],
            code: "estate-unnamed",
            says: "orders are signed for the estate that they name, and this one has no name",
            fix: "add `name: shop-production` at the top, a name that no other estate of yours has",
          },
        ]
      : []),
  ];
}

/** Two who are one: a key or an id of Slack says who it was. */
function sharedByTwo(people: Readonly<Record<string, unknown>>): { readonly name: string; readonly with: string }[] {
  const owners = new Map<string, string>();
  return Object.entries(people).flatMap(([name, given]) => {
    const { keys, slack } = record(given);
    return [...list(keys), slack].flatMap((mark) => {
      if (typeof mark !== "string") return [];
      const owner = owners.get(mark);
      owners.set(mark, owner ?? name);
      return owner === undefined ? [] : [{ name, with: owner }];
    });
  });
}
