/** Blocks as a person meets them: what there is to read, and what there is to click. */
type MadeButton = {
  readonly action_id: string;
  readonly value?: string;
  readonly text: { readonly text: string };
  readonly confirm?: unknown;
};

export function buttonsOf({ blocks }: { readonly blocks: readonly unknown[] }): MadeButton[] {
  return (blocks as { type: string; elements?: MadeButton[] }[]).flatMap(({ type, elements = [] }) =>
    type === "actions" ? elements : [],
  );
}

/** All that a person reads in blocks; a mention as `@here`. */
export function allText(blocks: readonly unknown[]): string {
  const read = (value: unknown): string => {
    if (Array.isArray(value)) return value.map(read).join("");
    if (typeof value !== "object" || value === null) return "";
    const { type, text, elements, range, user_id, fallback } = value as Record<string, unknown>;
    if (type === "broadcast") return `@${String(range)}`;
    if (type === "user") return `@${String(user_id)}`;
    if (type === "date") return String(fallback);
    if (typeof text === "string") return text;
    return `${read(text)}${read(elements)}`;
  };
  return blocks.map(read).join("\n");
}
