package deployed

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
)

// lineOf returns the line of a part of a value, "Statement[1].Resource[0]", or of the nearest value around it; 0 if no line is known. If a
// document has one item in place of a list, the index is ignored.
func lineOf(v cfn.Value, path string) int {
	line := v.Line
	for path != "" {
		var next cfn.Value
		if rest, ok := strings.CutPrefix(path, "["); ok {
			number, after, _ := strings.Cut(rest, "]")
			next, path = itemOf(v, number), after
		} else {
			next, path = fieldOf(v, strings.TrimPrefix(path, "."))
		}
		if next.IsMissing() {
			return line
		}
		v, line = next, cmp.Or(next.Line, line)
	}
	return line
}

func itemOf(v cfn.Value, number string) cfn.Value {
	i, err := strconv.Atoi(number)
	switch {
	case v.Kind != cfn.List:
		return v
	case err != nil || i < 0 || i >= len(v.Items):
		return cfn.Value{}
	}
	return v.Items[i]
}

// fieldOf returns the field that a path begins with, and the rest of the path. Names may have dots, so the longest match counts.
func fieldOf(v cfn.Value, path string) (field cfn.Value, rest string) {
	longest := ""
	for name := range v.Fields {
		after, ok := strings.CutPrefix(path, name)
		if ok && len(name) > len(longest) && (after == "" || after[0] == '.' || after[0] == '[') {
			longest = name
		}
	}
	if longest == "" {
		return cfn.Value{}, ""
	}
	return v.Fields[longest], path[len(longest):]
}
