package document

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// samples are the files of five apps, as their authors write them.
var samples = []string{"shop", "eks", "lambda-api", "internal-service-tgw", "three-tier-existing-vpc"}

func sample(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name+".yaml"))
	require.NoError(t, err)
	return data
}

func TestSamples(t *testing.T) {
	t.Parallel()
	for _, name := range samples {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, problems := Parse(name+".yaml", sample(t, name))
			require.Empty(t, problems.Error())
			assert.NotEmpty(t, d.Environments)
		})
	}
}
