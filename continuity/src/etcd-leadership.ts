import type { Client, ServiceError } from "@grpc/grpc-js";
import { Metadata } from "@grpc/grpc-js";

/**
 * Who leads a cell, and the orderly change. Members' ids use all of 64 bits, and the loader keeps those only where it finds a
 * package for them; so these two small messages are read and written here (etcdserverpb/rpc.proto: StatusResponse has its
 * header in field 1, with the member's id in field 2 and its Raft term in field 4, and the leader in field 4; MoveLeaderRequest its target in field 1).
 */
export type MemberStatus = {
  readonly id: bigint;
  /** 0 while it knows of none. */
  readonly leader: bigint;
  /** Grows with each election. */
  readonly term: bigint;
};

export async function statusOf(client: Client, withinMs: number): Promise<MemberStatus | ServiceError> {
  const answer = await call(client, "Status", Buffer.of(), withinMs);
  if (answer instanceof Error) return answer;
  const status = fieldsOf(answer);
  const header = fieldsOf((status.get(1) as Buffer | undefined) ?? Buffer.of());
  return { id: number(header.get(2)), leader: number(status.get(4)), term: number(header.get(4)) };
}

export async function moveLead(client: Client, to: bigint, withinMs: number): Promise<ServiceError | null> {
  const answer = await call(client, "MoveLeader", Buffer.from([field(1), ...varint(to)]), withinMs);
  return answer instanceof Error ? answer : null;
}

function call(client: Client, method: string, request: Buffer, withinMs: number): Promise<Buffer | ServiceError> {
  const options = { deadline: Date.now() + withinMs };
  return new Promise((resolve) => {
    const path = `/etcdserverpb.Maintenance/${method}`;
    client.makeUnaryRequest(path, asIs, asIs, request, new Metadata(), options, (error, answer) =>
      resolve(error ?? answer ?? Buffer.of()),
    );
  });
}

const asIs = (bytes: Buffer): Buffer => bytes;

const number = (value: bigint | Buffer | undefined): bigint => (typeof value === "bigint" ? value : 0n);

/** The key of a field that holds a number. */
const field = (id: number): number => id << 3;

function varint(value: bigint): number[] {
  const bytes: number[] = [];
  for (let left = value; ; left >>= 7n) {
    if (left < 0x80n) return [...bytes, Number(left)];
    bytes.push(Number(left & 0x7fn) | 0x80);
  }
}

/** The numbers and the nested messages of a message, by field (https://protobuf.dev/programming-guides/encoding). */
function fieldsOf(message: Buffer): Map<number, bigint | Buffer> {
  const found = new Map<number, bigint | Buffer>();
  let at = 0;
  const next = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at++] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const key = Number(next());
    const value = next();
    // Statuses hold numbers (0) and what has a length (2), nothing else.
    if ((key & 7) === 0) found.set(key >> 3, value);
    else found.set(key >> 3, message.subarray(at, (at += Number(value))));
  }
  return found;
}
