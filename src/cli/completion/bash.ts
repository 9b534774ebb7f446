import type { CompletedCommand, CompletionModel } from "./model.ts";
import { pathWord, quoted, valuesWord, withValues } from "./quoting.ts";

/**
 * Names that come from a running Houston are compared and offered as they are, never evaluated (`compgen -W` would), and
 * only plain ones: what is offered stands on the command line.
 */
export function bashScript(model: CompletionModel, bin: string): string {
  return `# The completion of houston for bash. To load it: source <(houston completion bash)
_houston_bin=${quoted(bin)}
[[ -x $_houston_bin ]] || _houston_bin=houston

# COMMAND: sets what it has.
_houston_spec() {
  subs= opts= args= takes=
  case $1 in
${model.commands.map(specLine).join("\n")}
  esac
}

# KIND: offers what may stand there.
_houston_offer() {
  local word
  case $1 in
    words:*) _houston_words "\${1#words:}" ;;
    live:*)
      while IFS=$'\\t' read -r word _; do
        [[ $word == "$cur"* && $word =~ ^[A-Za-z0-9][A-Za-z0-9._-]*$ ]] && COMPREPLY+=("$prefix$word")
      done < <("$_houston_bin" __complete "\${1#live:}" \${given[@]+"\${given[@]}"} 2>/dev/null)
      ;;
    files)
      compopt -o filenames 2>/dev/null
      while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$cur")
      ;;
  esac
}

# LIST: offers words of ours, with commas or spaces between them.
_houston_words() {
  local word IFS=$', \\n'
  for word in $1; do [[ $word == "$cur"* ]] && COMPREPLY+=("$prefix$word"); done
}

_houston() {
  local cur=\${COMP_WORDS[COMP_CWORD]} at= pending= prefix= subs opts args takes word pair i
  local -a given=() kinds=()
  COMPREPLY=()
  _houston_spec ''
  # Which command it is, which of its arguments, and whether the word before wants a value.
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    # Where = breaks words, --class=public comes as three.
    [[ $word == '=' ]] && continue
    if [[ -n $pending ]]; then
      pending=
    elif [[ $word == -* ]]; then
      for pair in $takes; do [[ $pair == "$word="* ]] && pending=\${pair#*=}; done
    elif [[ -n $subs && " $subs " == *" $word "* ]]; then
      at=\${at:+$at }$word
      _houston_spec "$at"
    else
      given+=("$word")
    fi
  done
  [[ $cur == '=' ]] && cur=
  if [[ -z $pending && $cur == --*=* ]]; then
    for pair in $takes; do [[ $pair == "\${cur%%=*}="* ]] && pending=\${pair#*=}; done
    prefix=\${cur%%=*}=
    cur=\${cur#*=}
  fi
  if [[ -n $pending ]]; then
    _houston_offer "$pending"
  elif [[ -z $prefix && $cur == -* ]]; then
    _houston_words "$opts"
  elif [[ -n $subs ]]; then
    ((\${#given[@]} == 0)) && _houston_words "$subs"
  else
    kinds=($args)
    _houston_offer "\${kinds[\${#given[@]}]}"
  fi
}

complete -F _houston houston
`;
}

function specLine(command: CompletedCommand): string {
  const subs = command.subcommands.map(({ name }) => name).join(" ");
  const opts = command.options.flatMap(({ flags }) => flags).join(" ");
  const args = command.arguments.map(valuesWord).join(" ");
  const takes = withValues(command)
    .flatMap(({ flags, values }) => flags.map((flag) => `${flag}=${valuesWord(values)}`))
    .join(" ");
  return `    ${quoted(pathWord(command))}) subs=${quoted(subs)} opts=${quoted(opts)} args=${quoted(args)} takes=${quoted(takes)} ;;`;
}
