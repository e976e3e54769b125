/** The shells that complete. */
export const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;

/**
 * What each shell runs once. All of them ask `hooktrail __complete` with the words up to the cursor, the
 * last one unfinished, and get a candidate and its description on each line. Words come without their quotes,
 * which bash does not take off: `read` does it, and runs nothing. Within double quotes bash would put a part of its
 * history in the place of `!`, so there the quotes are closed around it.
 */
export const COMPLETION_SCRIPTS: Readonly<Record<(typeof SHELLS)[number], string>> = {
  bash: `_hooktrail_plain() {
  case $1 in
    \\'*) plain=\${1#\\'} plain=\${plain%\\'} ;;
    \\"*) plain=\${1#\\"} plain=\${plain%\\"}; IFS= read plain <<< "$plain" ;;
    *) IFS= read plain <<< "$1" ;;
  esac
}
_hooktrail() {
  local IFS=$'\\n' word="\${COMP_WORDS[COMP_CWORD]}" plain line value
  local -a before=()
  for line in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    _hooktrail_plain "$line"
    before+=("$plain")
  done
  _hooktrail_plain "$word"
  COMPREPLY=()
  while IFS= read -r line; do
    value=\${line%%$'\\t'*}
    case $word in
      \\'*) value=\${value//\\'/\\'\\\\\\'\\'} ;;
      \\"*) value=\${value//\\\\/\\\\\\\\} value=\${value//\\"/\\\\\\"} value=\${value//\\$/\\\\\\$} value=\${value//\\\`/\\\\\\\`} value=\${value//!/\\"\\'!\\'\\"} ;;
      *) printf -v value '%q' "$value" ;;
    esac
    COMPREPLY+=("$value")
  done < <(hooktrail __complete -- "\${before[@]}" "$plain" 2>/dev/null)
}
complete -o default -F _hooktrail hooktrail
`,
  zsh: `#compdef hooktrail
_hooktrail() {
  local -a found
  local line value about
  for line in "\${(@f)$(hooktrail __complete -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)\${PREFIX-\${words[CURRENT]}}}" 2>/dev/null)}"; do
    [[ -n $line ]] || continue
    value=\${line%%$'\\t'*} about=\${line#*$'\\t'}
    found+=("\${\${value//\\\\/\\\\\\\\}//:/\\\\:}\${about:+:$about}")
  done
  (( $#found )) && _describe 'hooktrail' found || _files
}
compdef _hooktrail hooktrail
`,
  fish: `function __hooktrail_complete
  set -l found (hooktrail __complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c hooktrail -f -a '(__hooktrail_complete)'
`,
  powershell: `Register-ArgumentCompleter -Native -CommandName hooktrail -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
    Where-Object { $_.Extent.StartOffset -lt $cursorPosition } |
    ForEach-Object { if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.ToString() } })
  if ($wordToComplete -eq '') { $words += '""' }
  hooktrail __complete -- @words 2>$null | ForEach-Object {
    $value, $about = $_ -split "\`t", 2
    $quoted = [System.Management.Automation.Language.CodeGeneration]::EscapeSingleQuotedStringContent($value)
    $text = if ($value -match '[^\\w./:-]') { "'$quoted'" } else { $value }
    [System.Management.Automation.CompletionResult]::new($text, $value, 'ParameterValue', ($about, $value -ne '')[0])
  }
}
`,
};
