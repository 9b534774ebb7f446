import type { Chunk } from "../../../core/route/table.ts";
import { networkOf } from "./network-of.ts";

/**
 * Long connections of users who belong elsewhere by now. DNS has moved them, and a connection that stays open never asks DNS again: it is asked to
 * leave. Like a hall that is emptied between two shows: a few at a time, those first who are only standing about, and nobody in the middle of a
 * sentence.
 *
 * 1. In each second so many are asked at most that all of them are gone after `withinSeconds`: who was asked comes back elsewhere, with a
 *    handshake, and all at once they would be a herd.
 * 2. Silent ones are asked before busy ones, and one that is held (a checkout in a step) is not asked.
 * 3. One that was opened after its users were moved came by an answer of DNS that is still kept: asked to leave it would come right back. It is
 *    asked when such answers have run out.
 * 4. Whoever stays is counted, by its network.
 */
export type Leaving = {
  /** A connection has come; what it brings is told as it is known. */
  readonly opened: () => Held;
  /** Once a second: asks those whose turn it is. `elsewhere`: whether users of that chunk belong to another place. */
  readonly turn: (now: number) => void;
  /** Whether this connection's answer may say `Connection: close`; taken from what this second allows. */
  readonly mayClose: (held: Held, now: number) => boolean;
  readonly pinned: (now: number) => readonly Pinned[];
};

export type Held = {
  /** What was asked last, by which address, and the moment. */
  asked(about: { readonly chunk: Chunk; readonly user: string; readonly now: number }): void;
  /** It became a WebSocket or another long stream: `leave` asks it to end. */
  lasts(leave: () => boolean): void;
  active(now: number): void;
  /** Not to be asked until the returned function was called. */
  hold(): () => void;
  readonly closed: () => void;
};

/** Connections that stay with us though their users belong elsewhere. */
export type Pinned = {
  readonly network: string;
  readonly class: string;
  readonly zone: string;
  readonly connections: number;
  readonly oldestSeconds: number;
};

export type LeavingOptions = {
  readonly isElsewhere: (chunk: Chunk) => boolean;
  /** So long all of them have. */
  readonly withinSeconds: number;
  /** So long answers of DNS are kept. */
  readonly ttlSeconds: number;
  readonly counted: (what: "asked-to-leave") => void;
};

/** Silent for so long counts as idle. */
const IDLE_MS = 1000;
/** The pinned that are named; the others are in the last line's sum. */
export const PINNED_MAX = 50;

type Connection = {
  chunk: Chunk | null;
  user: string;
  openedAt: number | null;
  activeAt: number;
  /** Since when its users belong elsewhere; null: they belong here. */
  movedAt: number | null;
  /** Its users belonged here when it came, or since. */
  belongedHere: boolean;
  leave: (() => boolean) | null;
  wasAsked: boolean;
  holds: number;
};

export function leaving(options: LeavingOptions): Leaving {
  const all = new Map<Held, Connection>();
  let secondAt = 0;
  /** The most that had to leave since there was nobody: by it the pace stays even to the end. */
  let most = 0;
  let left = 0;

  const look = (connection: Connection, now: number): void => {
    if (connection.chunk === null) return;
    if (options.isElsewhere(connection.chunk)) connection.movedAt ??= now;
    else {
      connection.movedAt = null;
      connection.belongedHere = true;
    }
  };
  const mayBeAsked = ({ movedAt, openedAt, belongedHere, holds }: Connection, now: number): boolean => {
    if (movedAt === null || openedAt === null || holds > 0) return false;
    return belongedHere || now - openedAt >= options.ttlSeconds * 1000;
  };
  const begin = (now: number): void => {
    if (now - secondAt < 1000) return;
    secondAt = now;
    let moved = 0;
    for (const connection of all.values()) {
      look(connection, now);
      if (connection.movedAt !== null) moved += 1;
    }
    most = moved === 0 ? 0 : Math.max(most, moved);
    left = Math.max(1, Math.ceil(most / options.withinSeconds));
  };

  return {
    opened() {
      const connection: Connection = {
        chunk: null,
        user: "",
        openedAt: null,
        activeAt: 0,
        movedAt: null,
        belongedHere: false,
        leave: null,
        wasAsked: false,
        holds: 0,
      };
      const held: Held = {
        asked({ chunk, user, now }) {
          const before = connection.chunk;
          if (
            before === null ||
            before.class !== chunk.class ||
            before.zone !== chunk.zone ||
            before.bucket !== chunk.bucket
          )
            connection.chunk = chunk;
          connection.user = user;
          connection.openedAt ??= now;
          connection.activeAt = now;
          look(connection, now);
        },
        lasts: (leave) => void (connection.leave = leave),
        active: (now) => void (connection.activeAt = now),
        hold() {
          connection.holds += 1;
          let isHeld = true;
          return () => {
            if (isHeld) connection.holds -= 1;
            isHeld = false;
          };
        },
        closed: () => void all.delete(held),
      };
      all.set(held, connection);
      return held;
    },
    mayClose(held, now) {
      begin(now);
      const connection = all.get(held);
      if (connection === undefined) return false;
      look(connection, now);
      if (!mayBeAsked(connection, now) || left < 1) return false;
      left -= 1;
      options.counted("asked-to-leave");
      return true;
    },
    turn(now) {
      begin(now);
      const lasting = [...all.values()].filter(
        (each) => each.leave !== null && !each.wasAsked && mayBeAsked(each, now),
      );
      lasting.sort((one, other) => one.activeAt - other.activeAt);
      for (const each of lasting) {
        if (left < 1) return;
        // A busy one has until half of the time is over to fall silent by itself.
        const isIdle = now - each.activeAt >= IDLE_MS;
        if (!isIdle && now - each.movedAt! < options.withinSeconds * 500) continue;
        if (!each.leave!()) continue;
        each.wasAsked = true;
        left -= 1;
        options.counted("asked-to-leave");
      }
    },
    pinned(now) {
      const by = new Map<string, { -readonly [Key in keyof Pinned]: Pinned[Key] }>();
      for (const connection of all.values()) {
        look(connection, now);
        const { chunk, user, movedAt, openedAt } = connection;
        if (chunk === null || movedAt === null) continue;
        const network = networkOf(user);
        const key = `${network} ${chunk.class} ${chunk.zone}`;
        const one = by.get(key) ?? { network, class: chunk.class, zone: chunk.zone, connections: 0, oldestSeconds: 0 };
        one.connections += 1;
        one.oldestSeconds = Math.max(one.oldestSeconds, Math.round((now - (openedAt ?? now)) / 1000));
        by.set(key, one);
      }
      const sorted = [...by.values()].sort(
        (one, other) => other.connections - one.connections || (one.network < other.network ? -1 : 1),
      );
      const rest = sorted.slice(PINNED_MAX);
      if (rest.length === 0) return sorted;
      return [
        ...sorted.slice(0, PINNED_MAX),
        {
          network: "others",
          class: "all",
          zone: "all",
          connections: rest.reduce((sum, { connections }) => sum + connections, 0),
          oldestSeconds: Math.max(...rest.map(({ oldestSeconds }) => oldestSeconds)),
        },
      ];
    },
  };
}
