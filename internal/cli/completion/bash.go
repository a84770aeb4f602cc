package completion

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

// bash returns a script for bash 3.2 and later, so that it runs on macOS too. It proposes files where no word fits, as "-o default" does.
func bash(app *kong.Application) string {
	var paths, flagValues, words []string
	walk(app.Node, nil, func(n *kong.Node, path []string) {
		at := strings.Join(append([]string{""}, path...), "/")
		if len(path) > 0 {
			paths = append(paths, at)
		}
		var names []string
		for _, f := range flags(n) {
			names = append(names, "--"+f.Name)
			if takesValue(f) {
				var patterns []string
				for _, s := range spellings(f) {
					patterns = append(patterns, at+":"+s)
				}
				words := quote(strings.Join(values(f.Value), " "))
				flagValues = append(flagValues, fmt.Sprintf("\t%s) words=%s ;;\n", strings.Join(patterns, " | "), words))
			}
		}
		next, _ := allArguments(n)
		for _, c := range commands(n) {
			next = append(next, c.Name)
		}
		words = append(words, fmt.Sprintf("\t\t%s) flags=%s next=%s ;;\n", quote(at), quote(strings.Join(names, " ")),
			quote(strings.Join(next, " "))))
	})
	return strings.NewReplacer("NAME", app.Name, "PATHS", strings.Join(paths, " | "), "\tVALUES\n", strings.Join(flagValues, ""),
		"\t\tWORDS\n", strings.Join(words, "")).Replace(bashScript)
}

const bashScript = `# bash completion for NAME. To load it, add to ~/.bashrc: source <(NAME completion bash)

_NAME() {
	local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command= word words flags next
	COMPREPLY=()
	for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		case "$command/$word" in
		PATHS) command=$command/$word ;;
		esac
	done

	# bash makes three words of --flag=value.
	if [[ $current == = ]]; then
		current=
	elif [[ $previous == = ]]; then
		previous=${COMP_WORDS[COMP_CWORD-2]}
	fi
	case "$command:$previous" in
	VALUES
	*)
		case "$command" in
		WORDS
		esac
		words=$next
		if [[ $current == -* ]]; then
			words=$flags
		fi
		;;
	esac
	COMPREPLY=($(compgen -W "$words" -- "$current"))
}

complete -o default -F _NAME NAME
`
