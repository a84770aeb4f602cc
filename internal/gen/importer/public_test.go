package importer_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/gen/importer"
)

// TestPublic imports templates in the styles of public ones. Beside each stands what a person expects, written from the template alone.
func TestPublic(t *testing.T) {
	t.Parallel()
	folders, err := filepath.Glob("testdata/public/*")
	require.NoError(t, err)
	equal := 0
	for _, folder := range folders {
		want := readExpectation(t, filepath.Join(folder, "expect"))
		a, err := cfn.Load([]string{filepath.Join(folder, want.load)}, &cfn.Options{Parameters: want.parameters})
		require.NoError(t, err, folder)
		var text strings.Builder
		for _, exact := range []bool{true, false} {
			d, report := importer.Import(a, importer.Options{Exact: exact, Today: today})
			assert.Empty(t, report.Verdict.Wider, folder)
			for _, less := range report.Verdict.Narrower {
				assert.NotEmpty(t, less.Reason, "%s: %s", folder, less)
			}
			if exact {
				want.check(t, folder, d, report)
			}
			if exact && d != nil && report.Verdict.IsEqual() {
				equal++
			}
			fmt.Fprintf(&text, "# exact: %v\n%s\n%s", exact, written(d), reported(report))
		}
		compareGolden(t, "public-"+filepath.Base(folder), text.String())
	}
	t.Logf("%d of %d templates come back equal with --exact", equal, len(folders))
	assert.GreaterOrEqual(t, equal, 8)
}

// expectation is what a person expects of an import: the tiers and the flows are complete, all else is a part.
type expectation struct {
	load       string // the file to load, if not the whole folder
	parameters map[string]string
	lines      map[string][]string // by their first word
}

// readExpectation reads a file of lines: a word, and what is expected.
func readExpectation(t *testing.T, path string) expectation {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	out := expectation{parameters: map[string]string{}, lines: map[string][]string{}}
	for line := range strings.Lines(string(data)) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch word {
		case "#", "":
		case "load":
			out.load = rest
		case "parameter":
			name, value, _ := strings.Cut(rest, "=")
			out.parameters[name] = value
		case "tier", "flow", "exception", "absent", "residual", "assumed", "verdict":
			out.lines[word] = append(out.lines[word], rest)
		default:
			require.Fail(t, "unknown word "+word, path)
		}
	}
	return out
}

// check compares the result of an exact import with what is expected.
func (w expectation) check(t *testing.T, folder string, d *document.Document, r importer.Report) {
	t.Helper()
	require.NotNil(t, d, "%s: no document: %v", folder, r.Residual)
	var tiers, flows, exceptions []string
	for _, e := range r.Tiers {
		tiers = append(tiers, e.ID+" "+e.Kind)
	}
	for _, f := range d.Flows {
		flows = append(flows, fmt.Sprintf("%s -> %s %s", f.From, f.To, f.Service))
	}
	for _, f := range d.Exceptions {
		exceptions = append(exceptions, fmt.Sprintf("%s -> %s %s", f.From, f.To, f.Service))
	}
	assert.ElementsMatch(t, w.lines["tier"], tiers, "%s: tiers", folder)
	assert.ElementsMatch(t, w.lines["flow"], flows, "%s: flows", folder)
	assert.Subset(t, exceptions, w.lines["exception"], "%s: exceptions", folder)
	for _, pair := range w.lines["absent"] {
		for _, f := range append(flows, exceptions...) {
			assert.False(t, strings.HasPrefix(f, pair+" "), "%s: %s", folder, f)
		}
	}
	for _, part := range w.lines["residual"] {
		assert.Contains(t, fmt.Sprint(r.Residual), part, folder)
	}
	for _, part := range w.lines["assumed"] {
		assert.Contains(t, fmt.Sprint(r.Assumptions), part, folder)
	}
	switch verdict := w.lines["verdict"]; verdict[0] {
	case "equal":
		assert.True(t, r.Verdict.IsEqual(), "%s: narrower %v, unproven %v", folder, r.Verdict.Narrower, r.Verdict.Unproven)
	case "unproven":
		assert.NotEmpty(t, r.Verdict.Unproven, folder)
	case "narrower":
		assert.NotEmpty(t, r.Verdict.Narrower, folder)
		assert.Empty(t, r.Verdict.Unproven, folder)
	default:
		assert.Fail(t, "unknown verdict", verdict)
	}
}
