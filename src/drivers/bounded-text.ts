/** The whole of a body that somebody else sends, but no more of it than is sane; throws what `tooLong` makes once it is more. */
export async function boundedText(
  body: AsyncIterable<Uint8Array>,
  limit: { readonly bytes: number; readonly tooLong: () => Error },
): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > limit.bytes) throw limit.tooLong();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
