import type { HoustonClient } from "../../../../src/api/client.ts";

export function PlanView(props: { readonly client: HoustonClient; readonly without: string | null }) {
  return <p>{props.client.api}</p>;
}
