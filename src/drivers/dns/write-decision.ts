import type { Outcome } from "../../core/control-contract.ts";
import { type Marker, setsDigest } from "./marker.ts";
import { type RecordSet, refused } from "./record-server.ts";

/** What is in one DNS zone now, and what is to be there. */
export type Found = {
  /** Null: there is none, or it is none of ours (then its text stands in `leading`). */
  readonly marker: Marker | null;
  /** Sets that lead our hosts somewhere, whoever wrote them. */
  readonly leading: readonly RecordSet[];
  /** They are a mix of what a write of ours found and what it was to leave. */
  readonly isUnfinished?: boolean;
};

export type Decision =
  | { readonly kind: "write"; readonly says?: string }
  /** It stands there already. */
  | { readonly kind: "keep"; readonly marker: Marker }
  | Extract<Outcome, { readonly kind: "refused" }>;

/**
 * Whether to write, like a caretaker with a padlock of his own: what he locked and finds as he left it he may open again; another
 * lock, or one that was tampered with, he reports and leaves.
 *
 * 1. Records that Houston did not write, or that changed since, are only touched when a person named their digest (`takeOver`).
 * 2. An older table never replaces a newer one; of one version only one table ever stands.
 * 3. A followed loss is only ended by a newer table.
 * 4. What a write of ours left half done is ours, and is never kept as it is.
 */
export function decideWrite(
  { marker, leading, isUnfinished = false }: Found,
  wanted: Marker,
  takeOver: string | undefined,
): Decision {
  const found = setsDigest(leading);
  const isOurs = isUnfinished || (marker === null ? leading.length === 0 : marker.sets === found);
  if (marker !== null && wanted.version < marker.version) {
    return refused("table-not-newer", `version ${marker.version} stands there already, ${wanted.version} is older`);
  }
  const isOfOtherHosts = marker !== null && marker.config !== wanted.config;
  if (!isOurs && takeOver !== found) return foreign(leading, { found, isFirst: marker === null, isOfOtherHosts });
  if (marker === null) return { kind: "write" };
  if (marker.version < wanted.version) return { kind: "write" };
  if (marker.table !== wanted.table) {
    return refused(
      "another-writer",
      `another table stands there as version ${marker.version}: another Houston writes here; end one of them, or give each its own \`owner\` and hosts`,
    );
  }
  if (
    isOurs &&
    !isUnfinished &&
    marker.config === wanted.config &&
    wanted.lost.every((name) => marker.lost.includes(name))
  )
    return { kind: "keep", marker };
  return { kind: "write" };
}

/** A refusal is a sentence: of many records it shows the first. */
const SHOWN = 5;

function foreign(
  leading: readonly RecordSet[],
  {
    found,
    isFirst,
    isOfOtherHosts,
  }: { readonly found: string; readonly isFirst: boolean; readonly isOfOtherHosts: boolean },
): Decision {
  const shown = leading
    .slice(0, SHOWN)
    .map(({ name, type, ttlSeconds, values }) => `${name} ${ttlSeconds} ${type} ${values.join(" ").slice(0, 80)}`);
  const more = leading.length > SHOWN ? ` and ${leading.length - SHOWN} more` : "";
  const are = leading.length === 0 ? "they are gone" : `there is ${shown.join("; ")}${more}`;
  const since = isFirst ? "these records are not Houston's" : "somebody changed Houston's records";
  const letGo = isOfOtherHosts
    ? ". Or only houston.yaml was changed: a host that was taken out of it is let go, its records answer on as they are and nobody keeps them, so change or delete those by hand; the others are Houston's again with"
    : ". To let Houston replace exactly these, set";
  return refused(
    "foreign-records",
    `${since}: ${are}; nothing was written${letGo} \`takeOver: ${found}\` for this driver`,
  );
}
