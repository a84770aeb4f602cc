package cfn

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Default is a value that was assumed because none was given: a parameter's default, or a file's name for
// AWS::StackName.
type Default struct {
	Stack string // the top-level stack whose parameter it is
	Name  string // "Open", "AWS::StackName"
	Value string
	// Flag is the command-line flag that gives another value: "-p Open=...".
	Flag string
}

// String describes the assumption and the flag that changes it.
func (d Default) String() string {
	whose := "the parameter's default"
	if d.Name == stackName {
		whose = "the file's name"
	}
	value := d.Value
	if strings.TrimSpace(value) == "" {
		value = strconv.Quote(value) // A blank value would be invisible.
	}
	return fmt.Sprintf("%s=%s, %s (set another with %s)", d.Name, value, whose, d.Flag)
}

// defaultsAmong returns the defaults among the causes, sorted.
func (r *resolver) defaultsAmong(n *node, causes []*cause) []Default {
	var all []Default
	visited := rootCauses(causes, func(c *cause) {
		if c.byDefault != nil {
			all = append(all, *c.byDefault)
		}
	})
	r.charge(n, visited)
	return sortedDefaults(all)
}

func sortedDefaults(all []Default) []Default {
	slices.SortFunc(all, func(a, b Default) int {
		return cmp.Or(cmp.Compare(a.Stack, b.Stack), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Value, b.Value))
	})
	return slices.Compact(all)
}
