package tiers_test

import (
	"io/fs"
	"os"
	"regexp"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cdktest"
	"github.com/tierwall/tierwall/tiers"
)

// TestBatch: resources that are made in one call are the same, in every file of the assembly, as resources that are made one by one.
func TestBatch(t *testing.T) {
	for name, wire := range typical {
		t.Run(name, func(t *testing.T) {
			batch := assembly(t, wire)
			t.Setenv("TIERWALL_BATCH", "off")
			oneByOne := assembly(t, wire)
			require.Greater(t, len(batch), 3)
			for file := range oneByOne {
				assert.Equal(t, oneByOne[file], batch[file], file)
			}
			assert.Len(t, batch, len(oneByOne))
		})
	}
}

// creation is where a construct was made. It is the only difference.
var creation = regexp.MustCompile(`"\.\.\.[^"]*"`)

// assembly synthesizes and returns the files of the cloud assembly.
func assembly(t *testing.T, wire func(awscdk.Stack)) map[string]string {
	t.Helper()
	app := cdktest.App(t)
	wire(cdktest.StackIn(app, "Shop"))
	require.NoError(t, tiers.Synth(app))
	dir := os.DirFS(*app.Outdir())
	out := map[string]string{}
	require.NoError(t, fs.WalkDir(dir, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(dir, path)
		out[path] = creation.ReplaceAllString(string(data), `"...`)
		return err
	}))
	return out
}
