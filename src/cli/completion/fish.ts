import type { CompletedCommand, CompletionModel, Values } from "./model.ts";
import { fishQuoted, pathWord, withValues } from "./quoting.ts";

/** Fish completes options by itself; what a command is called and which argument comes is told by two small functions. */
export function fishScript(model: CompletionModel, bin: string): string {
  return `# The completion of houston for fish. To load it: houston completion fish | source
set -g __houston_bin ${fishQuoted(bin)}
test -x $__houston_bin; or set -g __houston_bin houston

# COMMAND: its subcommands.
function __houston_subs
    switch "$argv[1]"
${model.commands
  .filter(({ subcommands }) => subcommands.length > 0)
  .map(subsCase)
  .join("\n")}
    end
end

# COMMAND: the flags that take a value.
function __houston_takes
    switch "$argv[1]"
${model.commands
  .filter((each) => withValues(each).length > 0)
  .map(takesCase)
  .join("\n")}
    end
end

# The command that is typed, then its arguments so far, a line each.
function __houston_typed
    set -l at
    set -l pending 0
    set -l given
    for word in (commandline -opc)[2..-1]
        if test $pending = 1
            set pending 0
        else if string match -q -- '-*' $word
            contains -- $word (__houston_takes "$at"); and set pending 1
        else if contains -- $word (__houston_subs "$at")
            set at (string trim -- "$at $word")
        else
            set -a given $word
        end
    end
    echo "$at"
    test (count $given) -gt 0; and printf '%s\\n' $given
end

# COMMAND [N]: whether it is typed, and its Nth argument comes now.
function __houston_at
    set -l typed (__houston_typed)
    test "$typed[1]" = "$argv[1]"; or return 1
    test (count $argv) -lt 2; and return 0
    test (count $typed) -eq $argv[2]
end

# NAMES: what a running Houston knows, with the arguments so far.
function __houston_names
    set -l typed (__houston_typed)
    $__houston_bin __complete $argv[1] $typed[2..-1] 2>/dev/null | string match -r '^[A-Za-z0-9][A-Za-z0-9._-]*(?:\\t.*)?$'
end

complete -c houston -e
complete -c houston -f
${model.commands.flatMap(completeLines).join("\n")}
`;
}

const subsCase = (command: CompletedCommand): string =>
  `        case ${fishQuoted(pathWord(command))}
            printf '%s\\n' ${command.subcommands.map(({ name }) => name).join(" ")}`;

const takesCase = (command: CompletedCommand): string =>
  `        case ${fishQuoted(pathWord(command))}
            printf '%s\\n' ${withValues(command)
              .flatMap(({ flags }) => flags)
              .join(" ")}`;

function completeLines(command: CompletedCommand): string[] {
  const at = fishQuoted(pathWord(command));
  const when = (place?: number): string =>
    `-n ${fishQuoted(`__houston_at ${at}${place === undefined ? "" : ` ${place}`}`)}`;
  return [
    ...command.subcommands.map(({ name, says }) => `complete -c houston ${when(1)} -a ${name} -d ${fishQuoted(says)}`),
    ...command.options.map(({ flags, says, values }) => {
      const names = flags.map((flag) => (flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
      return `complete -c houston ${when()} ${names.join(" ")}${values === null ? "" : ` -r${offer(values)}`} -d ${fishQuoted(says)}`;
    }),
    ...command.arguments.map((values, index) => `complete -c houston ${when(index + 1)}${offer(values)}`),
  ];
}

function offer(values: Values): string {
  switch (values.kind) {
    case "words":
      return ` -f -a ${fishQuoted(values.words.join(" "))}`;
    case "live":
      return ` -f -a ${fishQuoted(`(__houston_names ${values.names})`)}`;
    case "files":
      return " -F";
    case "anything":
      return " -f";
  }
}
