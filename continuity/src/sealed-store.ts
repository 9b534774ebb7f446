import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { checkName } from "./continuation.ts";
import type { Answer, Entry } from "./entry.ts";
import { ContinuityError } from "./errors.ts";
import { cannotOpen, isSealed, sealedAnswer, sealedMark } from "./sealed-mark.ts";
import type { JournalRecord, JournalStore } from "./store.ts";

/** Where the keys come from: a KMS, a file, a table with one key for each tenant. Called for each entry: keep them at hand. */
export type SealingKeys = {
  /** The key that new entries of this owner are sealed with: 32 bytes, and the name by which they say so. */
  current(owner: SealedFor): SealingKey | Promise<SealingKey>;
  /** For reading; null when the key is no more: what it sealed is then gone for good. */
  find(name: string): Uint8Array | null | Promise<Uint8Array | null>;
};
export type SealingKey = { readonly name: string; readonly key: Uint8Array };
export type SealedFor = { readonly workflow: string; readonly tenant: string | null };

/**
 * The same journal, with all data of callers and receivers encrypted before it leaves the process: requests,
 * results, refusals, answers. AES-256-GCM, each piece bound to its request and place, so that none can be put
 * elsewhere. What is needed to find and to fence requests stays readable: keys, names, steps, times, locations.
 * One key may seal 2^32 pieces (NIST SP 800-38D, 8.3): change it within a billion requests.
 */
export function sealedStore<Store extends JournalStore>(store: Store, keys: SealingKeys): Store {
  const openRecord = async (record: JournalRecord | null): Promise<JournalRecord | null> =>
    record === null
      ? null
      : { ...record, entries: await Promise.all(record.entries.map((entry) => openEntry(keys, record.id, entry))) };

  const sealing: Pick<JournalStore, "append" | "read" | "changed" | "list"> = {
    async append(write) {
      const owner = ownerOf(write.id);
      const key = write.entries.some(hasData) ? await currentKey(keys, owner) : null;
      const entries = key === null ? write.entries : write.entries.map((entry) => sealEntry(key, write.id, entry));
      const appended = await store.append({ ...write, entries });
      return appended.kind === "written" ? appended : { kind: "conflict", record: await openRecord(appended.record) };
    },
    read: async (id) => openRecord(await store.read(id)),
    changed: async (id, seq, options) => openRecord(await store.changed(id, seq, options)),
    async list(filter) {
      const records = await store.list(filter);
      // One that cannot be opened must not hide the others: it is listed as it is.
      return Promise.all(
        records.map((record) =>
          openRecord(record).then(
            (opened) => opened ?? record,
            () => record,
          ),
        ),
      );
    },
  };
  // What a store can do beside, such as to hand on its lead, it still can.
  return { ...store, ...sealing };
}

async function currentKey(keys: SealingKeys, owner: SealedFor): Promise<SealingKey> {
  const key = await keys.current(owner);
  checkName(key.name, "key");
  if (key.key.length === 32) return key;
  throw new ContinuityError({
    code: "bad-input",
    message: `the key "${key.name}" has ${key.key.length} bytes`,
    hint: "give a key of 32 random bytes",
  });
}

/** Ids are `workflow:key` or `workflow@tenant:key`; names have neither mark. */
function ownerOf(id: string): SealedFor {
  const [workflow = "", tenant = null] = id.slice(0, id.indexOf(":")).split("@");
  return { workflow, tenant };
}

const hasData = ({ kind }: Entry): boolean =>
  kind === "begun" || kind === "result" || kind === "settled" || kind === "answered";

function sealEntry(key: SealingKey, id: string, entry: Entry): Entry {
  switch (entry.kind) {
    case "begun":
      return entry.input === undefined ? entry : { ...entry, input: seal(key, placeOf(id, entry), entry.input) };
    case "result":
      return {
        ...entry,
        ...(entry.result === undefined ? {} : { result: seal(key, placeOf(id, entry), entry.result) }),
        ...(entry.says === undefined ? {} : { says: seal(key, placeOf(id, entry), entry.says) }),
      };
    case "settled":
      return entry.result === undefined ? entry : { ...entry, result: seal(key, placeOf(id, entry), entry.result) };
    case "answered":
      return {
        ...entry,
        answer: sealedAnswer(entry.answer.status, seal(key, placeOf(id, entry), JSON.stringify(entry.answer))),
      };
    case "taken":
    case "intent":
    case "parked":
    case "released":
      return entry;
  }
}

async function openEntry(keys: SealingKeys, id: string, entry: Entry): Promise<Entry> {
  const open = (text: string) => unseal(keys, placeOf(id, entry), text);
  switch (entry.kind) {
    case "begun":
      return entry.input === undefined ? entry : { ...entry, input: await open(entry.input) };
    case "result":
      return {
        ...entry,
        ...(entry.result === undefined ? {} : { result: await open(entry.result) }),
        ...(entry.says === undefined ? {} : { says: await open(entry.says) }),
      };
    case "settled":
      return entry.result === undefined ? entry : { ...entry, result: await open(entry.result) };
    case "answered":
      if (!isSealed(entry.answer)) return entry;
      return { ...entry, answer: JSON.parse(await open(entry.answer.body)) as Answer };
    case "taken":
    case "intent":
    case "parked":
    case "released":
      return entry;
  }
}

/** What a sealed piece is bound to. */
function placeOf(id: string, entry: Entry): string {
  const step = "step" in entry ? `${entry.step} ${entry.attempt}` : "";
  return `${id} ${entry.kind} ${step}`;
}

const ivBytes = 12;
const tagBytes = 16;

function seal({ name, key }: SealingKey, place: string, text: string): string {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(place));
  const hidden = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return `${sealedMark}${name}:${Buffer.concat([iv, cipher.getAuthTag(), hidden]).toString("base64")}`;
}

/** What was written before sealing began is read as it is. */
async function unseal(keys: SealingKeys, place: string, text: string): Promise<string> {
  if (!text.startsWith(sealedMark)) return text;
  const [name = "", hidden = ""] = text.slice(sealedMark.length).split(":");
  const key = await keys.find(name);
  if (key === null) throw cannotOpen();
  try {
    const bytes = Buffer.from(hidden, "base64");
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes })
      .setAAD(Buffer.from(place))
      .setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
    return decipher.update(bytes.subarray(ivBytes + tagBytes), undefined, "utf8") + decipher.final("utf8");
  } catch (cause) {
    throw cannotOpen(cause);
  }
}
