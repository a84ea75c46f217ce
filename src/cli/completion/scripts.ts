/** What each shell needs for `svc-doctor <TAB>`; `kubectl svc-doctor <TAB>` is kubectl's own work and needs one program on the PATH. */

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** Every script asks `svc-doctor __complete WORD…`, and leaves the last line, which is the directives, aside. */
const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# kubectl svc-doctor <TAB>: kubectl's own completion asks kubectl_complete-svc_doctor, which npm puts beside kubectl-svc_doctor.
#   echo 'source <(kubectl completion bash)' >> ~/.bashrc
# svc-doctor <TAB>:
#   echo 'source <(svc-doctor completion bash)' >> ~/.bashrc
_svc_doctor() {
  local line=\${COMP_LINE:0:COMP_POINT} current word out directive
  local -a words
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  out=$(svc-doctor __complete "\${words[@]:1}" 2>/dev/null) || return
  directive=\${out##*:}
  current=\${words[-1]}
  COMPREPLY=()
  while IFS=$'\\t' read -r word _; do
    [[ $word == :* || -z $word ]] && continue
    # what stands before the last = or : is a word of its own to bash
    [[ $current == *:* && $COMP_WORDBREAKS == *:* ]] && word=\${word#"\${current%:*}:"}
    COMPREPLY+=("$word")
  done <<<"$out"
  ((directive & 2)) && compopt -o nospace
  ((directive & 4)) || compopt -o default
}
complete -F _svc_doctor svc-doctor
`,
  zsh: `#compdef svc-doctor
# kubectl svc-doctor <TAB>: kubectl's own completion asks kubectl_complete-svc_doctor, which npm puts beside kubectl-svc_doctor.
#   echo 'source <(kubectl completion zsh)' >> ~/.zshrc
# svc-doctor <TAB>:
#   echo 'source <(svc-doctor completion zsh)' >> ~/.zshrc
_svc_doctor() {
  local out line directive
  local -a found
  out=$(svc-doctor __complete "\${(@)words[2,CURRENT]}" 2>/dev/null) || return
  directive=\${out##*:}
  for line in "\${(@f)out}"; do
    [[ $line == :* ]] && continue
    found+=("\${\${line%%$'\\t'*}//:/\\\\:}\${\${line#*$'\\t'}:+:\${line#*$'\\t'}}")
  done
  # to zsh, --flag=value is one word
  [[ \${words[CURRENT]} == -*=* ]] && compset -P '*='
  if ((directive & 2)); then _describe 'svc-doctor' found -S ''; else _describe 'svc-doctor' found; fi
  ((directive & 4)) || _files
}
compdef _svc_doctor svc-doctor
`,
  fish: `# kubectl svc-doctor <TAB>: kubectl's own completion asks kubectl_complete-svc_doctor, which npm puts beside kubectl-svc_doctor.
#   echo 'kubectl completion fish | source' >> ~/.config/fish/config.fish
# svc-doctor <TAB>:
#   echo 'svc-doctor completion fish | source' >> ~/.config/fish/config.fish
function __svc_doctor
  set -l words (commandline -opc) (commandline -ct)
  set -l out (svc-doctor __complete $words[2..] 2>/dev/null)
  # to fish, --flag=value is one word
  set -l sign (string match -r '^--?[^=]+=' -- (commandline -ct))
  test (count $out) -gt 1; and printf "$sign%s\\n" $out[1..-2]
  string match -q ':0' -- $out[-1]; and __fish_complete_path (commandline -ct)
end
complete -c svc-doctor -f -a '(__svc_doctor)'
`,
};

/** The script, with the way to switch it on in its first lines. */
export function completionScript(shell: Shell): string {
  return SCRIPTS[shell];
}
