/**
 * The part of etcd's published protocol that a journal needs (etcdserverpb/rpc.proto and mvccpb/kv.proto of etcd 3.4 and
 * later), as the loader's JSON: field numbers are theirs. 64-bit numbers arrive as text.
 */
export const protocol = {
  nested: {
    mvccpb: {
      nested: {
        KeyValue: message({
          key: ["bytes", 1],
          create_revision: ["int64", 2],
          mod_revision: ["int64", 3],
          version: ["int64", 4],
          value: ["bytes", 5],
        }),
        Event: message({ type: ["int32", 1], kv: ["KeyValue", 2] }),
      },
    },
    etcdserverpb: {
      nested: {
        ResponseHeader: message({ revision: ["int64", 3], raft_term: ["uint64", 4] }),
        RangeRequest: message({
          key: ["bytes", 1],
          range_end: ["bytes", 2],
          limit: ["int64", 3],
          revision: ["int64", 4],
          sort_order: ["int32", 5],
          sort_target: ["int32", 6],
          keys_only: ["bool", 8],
          count_only: ["bool", 9],
        }),
        RangeResponse: message({
          header: ["ResponseHeader", 1],
          kvs: ["mvccpb.KeyValue", 2, "repeated"],
          more: ["bool", 3],
          count: ["int64", 4],
        }),
        PutRequest: message({ key: ["bytes", 1], value: ["bytes", 2] }),
        DeleteRangeRequest: message({ key: ["bytes", 1], range_end: ["bytes", 2] }),
        Empty: message({}),
        RequestOp: message({
          request_range: ["RangeRequest", 1],
          request_put: ["PutRequest", 2],
          request_delete_range: ["DeleteRangeRequest", 3],
          request_txn: ["TxnRequest", 4],
        }),
        ResponseOp: message({
          response_range: ["RangeResponse", 1],
          response_put: ["Empty", 2],
          response_delete_range: ["Empty", 3],
          response_txn: ["TxnResponse", 4],
        }),
        Compare: message({
          result: ["int32", 1],
          target: ["int32", 2],
          key: ["bytes", 3],
          create_revision: ["int64", 5],
          mod_revision: ["int64", 6],
        }),
        TxnRequest: message({
          compare: ["Compare", 1, "repeated"],
          success: ["RequestOp", 2, "repeated"],
          failure: ["RequestOp", 3, "repeated"],
        }),
        TxnResponse: message({
          header: ["ResponseHeader", 1],
          succeeded: ["bool", 2],
          responses: ["ResponseOp", 3, "repeated"],
        }),
        WatchCreateRequest: message({
          key: ["bytes", 1],
          range_end: ["bytes", 2],
          start_revision: ["int64", 3],
          watch_id: ["int64", 7],
        }),
        WatchCancelRequest: message({ watch_id: ["int64", 1] }),
        WatchRequest: message({ create_request: ["WatchCreateRequest", 1], cancel_request: ["WatchCancelRequest", 2] }),
        WatchResponse: message({
          header: ["ResponseHeader", 1],
          watch_id: ["int64", 2],
          created: ["bool", 3],
          canceled: ["bool", 4],
          compact_revision: ["int64", 5],
          cancel_reason: ["string", 6],
          events: ["mvccpb.Event", 11, "repeated"],
        }),
        KV: {
          methods: {
            Txn: { requestType: "TxnRequest", responseType: "TxnResponse" },
            Range: { requestType: "RangeRequest", responseType: "RangeResponse" },
            DeleteRange: { requestType: "DeleteRangeRequest", responseType: "Empty" },
          },
        },
        Watch: {
          methods: {
            Watch: {
              requestType: "WatchRequest",
              requestStream: true,
              responseType: "WatchResponse",
              responseStream: true,
            },
          },
        },
      },
    },
  },
};

type FieldOf = readonly [type: string, id: number, rule?: "repeated"];

function message(fields: Readonly<Record<string, FieldOf>>) {
  const spelled = Object.entries(fields).map(
    ([name, [type, id, rule]]) => [name, rule === undefined ? { type, id } : { type, id, rule }] as const,
  );
  return { fields: Object.fromEntries(spelled) };
}

export type KeyValue = {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly create_revision: string;
  readonly mod_revision: string;
};

export type RangeRequest = {
  readonly key: Buffer;
  readonly range_end?: Buffer;
  readonly limit?: number;
  /** As it was at that revision. */
  readonly revision?: string;
  /** 1: ascending, 2: descending. */
  readonly sort_order?: number;
  /** 2: by the revision of creation. */
  readonly sort_target?: number;
  readonly keys_only?: boolean;
  readonly count_only?: boolean;
};

export type RequestOp =
  | { readonly request_range: RangeRequest }
  | { readonly request_put: { readonly key: Buffer; readonly value: Buffer } }
  | { readonly request_delete_range: { readonly key: Buffer; readonly range_end?: Buffer } }
  | { readonly request_txn: TxnRequest };

/** Equal, always. `target` 1: the revision of creation, 2: of the last change; 0 says that there is no such key. */
export type Compare =
  | { readonly key: Buffer; readonly target: 1; readonly create_revision: string }
  | { readonly key: Buffer; readonly target: 2; readonly mod_revision: string };

export type TxnRequest = {
  readonly compare?: readonly Compare[];
  readonly success: readonly RequestOp[];
};

export type ResponseHeader = {
  readonly revision: string;
  /** Grows with each election. */
  readonly raft_term: string;
};

export type RangeResponse = {
  readonly header: ResponseHeader | null;
  readonly kvs: readonly KeyValue[];
  readonly more: boolean;
  readonly count: string;
};

export type TxnResponse = {
  readonly header: ResponseHeader;
  readonly succeeded: boolean;
  readonly responses: readonly {
    readonly response_range?: RangeResponse;
    readonly response_txn?: { readonly succeeded: boolean };
  }[];
};

export type WatchResponse = {
  readonly watch_id: string;
  readonly created: boolean;
  readonly canceled: boolean;
  readonly events: readonly unknown[];
};
