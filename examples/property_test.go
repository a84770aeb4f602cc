package examples

import (
	"flag"
	"math/rand"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/proof/prooftest"
)

var properties = flag.Int("properties", 150, "how many changes of properties of controls TestProperties makes in each template; 0 makes all")

// TestProperties: whatever property of a control is changed, the proof reports it, or the table says why it takes nothing away.
func TestProperties(t *testing.T) {
	for _, example := range all(t) {
		t.Run(example, func(t *testing.T) {
			t.Parallel()
			s := synthesize(t, example)
			reported, total := 0, 0
			var silent []string
			s.each(t, sampled, func(name string, mutant *cfn.Assembly) {
				total++
				report, err := proof.Prove(mutant, s.declared)
				if err != nil || !report.Exact() {
					reported++
				} else {
					silent = append(silent, name)
				}
			})
			t.Logf("%s: %d changes of properties, %d of them are reported", example, total, reported)
			if file := os.Getenv("SILENT"); file != "" {
				assert.NoError(t, os.WriteFile(file+"-"+example, []byte(strings.Join(silent, "\n")+"\n"), 0o600))
			}
			assert.Empty(t, silent)
		})
	}
}

func sampled(template []byte) ([]prooftest.Mutant, error) {
	all, err := prooftest.Properties(template)
	if *properties > 0 && len(all) > *properties {
		rand.New(rand.NewSource(1)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		all = all[:*properties]
	}
	return all, err
}
