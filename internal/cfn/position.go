package cfn

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
)

// At returns the position of a part of the resource's properties, such as "RuleGroup.Rules[1]". If the template does not
// have the part, or its line is unknown, it returns the position of the nearest part around it.
func (r *Resource) At(path string) diag.Position {
	line := Value{Kind: Map, Fields: r.Properties}.LineOf(path)
	return diag.Position{File: r.Stack.File, Line: cmp.Or(line, r.Line)}
}

// LineOf returns the line of a part of v, such as "Statement[1].Resource[0]", or of the nearest part around it; 0 if no
// line is known. If a template has one item in place of a list, the index is ignored.
func (v Value) LineOf(path string) int {
	line := v.Line
	for path != "" {
		var next Value
		if rest, ok := strings.CutPrefix(path, "["); ok {
			number, after, _ := strings.Cut(rest, "]")
			next, path = v.itemAt(number), after
		} else {
			next, path = v.fieldAt(strings.TrimPrefix(path, "."))
		}
		if next.IsMissing() {
			return line
		}
		v, line = next, cmp.Or(next.Line, line)
	}
	return line
}

func (v Value) itemAt(number string) Value {
	i, err := strconv.Atoi(number)
	switch {
	case v.Kind != List:
		return v
	case err != nil || i < 0 || i >= len(v.Items):
		return Value{}
	}
	return v.Items[i]
}

// fieldAt returns the field that a path begins with, and the rest of the path. Names may have dots, so the longest match counts.
func (v Value) fieldAt(path string) (field Value, rest string) {
	var longest Field
	for _, f := range v.Fields {
		after, ok := strings.CutPrefix(path, f.Name)
		if ok && len(f.Name) > len(longest.Name) && (after == "" || after[0] == '.' || after[0] == '[') {
			longest = f
		}
	}
	return longest.Value, path[len(longest.Name):]
}
