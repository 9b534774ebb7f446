import type { HoustonClient } from "../../../../src/api/client.ts";

export function TraceView(props: { readonly client: HoustonClient; readonly id: string | null }) {
  return <p>{props.client.api}</p>;
}
