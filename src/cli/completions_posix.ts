/** Completion for bash and zsh, which share their tables. */
import { STATE_CODES } from "../model/state.ts";
import { type CliDescription, type LookUp, programNames, scriptData } from "./completion_data.ts";

export function bashCompletion(description: CliDescription): string {
  const names = programNames(description).map(quote).join(" ");
  return `${tables(description)}\n${NAMES}\n${BASH}\ncomplete -F _visor ${names}\n`;
}

/** Works sourced as well as put into a folder of `fpath` as `_visor`. */
export function zshCompletion(description: CliDescription): string {
  const names = programNames(description).map(quote).join(" ");
  return `#compdef ${names}\n${tables(description)}\n${NAMES}\n${ZSH}\n` +
    `if [[ $funcstack[1] == _visor ]]; then _visor "$@"; else compdef _visor ${names}; fi\n`;
}

function tables(description: CliDescription): string {
  const { link, commands, options, value, actions, takes, flags } = scriptData(description);
  return [
    lookUp("_visor_link", link),
    `_visor_commands() {\n  ${print(commands)}\n}\n`,
    lookUp("_visor_options", options),
    lookUp("_visor_value", value),
    lookUp("_visor_actions", actions),
    lookUp("_visor_takes", takes),
    lookUp("_visor_flags", flags),
  ].join("");
}

function lookUp(name: string, table: readonly LookUp[]): string {
  const arms = table.map(({ words, lines }) =>
    `    ${words.map(quote).join(" | ")}) ${print(lines)} ;;\n`
  );
  return `${name}() {\n  case $1 in\n${arms.join("")}  esac\n}\n`;
}

/** Nothing to print is `:`, the command that does nothing. */
function print(lines: readonly string[]): string {
  return lines.length === 0 ? ":" : `printf '%s\\n' ${lines.map(quote).join(" ")}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** What stands after a name in a line of `status`; an error message has something else there. */
const STATES = Object.keys(STATE_CODES);

/** `_visor_names KIND CTL…`: what the daemon has to offer, one name a line. */
const NAMES = `_visor_names() {
  local kind=$1 name rest group last=''
  shift
  "$@" status 2>/dev/null </dev/null | while read -r name rest; do
    case \${rest%% *} in
      ${STATES.join(" | ")}) ;;
      *) continue ;;
    esac
    group=\${name%%:*}
    if [[ $group != "$last" && ( $kind == groups || $group != "$name" ) ]]; then
      [[ $kind == groups ]] && printf '%s\\n' "$group" || printf '%s\\n' "$group:*"
      last=$group
    fi
    [[ $kind == groups ]] || printf '%s\\n' "$name"
  done
}
`;

/**
 * The line is taken apart here, not by readline, which breaks words at the colon of
 * \`group:name\`; what it will keep of such a word is cut off the replies at the end.
 */
const BASH = `_visor_offer() {
  local line name
  while IFS= read -r line; do
    name=\${line%%$'\\t'*}
    [[ $name == "$cur"* ]] || continue
    [[ $name == *[!A-Za-z0-9_.:*@%+,/=-]* ]] && printf -v name %q "$name"
    [[ $COMP_WORDBREAKS == *:* && $cur == *:* ]] && name=\${name#"\${cur%:*}:"}
    COMPREPLY+=("$name")
  done
}

_visor_files() {
  compopt -o filenames 2>/dev/null
  local path
  while IFS= read -r path; do COMPREPLY+=("$path"); done < <(compgen "$1" -- "$cur")
}

_visor() {
  local line=\${COMP_LINE:0:COMP_POINT} words=() at=1 last cur command value
  COMPREPLY=()
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  last=$((\${#words[@]} - 1))
  cur=\${words[last]}
  local ctl=("\${words[0]}")
  command=$(_visor_link "\${words[0]##*/}")
  if [[ -z $command ]]; then
    if ((last == 1)); then
      _visor_offer < <(_visor_commands)
      return
    fi
    command=\${words[1]} at=2
    ctl+=("$command")
  fi
  while ((at < last)) && [[ \${words[at]} == -* ]]; do
    value=$(_visor_value "$command \${words[at]}")
    [[ \${words[at]} == --json ]] || ctl+=("\${words[at]}")
    at=$((at + 1))
    [[ -n $value ]] || continue
    if ((at == last)); then
      case $value in
        file) _visor_files -f ;;
        folder) _visor_files -d ;;
      esac
      return
    fi
    ctl+=("\${words[at]}")
    at=$((at + 1))
  done
  if ((at == last)) && [[ $cur == -* ]]; then
    _visor_offer < <(_visor_options "$command")
  elif [[ -z $(_visor_actions "$command") ]]; then
    _visor_files -f
  elif ((at == last)); then
    _visor_offer < <(_visor_actions "$command")
  elif [[ $cur == -* ]]; then
    _visor_offer < <(_visor_flags "$command \${words[at]}")
  else
    value=$(_visor_takes "$command \${words[at]}")
    case $value in
      actions) _visor_offer < <(_visor_actions "$command") ;;
      ?*) _visor_offer < <(_visor_names "$value" "\${ctl[@]}") ;;
    esac
  fi
}
`;

const ZSH = `_visor_offer() {
  local line
  local -a candidates
  while IFS= read -r line; do
    candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  _describe -t "$1" "$1" candidates
}

_visor_offer_names() {
  local -a candidates
  candidates=("\${(@f)$(_visor_names "$@")}")
  compadd -a candidates
}

_visor() {
  local command value at=2
  local -a ctl
  ctl=("\${words[1]}")
  command=$(_visor_link "\${words[1]:t}")
  if [[ -z $command ]]; then
    if ((CURRENT == 2)); then
      _visor_offer command < <(_visor_commands)
      return
    fi
    command=\${words[2]} at=3
    ctl+=("$command")
  fi
  while ((at < CURRENT)) && [[ \${words[at]} == -* ]]; do
    value=$(_visor_value "$command \${words[at]}")
    [[ \${words[at]} == --json ]] || ctl+=("\${words[at]}")
    at=$((at + 1))
    [[ -n $value ]] || continue
    if ((at == CURRENT)); then
      case $value in
        file) _files ;;
        folder) _files -/ ;;
      esac
      return
    fi
    ctl+=("\${words[at]}")
    at=$((at + 1))
  done
  if ((at == CURRENT)) && [[ \${words[CURRENT]} == -* ]]; then
    _visor_offer option < <(_visor_options "$command")
  elif [[ -z $(_visor_actions "$command") ]]; then
    _files
  elif ((at == CURRENT)); then
    _visor_offer action < <(_visor_actions "$command")
  elif [[ \${words[CURRENT]} == -* ]]; then
    _visor_offer option < <(_visor_flags "$command \${words[at]}")
  else
    value=$(_visor_takes "$command \${words[at]}")
    case $value in
      actions) _visor_offer action < <(_visor_actions "$command") ;;
      ?*) _visor_offer_names "$value" "\${ctl[@]}" ;;
    esac
  fi
}
`;
