// Completion scripts. They ask grepl itself (`grepl __complete`), so a new flag is completed without a new script.
import { UserError } from '../errors.ts';
import { type Io, write } from '../io.ts';
import type { Args } from './parse.ts';

// bash breaks words at : and = too. They are put together again for grepl, and what stands before the last break is
// taken off what grepl answers, since bash replaces only what is behind it.
const bash = `_grepl() {
  local IFS=$' \\t\\n' rest=$COMP_LINE words=() piece word current candidate i
  for ((i = 0; i <= COMP_CWORD; i++)); do
    piece=\${COMP_WORDS[i]}
    word=\${rest#"\${rest%%[![:space:]]*}"}
    if ((i == 0)) || [[ $word != "$rest" ]]; then words+=("$piece"); else words[\${#words[@]}-1]+=$piece; fi
    rest=\${word#"$piece"}
  done
  current=\${words[\${#words[@]}-1]}
  [[ $piece == [:=]* ]] && piece=
  COMPREPLY=()
  while IFS= read -r candidate; do
    [[ $candidate ]] && COMPREPLY+=("\${candidate#"\${current%"$piece"}"}")
  done <<< "$(grepl __complete "\${words[@]:1}" 2>/dev/null)"
  [[ \${#COMPREPLY[@]} == 1 && $COMPREPLY == *[/=.] ]] && compopt -o nospace 2>/dev/null
}
complete -o default -F _grepl grepl
`;

const zsh = `#compdef grepl
_grepl() {
  local -a names
  names=("\${(@f)$(grepl __complete "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  names=(\${names:#})
  if (( ! \${#names} )); then
    compset -P '*='
    _files
    return
  fi
  compadd -S '' -- \${(M)names:#*[/=.]}
  compadd -- \${names:#*[/=.]}
}
if [[ $funcstack[1] == _grepl ]]; then _grepl "$@"; else compdef _grepl grepl; fi
`;

const fish = `function __grepl_complete
  set -l word (commandline -ct)
  set -l words (commandline -opc) $word
  set -l names (grepl __complete $words[2..-1] 2>/dev/null)
  if set -q names[1]
    printf '%s\\n' $names
  else
    set -l flag (string match -r '^-[^=]*=' -- $word)
    __fish_complete_path (string replace -- "$flag" '' $word) | string replace -r '^' -- "$flag"
  end
end
complete -c grepl -f -a '(__grepl_complete)'
`;

const scripts = new Map([
  ['bash', bash],
  ['zsh', zsh],
  ['fish', fish],
]);

/** `grepl completion bash|zsh|fish`: the script on stdout. Throws UserError 2 for another shell. */
export async function run(args: Args, io: Io): Promise<number> {
  const script = scripts.get(args.words[0] ?? '');
  if (!script) {
    throw new UserError(2, args.words[0] ? `no completion for "${args.words[0]}"` : 'completion for which shell?', {
      hint: 'grepl completion bash, zsh or fish',
    });
  }
  await write(io.stdout, script);
  return 0;
}
