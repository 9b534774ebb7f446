import { z } from "zod";

/**
 * Slack's Block Kit as its reference publishes it (docs.slack.dev/reference/block-kit: blocks header, rich_text and actions;
 * elements button, rich text; objects text and confirmation dialog): which fields there are, and how long each may be.
 */
const plainText = (max: number) =>
  z.strictObject({ type: z.literal("plain_text"), text: z.string().min(1).max(max), emoji: z.boolean().optional() });

const style = z
  .strictObject({
    bold: z.boolean().optional(),
    italic: z.boolean().optional(),
    strike: z.boolean().optional(),
    code: z.boolean().optional(),
  })
  .optional();

const element = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("text"), text: z.string().min(1).max(3000), style }),
  z.strictObject({
    type: z.literal("date"),
    timestamp: z.int().positive(),
    format: z.string().min(1),
    fallback: z.string().optional(),
    style,
  }),
  z.strictObject({ type: z.literal("broadcast"), range: z.enum(["here", "channel", "everyone"]), style }),
  z.strictObject({ type: z.literal("user"), user_id: z.string().regex(/^[UW][A-Z0-9]+$/), style }),
  z.strictObject({ type: z.literal("usergroup"), usergroup_id: z.string().regex(/^S[A-Z0-9]+$/), style }),
]);

const section = z.strictObject({ type: z.literal("rich_text_section"), elements: z.array(element).min(1) });
const list = z.strictObject({
  type: z.literal("rich_text_list"),
  style: z.enum(["bullet", "ordered"]),
  elements: z.array(section).min(1),
});

const button = z.strictObject({
  type: z.literal("button"),
  text: plainText(75),
  action_id: z.string().min(1).max(255),
  value: z.string().max(2000).optional(),
  style: z.enum(["primary", "danger"]).optional(),
  confirm: z
    .strictObject({
      title: plainText(100),
      text: plainText(300),
      confirm: plainText(30),
      deny: plainText(30),
      style: z.enum(["primary", "danger"]).optional(),
    })
    .optional(),
});

const block = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("header"), text: plainText(150) }),
  z.strictObject({ type: z.literal("rich_text"), elements: z.array(z.union([section, list])).min(1) }),
  z.strictObject({
    type: z.literal("actions"),
    elements: z
      .array(button)
      .min(1)
      .max(25)
      .refine((all) => new Set(all.map(({ action_id }) => action_id)).size === all.length, "action_id twice"),
  }),
]);

const blocks = z.array(block).max(50);

/** Slack's own code for what is wrong with them, and why; null when nothing is. */
export function wrongBlocks(value: unknown): { readonly error: string; readonly why: string } | null {
  if (JSON.stringify(value).length > 13_100) return { error: "msg_blocks_too_long", why: "over 13,100 characters" };
  const { success, error } = blocks.safeParse(value);
  return success ? null : { error: "invalid_blocks", why: z.prettifyError(error) };
}
