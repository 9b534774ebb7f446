import type { CompletedCommand, CompletionModel, Said } from "./model.ts";
import { pathWord, quoted, valuesWord, withValues } from "./quoting.ts";

/** As for bash, with what each word means beside it. */
export function zshScript(model: CompletionModel, bin: string): string {
  return `#compdef houston
# The completion of houston for zsh. To load it: source <(houston completion zsh)
typeset -g _houston_bin=${quoted(bin)}
[[ -x $_houston_bin ]] || _houston_bin=houston

# COMMAND: sets what it has.
_houston_spec() {
  subs=() opts=() args=() takes=()
  case $1 in
${model.commands.map(specLines).join("\n")}
  esac
}

# KIND: offers what may stand there.
_houston_offer() {
  local name says
  local -a found
  case $1 in
    words:*) found=(\${(s:,:)\${1#words:}}) ;;
    live:*)
      while IFS=$'\\t' read -r name says; do
        [[ $name =~ '^[A-Za-z0-9][A-Za-z0-9._-]*$' ]] && found+=("$name\${says:+:$says}")
      done < <("$_houston_bin" __complete "\${1#live:}" "\${given[@]}" 2>/dev/null)
      ;;
    files) _files; return ;;
  esac
  (( \${#found} )) && _describe -V 'names' found
}

_houston() {
  local at= pending= word i
  local -a subs opts args takes given
  _houston_spec ''
  # Which command it is, which of its arguments, and whether the word before wants a value.
  for (( i = 2; i < CURRENT; i++ )); do
    word=\${words[i]}
    if [[ -n $pending ]]; then
      pending=
    elif [[ $word == -* ]]; then
      pending=\${\${(M)takes:#\${word}=*}#*=}
    elif (( \${#subs} )) && [[ -n \${(M)subs:#\${word}:*} ]]; then
      at=\${at:+$at }$word
      _houston_spec "$at"
    else
      given+=("$word")
    fi
  done
  if [[ -n $pending ]]; then
    _houston_offer "$pending"
  elif [[ \${words[CURRENT]} == --*=* ]]; then
    pending=\${\${(M)takes:#\${words[CURRENT]%%=*}=*}#*=}
    compset -P 1 '*='
    _houston_offer "$pending"
  elif [[ \${words[CURRENT]} == -* ]]; then
    _describe -o 'options' opts
  elif (( \${#subs} )); then
    (( \${#given} == 0 )) && _describe 'commands' subs
  else
    _houston_offer "\${args[\${#given} + 1]}"
  fi
}

# Loaded by compinit from a folder of its own, or read into a shell that runs.
if [[ \${funcstack[1]} == _houston ]]; then
  _houston "$@"
elif (( $+functions[compdef] )); then
  compdef _houston houston
fi
`;
}

function specLines(command: CompletedCommand): string {
  const opts = command.options.flatMap(({ flags, says }) => flags.map((name) => described({ name, says })));
  const takes = withValues(command).flatMap(({ flags, values }) =>
    flags.map((flag) => quoted(`${flag}=${valuesWord(values)}`)),
  );
  return `    ${quoted(pathWord(command))})
      subs=(${command.subcommands.map(described).join(" ")})
      opts=(${opts.join(" ")})
      args=(${command.arguments.map((each) => quoted(valuesWord(each))).join(" ")})
      takes=(${takes.join(" ")}) ;;`;
}

const described = ({ name, says }: Said): string => quoted(`${name}:${says}`);
