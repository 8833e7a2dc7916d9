/** Completion for fish. */
import { STATE_CODES } from "../model/state.ts";
import { type CliDescription, type LookUp, programNames, scriptData } from "./completion_data.ts";

export function fishCompletion(description: CliDescription): string {
  const registrations = programNames(description).map((name) =>
    `complete -c ${quote(name)} -f -a '(__visor_complete)'\n`
  );
  return `${tables(description)}\n${WALKER}\n${registrations.join("")}`;
}

function tables(description: CliDescription): string {
  const { link, commands, options, value, actions, takes, flags } = scriptData(description);
  return [
    lookUp("__visor_link", link),
    `function __visor_commands\n    ${print(commands)}\nend\n`,
    lookUp("__visor_options", options),
    lookUp("__visor_value", value),
    lookUp("__visor_actions", actions),
    lookUp("__visor_takes", takes),
    lookUp("__visor_flags", flags),
  ].join("");
}

function lookUp(name: string, table: readonly LookUp[]): string {
  const arms = table.map(({ words, lines }) =>
    `        case ${words.map(quote).join(" ")}\n            ${print(lines)}\n`
  );
  return `function ${name}\n    switch "$argv[1]"\n${arms.join("")}    end\nend\n`;
}

function print(lines: readonly string[]): string {
  return lines.length === 0 ? "true" : `printf '%s\\n' ${lines.map(quote).join(" ")}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

/** What stands after a name in a line of `status`; an error message has something else there. */
const STATES = Object.keys(STATE_CODES);

const WALKER = `function __visor_names
    set -l kind $argv[1]
    set -l last ''
    for line in ($argv[2..] status 2>/dev/null </dev/null)
        string match -qr '^\\S+\\s+(${STATES.join("|")})\\b' -- $line; or continue
        set -l name (string match -r '^\\S+' -- $line)
        set -l group (string replace -r ':.*' '' -- $name)
        if test "$group" != "$last"
            if test $kind = groups
                printf '%s\\n' $group
            else if test "$group" != "$name"
                printf '%s:*\\n' $group
            end
            set last $group
        end
        test $kind = groups; or printf '%s\\n' $name
    end
end

function __visor_complete
    set -l words (commandline -opc)
    set -l cur (commandline -ct)
    set -l ctl $words[1]
    set -l command (__visor_link (string replace -r '.*/' '' -- $words[1]))
    set -l at 2
    if test -z "$command"
        if test (count $words) -eq 1
            __visor_commands
            return
        end
        set command $words[2]
        set -a ctl $command
        set at 3
    end
    while test $at -le (count $words); and string match -q -- '-*' $words[$at]
        set -l value (__visor_value "$command $words[$at]")
        test "$words[$at]" = --json; or set -a ctl $words[$at]
        set at (math $at + 1)
        test -n "$value"; or continue
        if test $at -gt (count $words)
            switch $value
                case file
                    __fish_complete_path $cur
                case folder
                    __fish_complete_directories $cur
            end
            return
        end
        set -a ctl $words[$at]
        set at (math $at + 1)
    end
    if test $at -gt (count $words); and string match -q -- '-*' "$cur"
        __visor_options $command
    else if test -z "$(__visor_actions $command | string collect)"
        __fish_complete_path $cur
    else if test $at -gt (count $words)
        __visor_actions $command
    else if string match -q -- '-*' "$cur"
        __visor_flags "$command $words[$at]"
    else
        set -l takes (__visor_takes "$command $words[$at]")
        switch "$takes"
            case actions
                __visor_actions $command
            case '?*'
                __visor_names $takes $ctl
        end
    end
end
`;
