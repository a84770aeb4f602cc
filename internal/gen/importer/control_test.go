package importer_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/gen/importer"
)

// TestControls imports networks with firewalls, web ACLs and endpoints. Each has something that does not fit into the file, unless its name
// ends in "-whole", or in "-default" without --exact: then nothing of it stops traffic.
func TestControls(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/controls/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		a, err := cfn.Load([]string{file}, nil)
		require.NoError(t, err, file)
		var text strings.Builder
		for _, exact := range []bool{true, false} {
			d, report := importer.Import(a, importer.Options{Exact: exact, Today: today})
			require.NotNil(t, d, "%s: %v", file, report.Residual)
			assert.Empty(t, report.Verdict.Wider, file)
			whole := strings.HasSuffix(file, "-whole.yaml") || !exact && strings.HasSuffix(file, "-default.yaml")
			assert.Equal(t, whole, len(report.Verdict.Unproven) == 0, "%s: %v", file, report.Verdict.Unproven)
			fmt.Fprintf(&text, "# exact: %v\n%s\n%s", exact, written(d), reported(report))
		}
		compareGolden(t, "controls-"+filepath.Base(file), text.String())
	}
}
