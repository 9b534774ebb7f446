import type { KeyValue, RangeRequest } from "./etcd-protocol.ts";
import type { Head, Phase } from "./store.ts";

/**
 * What lies where under the prefix. Parts of a key are parted by a zero byte, which no id holds.
 *
 *     o/ID                 the head of an open request: seq, fence, phase, location
 *     e/ID\0SEQ            the entries of one write, from that position on, as JSON
 *     a/REVISION\0ID       an answered request, in the order of answers; its last head
 *     n/NAME\0ID           by which names a request is found
 *     stamp                written with each transaction (etcd-batches.ts)
 *     marks                the cell's minutes (etcd-clock.ts)
 */
export function etcdKeys(prefix: string) {
  const key = (text: string) => Buffer.from(prefix + text);
  const within = (text: string): RangeRequest => ({ key: key(text + "\0"), range_end: key(text + "\x01") });
  // The next letter after the slash ends the folder.
  const folder = (name: string): RangeRequest => ({ key: key(`${name}/`), range_end: key(`${name}0`) });
  return {
    marks: key("marks"),
    stamp: key("stamp"),
    allHeads: folder("o"),
    allAnswered: folder("a"),
    /** The open requests whose ids begin so. */
    headsLike(idPrefix: string): RangeRequest {
      const from = key(`o/${clean(idPrefix)}`);
      const end = Buffer.from(from);
      // Ids are ASCII: the last letter has a next one.
      end[end.length - 1] = (end.at(-1) ?? 0) + 1;
      return { key: from, range_end: end };
    },
    head: (id: string) => key(`o/${clean(id)}`),
    entry: (id: string, seq: number) => key(`e/${clean(id)}\0${padded(seq)}`),
    entriesOf: (id: string) => within(`e/${clean(id)}`),
    answered: (revision: number, id: string) => key(`a/${padded(revision)}\0${clean(id)}`),
    name: (name: string, id: string) => key(`n/${clean(name)}\0${clean(id)}`),
    named: (name: string) => within(`n/${clean(name)}`),
    idOfHead: (kv: KeyValue) => kv.key.toString().slice(prefix.length + "o/".length),
    idOfAnswered: last,
    idOfName: last,
    headText: ({ seq, epoch, phase, location }: Head) => `${seq} ${epoch} ${phase} ${location}`,
    headIn(kv: KeyValue): Head {
      const [seq, epoch, phase, ...location] = kv.value.toString().split(" ");
      return { seq: Number(seq), epoch: Number(epoch), phase: phase as Phase, location: location.join(" ") };
    },
  };
}

/** What stands behind the zero byte. */
const last = (kv: KeyValue): string => kv.key.toString().slice(kv.key.toString().indexOf("\0") + 1);

const clean = (text: string): string => text.replaceAll("\0", "");

/** As many digits as the largest safe number has: text and numbers have one order. */
const padded = (number: number) => String(number).padStart(16, "0");

export const revisionOf = ({ header }: { readonly header: { readonly revision: string } }): number =>
  Number(header.revision);
