import { z } from "zod";

/** What Slack has published that its methods take (docs.slack.dev/reference/methods), as made-slack.testing.ts checks it. */
export type Args = Readonly<Record<string, unknown>>;

const ts = z.string().regex(/^\d{10}\.\d{6}$/);
const channel = z.string().regex(/^[CGD][A-Z0-9]+$/);
const jsonText = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue("no JSON text");
    return z.NEVER;
  }
});
const bool = z.enum(["true", "false"]).transform((text) => text === "true");
const whole = z.string().regex(/^\d+$/).transform(Number);
const metadata = jsonText.pipe(
  z.strictObject({ event_type: z.string().min(1).max(255), event_payload: z.record(z.string(), z.string()) }),
);
const message = {
  channel,
  text: z.string().min(1).max(40_000),
  blocks: jsonText.pipe(z.array(z.unknown())).optional(),
  parse: z.enum(["none", "full"]).optional(),
};
const page = {
  channel,
  oldest: z
    .string()
    .regex(/^\d+(?:\.\d{6})?$/)
    .optional(),
  limit: whole.pipe(z.number().min(1).max(999)).optional(),
  include_all_metadata: bool.optional(),
};

/** Arguments by method; anything else is no argument of it. All of them come form-encoded, so all are text. */
export const METHODS: Readonly<Record<string, z.ZodType<Args>>> = {
  "auth.test": z.strictObject({}),
  "apps.connections.open": z.strictObject({}),
  "chat.postMessage": z.strictObject({
    ...message,
    thread_ts: ts.optional(),
    reply_broadcast: bool.optional(),
    metadata: metadata.optional(),
    unfurl_links: bool.optional(),
    unfurl_media: bool.optional(),
  }),
  "chat.postEphemeral": z.strictObject({
    ...message,
    user: z.string().regex(/^[UW][A-Z0-9]+$/),
    thread_ts: ts.optional(),
  }),
  "chat.update": z.strictObject({ ...message, ts, metadata: metadata.optional() }),
  "conversations.history": z.strictObject(page),
  "conversations.replies": z.strictObject({ ...page, ts }),
  "files.getUploadURLExternal": z.strictObject({
    filename: z.string().min(1).max(255),
    length: whole.pipe(z.number().min(1)),
    alt_txt: z.string().min(1).max(1000).optional(),
  }),
  "files.completeUploadExternal": z.strictObject({
    files: jsonText.pipe(
      z.array(z.strictObject({ id: z.string().regex(/^F[A-Z0-9]+$/), title: z.string().optional() })).min(1),
    ),
    channel_id: channel,
    thread_ts: ts.optional(),
  }),
  "files.delete": z.strictObject({ file: z.string().regex(/^F[A-Z0-9]+$/) }),
};

export const RESPONSE = z.strictObject({
  response_type: z.enum(["in_channel", "ephemeral"]).optional(),
  replace_original: z.boolean().optional(),
  text: z.string().min(1).max(40_000),
  blocks: z.array(z.unknown()).optional(),
});
export const RESPONSES_MAX = 5;
