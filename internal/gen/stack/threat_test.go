package stack_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/filetest"
	"github.com/tierwall/tierwall/internal/gen/stack"
)

const knownHost = `drop tcp any any -> 198.51.100.7 any (msg:"known"; sid:7;)`

// inFolder makes the stack of small with threats, whose files are in a folder.
func inFolder(t *testing.T, folder fs.FS, threats string) (*stack.Stack, diag.List) {
	t.Helper()
	d := parsed(t, strings.Replace(small, "[{MalwareDomains: drop}]", "[MalwareDomains], threats: ["+threats+"]", 1))
	s, diags := stack.MakeIn(folder, d.Environments[0].Document, d.Environments[0], ".json", today)
	filetest.CheckText(t, diags.String())
	return s, diags
}

// TestThreats: rules come from files, line ends of Windows or not, and stand in the order of the file before those of AWS.
func TestThreats(t *testing.T) {
	t.Parallel()
	folder := fstest.MapFS{
		"rules/own.rules": {Data: []byte("# hosts\r\n  " + knownHost + "\r\n")},
		"feeds/ips.txt":   {Data: []byte("192.0.2.1\n2001:db8::/32 # bad\n")},
		"feeds/names.txt": {Data: []byte(".bad.example\n")},
	}
	s, diags := inFolder(t, folder,
		"{id: Own, suricata: rules/own.rules, capacity: 50}, {id: Bad, ips: feeds/ips.txt}, {id: Names, domains: feeds/names.txt}")
	require.NotNil(t, s, diags.String())
	text := string(s.Template.Encode(s.File))
	assert.Contains(t, text, `"RulesString": "# hosts\n`+strings.ReplaceAll(knownHost, `"`, `\"`)+`\n"`)
	assert.Contains(t, text, `"Capacity": 50`)
	assert.Contains(t, text, "drop ip any any -> 192.0.2.1 any")
	assert.Contains(t, text, "drop ip any any -> 2001:db8::/32 any")
	assert.Contains(t, text, "dotprefix; content:")
	prove(t, s)
}

// TestThreatErrors: what is wrong with a file is told with its name and line.
func TestThreatErrors(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ threats, data, want string }{
		"no file":        {"{id: Own, suricata: none.rules}", "", "open none.rules: file does not exist"},
		"a folder":       {"{id: Own, suricata: folder}", "", "folder is not a file"},
		"no rules":       {"{id: Own, suricata: file}", "# nothing\n", "write rules into the file"},
		"no rule":        {"{id: Own, suricata: file}", "\n\nallow everything", "inspection threat Own (file): "},
		"one rule twice": {"{id: Own, suricata: file}", knownHost + "\n" + knownHost, "two rules have the sid 7"},
		"a rule twice":   {"{id: Own, suricata: file}, {id: More, suricata: file}", knownHost, "SID 7 is in two rule groups"},
		"too many": {
			"{id: Own, suricata: file, capacity: 1}", knownHost + "\n" + strings.Replace(knownHost, "sid:7", "sid:8", 1),
			"raise `capacity`, or leave it out",
		},
		"both directions": {"{id: Own, suricata: file}", strings.Replace(knownHost, "->", "<>", 1), "inspection threat Own (file): "},
		"dynamic reference": {
			"{id: Own, suricata: file}", strings.Replace(knownHost, "known", "{{resolve:ssm:a}}", 1), "the rules have a dynamic reference",
		},
		"no address": {"{id: Bad, ips: file}", "192.0.2.1\nnowhere", `line 2: "nowhere" is neither an address nor a block`},
		"no names":   {"{id: Bad, domains: file}", "", "the feed \"Bad\" is empty"},
		"too large":  {"{id: Bad, ips: file}", strings.Repeat("# a comment\n", 1_400_000), "allowed are 16777216"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, diags := inFolder(t, fstest.MapFS{"file": {Data: []byte(test.data)}, "folder/x": {}}, test.threats)
			assert.Nil(t, s)
			assert.Contains(t, diags.String(), test.want)
			assert.Contains(t, diags.String(), "(architecture.yaml:21)")
		})
	}
}

// TestThreatLinks: a link that leads out of the folder is not followed.
func TestThreatLinks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	inside := filepath.Join(dir, "inside")
	require.NoError(t, os.Mkdir(inside, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "secret"), []byte(knownHost), 0o600))
	require.NoError(t, os.Symlink("../secret", filepath.Join(inside, "link")))
	root, err := os.OpenRoot(inside)
	require.NoError(t, err)
	t.Cleanup(func() { _ = root.Close() })
	s, diags := inFolder(t, root.FS(), "{id: Own, suricata: link}")
	assert.Nil(t, s)
	assert.Contains(t, diags.String(), "path escapes from parent")
}
