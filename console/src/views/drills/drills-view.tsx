import type { HoustonClient } from "../../../../src/api/client.ts";

export function DrillsView(props: { readonly client: HoustonClient }) {
  return <p>{props.client.api}</p>;
}
