import type { ClassName } from "../../../core/estate.ts";

/** What the server knows of names: null for one that is none of its own. Asked in lower case, without the last dot; called for each query. */
export type NamesOf = (name: string) => Named | null;

/** What a name is, before it is known who asks. */
export type Named =
  /** Users of a class come by it. */
  | { readonly kind: "users"; readonly top: ZoneTop; readonly class: ClassName; readonly bucket: number | "network" }
  /** Another name of a bucket: users of it find it by CNAME. */
  | { readonly kind: "alias"; readonly target: string; readonly class: ClassName; readonly bucket: number }
  | { readonly kind: "server"; readonly top: ZoneTop; readonly address: Uint8Array }
  /** It exists and has no data: itself a zone's top, or there are names below it (RFC 8020). */
  | { readonly kind: "empty"; readonly top: ZoneTop }
  | { readonly kind: "nobody"; readonly top: ZoneTop };

/** Where a zone begins: what is delegated to this server. */
export type ZoneTop = {
  readonly name: string;
  /** Under their full names; with an address where the name lies in the zone itself, and nobody else could tell it. */
  readonly nameServers: readonly { readonly name: string; readonly address?: Uint8Array }[];
  /** Of whoever answers for it, in DNS' form: `hostmaster.example.com`. */
  readonly mailbox: string;
};
