import type { HoustonClient } from "../../../../src/api/client.ts";

export function StackView(props: {
  readonly client: HoustonClient;
  readonly name: string;
  readonly at: number | null;
}) {
  return <p>{props.client.api}</p>;
}
