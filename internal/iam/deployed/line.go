package deployed

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
)

// lineOf is the line of a part of a value, or of what is nearest around it: "Statement[1].Resource[0]". Where a document has one item in
// place of a list, the item is meant. It is 0 if no line is known.
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

// fieldOf is the field that a path begins with, and the rest of the path. Names may have dots: the longest that fits is meant.
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
