/** Shells that can be told what `tidemark` takes. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** Asks the program itself: each line is what may be typed, a tab, and what it is. Where there is none, files are offered. */
export const COMPLETE = 'complete';

const BASH = `_tidemark() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <("$1" ${COMPLETE} -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _tidemark tidemark
`;

const ZSH = `#compdef tidemark
_tidemark() {
  local text about
  local -a found
  while IFS=$'\\t' read -r text about; do
    found+=("\${text//:/\\\\:}:\${about}")
  done < <("\${words[1]}" ${COMPLETE} -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#found} )); then
    _describe tidemark found
  else
    _files
  fi
}
if [[ "\${funcstack[1]}" == _tidemark ]]; then
  _tidemark "$@"
else
  compdef _tidemark tidemark
fi
`;

const FISH = `function __tidemark_complete
    set --local words (commandline --tokenize --cut-at-cursor --current-process)
    set --local current (commandline --current-token --cut-at-cursor)
    set --local found ($words[1] ${COMPLETE} -- $words[2..-1] "$current" 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\\n' $found
    else
        __fish_complete_path "$current"
    end
end
complete --command tidemark --no-files --arguments '(__tidemark_complete)'
`;

/** What the shell reads once, when it starts. */
export const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
