// Completion scripts. They ask grepl itself (`grepl __complete`), so a new flag is completed without a new script.
import { UserError } from '../errors.ts';
import { type Io, write } from '../io.ts';
import type { Args } from './parse.ts';

const scripts: Record<string, string> = {
  bash: `_grepl() {
  local IFS=$'\\n'
  COMPREPLY=($(grepl __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
  [[ \${COMPREPLY[0]} == */ || \${COMPREPLY[0]} == *= ]] && compopt -o nospace
}
complete -o default -F _grepl grepl
`,
  zsh: `#compdef grepl
_grepl() {
  local -a names
  names=(\${(f)"$(grepl __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  if (( \${#names} )); then compadd -- $names; else _files; fi
}
compdef _grepl grepl
`,
  fish: `function __grepl_complete
    set -l words (commandline -opc) (commandline -ct)
    grepl __complete $words[2..-1] 2>/dev/null
end
complete -c grepl -a '(__grepl_complete)'
`,
};

/** \`grepl completion bash|zsh|fish\`: the script on stdout. Throws UserError 2 for another shell. */
export async function run(args: Args, io: Io): Promise<number> {
  const script = scripts[args.words[0] ?? ''];
  if (!script) {
    throw new UserError(2, args.words[0] ? `no completion for "${args.words[0]}"` : 'completion for which shell?', {
      hint: 'grepl completion bash, zsh or fish',
    });
  }
  await write(io.stdout, script);
  return 0;
}
