import type { CompletedCommand, Values } from "./model.ts";

/** One word in single quotes, for bash and zsh; fish has its own way to write a quote between quotes. */
export const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
export const fishQuoted = (text: string): string => `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`;

/** What may stand there, as one word that the scripts read. */
export function valuesWord(values: Values): string {
  switch (values.kind) {
    case "words":
      return `words:${values.words.join(",")}`;
    case "live":
      return `live:${values.names}`;
    case "files":
      return "files";
    case "anything":
      return "anything";
  }
}

export const pathWord = ({ path }: CompletedCommand): string => path.join(" ");

export const withValues = ({
  options,
}: CompletedCommand): readonly { readonly flags: readonly string[]; readonly values: Values }[] =>
  options.flatMap(({ flags, values }) => (values === null ? [] : [{ flags, values }]));
