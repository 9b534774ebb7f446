import { checkName, idPrefix } from "./continuation.ts";
import type { JournalStore } from "./store.ts";

/**
 * Forgets what the journal keeps of one tenant. Unfinished requests stay, for forgetting a charge on its way is
 * how it happens twice: while `left` is not 0, let them be finished or settled, and purge again.
 */
export async function purgeTenant(
  store: JournalStore,
  options: { readonly tenant: string; readonly continuations: readonly { readonly name: string }[] },
): Promise<{ readonly forgotten: number; readonly left: number }> {
  const { tenant, continuations } = options;
  checkName(tenant, "tenant");
  const total = { forgotten: 0, left: 0 };
  for (const { name: workflow } of continuations) {
    const { forgotten, left } = await store.purge(idPrefix({ workflow, tenant }));
    total.forgotten += forgotten;
    total.left += left;
  }
  return total;
}
