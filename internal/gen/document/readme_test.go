package document

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// rests are the words of what may follow a verb.
var rests = map[Rest]string{
	Keys: "patterns of keys; none is all", Secrets: "secrets, one or more", OneSecret: "a secret", LogGroups: "log groups",
	Packages: "`al2023`, `al2`, `patch-manager`, `cloudwatch-agent`, `codedeploy-agents`", Things: "kinds, as in `Instances Volumes`",
	ARN: "an ARN", Call: "`SERVICE ACTION, ACTION on ARN, ARN`",
}

// TestReadmeHasAllVerbs: the page has the table of verbs.
func TestReadmeHasAllVerbs(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("README.md")
	require.NoError(t, err)
	var names []string
	types := map[string][]string{}
	rest := map[string]string{}
	for _, v := range Verbs {
		if _, seen := types[v.Name]; !seen {
			names = append(names, v.Name)
			types[v.Name] = nil
		}
		if v.Type != "" {
			types[v.Name] = append(types[v.Name], v.Type)
		}
		text := rests[v.Rest]
		if v.Rest == Keys && len(types[v.Name]) == 1 {
			text = "of a bucket: " + text
		}
		if rest[v.Name] == "" {
			rest[v.Name] = text
		}
	}
	var rows []string
	for _, name := range names {
		rows = append(rows, fmt.Sprintf("| `%s` | %s | %s |", name, strings.Join(types[name], ", "), rest[name]))
	}
	table := "| Verb | Resource | Then |\n|---|---|---|\n" + strings.Join(rows, "\n") + "\n"
	if *update {
		start := strings.Index(string(page), "| Verb | Resource | Then |")
		require.Positive(t, start)
		end := start + strings.Index(string(page[start:]), "\n\n") + 1
		page = []byte(string(page[:start]) + table + string(page[end:]))
		require.NoError(t, os.WriteFile("README.md", page, 0o644))
	}
	assert.Contains(t, string(page), table)
}
