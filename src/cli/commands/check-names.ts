import { getServers } from "node:dns";
import type { OtherName, SteeringConfig } from "../../config/steering-config.ts";
import { askAll, connectionFailure, type AskedType } from "../../drivers/dns/ask-server.ts";
import { familiesDiffer, kindOfName, type NameAnswers, type NameKind } from "../../drivers/dns/inventory.ts";
import { readServerAddress } from "../../drivers/dns/tcp-exchange.ts";
import { percent } from "../amounts.ts";

/** What a resolver says of each name that users come by, and whether its users can be moved. */
export type CheckedName = {
  readonly name: string;
  /** Of all users, 0..1; null: nobody said. */
  readonly share: number | null;
  readonly kind: NameKind["kind"];
  /** One of ours that it leads over, or the addresses that it leads to elsewhere; null: neither. */
  readonly to: string | null;
  /** The locations that it leads to now. */
  readonly at: readonly string[];
  /** Where A, AAAA and HTTPS do not lead to the same places, or why it can't be told; null: all is well. */
  readonly says: string | null;
};

const ASK_WITHIN_MS = 3000;
/** Of ten thousand names the first of each kind tell enough, and a resolver is not ours alone. */
const NAMES_ASKED_MAX = 500;
const AT_ONCE = 50;
const TYPES: readonly AskedType[] = ["A", "AAAA", "HTTPS"];

/** Asks the first of `steering.resolvers`, or this machine's own; changes nothing. */
export async function askNames({
  hosts,
  addresses,
  otherNames,
  resolvers,
}: SteeringConfig): Promise<readonly CheckedName[]> {
  const resolver = resolvers[0]?.address ?? getServers()[0];
  const own = hosts
    .filter(({ name }) => !name.startsWith("*."))
    .map(({ name }): OtherName => ({ name, share: null, flattens: null }));
  const wanted = [...own, ...otherNames].slice(0, NAMES_ASKED_MAX);
  const checked: CheckedName[] = [];
  for (let from = 0; from < wanted.length; from += AT_ONCE) {
    const some = wanted.slice(from, from + AT_ONCE);
    const answers = await answersOf(resolver, some);
    checked.push(
      ...some.map((each, index) => {
        const said = answers[index]!;
        if (typeof said === "string") return unknown(each, said);
        const kind = kindOfName(said, { hosts, addresses, flattens: each.flattens });
        // A name that is not ours has the families that somebody gave it.
        const differs = kind.kind === "steered" || kind.kind === "follows" ? familiesDiffer(said, addresses) : null;
        return checkedName(each, kind, differs);
      }),
    );
  }
  return checked;
}

async function answersOf(
  resolver: string | undefined,
  names: readonly OtherName[],
): Promise<readonly (NameAnswers | string)[]> {
  if (resolver === undefined) return names.map(() => "this machine has no resolver");
  const asked = names.flatMap(({ name }) => TYPES.map((type) => ({ name, type })));
  try {
    const packets = await askAll(readServerAddress(resolver), asked, AbortSignal.timeout(ASK_WITHIN_MS), {
      recursion: true,
    });
    return names.map(({ name }, index) => {
      const [a, aaaa, https] = packets.slice(index * TYPES.length, (index + 1) * TYPES.length);
      return { name, a: a!, aaaa: aaaa!, https: https! };
    });
  } catch (error) {
    const says = connectionFailure(error, resolver).says ?? "no answer";
    return names.map(() => says);
  }
}

function checkedName({ name, share }: OtherName, kind: NameKind, differs: string | null): CheckedName {
  const to = "to" in kind ? kind.to : null;
  const at = "at" in kind ? kind.at : [];
  return { name, share, kind: kind.kind, to, at, says: kind.kind === "unknown" ? kind.says : differs };
}

const unknown = ({ name, share }: OtherName, says: string): CheckedName => ({
  name,
  share,
  kind: "unknown",
  to: null,
  at: [],
  says,
});

/** Whoever comes by it is where the table says, or can be led there. */
export const isMovable = ({ kind, says }: CheckedName): boolean =>
  (kind === "steered" || kind === "follows" || kind === "alias") && says === null;

/** The sums first, then each name that somebody should do something about. */
export function nameLines(
  names: readonly CheckedName[],
): readonly { readonly isGood: boolean; readonly text: string }[] {
  if (names.length === 0) return [];
  const sums = KINDS.flatMap(({ kind, says }) => {
    const own = names.filter((each) => each.kind === kind);
    return own.length === 0 ? [] : [`${own.length} ${says}${sharesOf(own)}`];
  });
  return [
    { isGood: true, text: `names: ${sums.join(", ")}` },
    ...names.flatMap((each) => troubleLines(each)).map((text) => ({ isGood: false, text })),
  ];
}

const KINDS: readonly { readonly kind: NameKind["kind"]; readonly says: string }[] = [
  { kind: "steered", says: "steered" },
  { kind: "follows", says: "follow by CNAME" },
  { kind: "alias", says: "copy addresses of ours (alias, flattened)" },
  { kind: "fixed", says: "fixed and unmovable" },
  { kind: "elsewhere", says: "lead elsewhere" },
  { kind: "unknown", says: "can't be told" },
];

/** ` (61 % of users)`: of those whose share somebody said. */
function sharesOf(names: readonly CheckedName[]): string {
  const known = names.flatMap(({ share }) => (share === null ? [] : [share]));
  return known.length === 0 ? "" : ` (${percent(known.reduce((a, b) => a + b, 0))} of users)`;
}

function troubleLines(checked: CheckedName): readonly string[] {
  const { name, kind, to, at, says } = checked;
  switch (kind) {
    case "steered":
    case "follows":
      return says === null
        ? []
        : [
            says,
            "    fix: ask again; if it stays so, look who else writes records of this name, and that each location has the same families",
          ];
    case "alias":
      return [];
    case "fixed":
      return [
        `${name}${sharesOf([checked])} is fixed at ${at.join(", ")} and unmovable by DNS: its users stay there`,
        "    fix: make it a CNAME to a steered name; where it is a domain's top, an ALIAS or ANAME of its DNS (and say `flattens:` here), or an HTTPS record of AliasMode; until then only that location's edge can relay them",
      ];
    case "elsewhere":
      return [
        `${name} leads elsewhere: ${to ?? ""}`,
        "    fix: remove it from `otherNames`, or delegate it, if its users should come to these locations",
      ];
    case "unknown":
      return [
        `${name} can't be told: ${says ?? ""}`,
        "    fix: `dig +trace NAME`; a name of `hosts` is delegated to the name servers of `steering`",
      ];
  }
}
