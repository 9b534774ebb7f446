import { requestsWords } from "../../../src/core/requests.ts";
import { useStatus } from "./use-status.ts";

/** What becomes of requests on their way, beside the first line; nothing while there is nothing to tell. */
export function RequestsChip() {
  const status = useStatus();
  const requests = status?.requests ?? null;
  if (status === null || requests === null) return null;
  const words = requestsWords(requests, status.locations);
  if (words === null) return null;
  const isUrgent = requests.parked > 0 || requests.silent.length > 0;
  return <li className={isUrgent ? "chip held" : "chip"}>Requests: {words}</li>;
}
