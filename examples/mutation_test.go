package examples

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/proof/prooftest"
)

// TestMutants: every example is exact, and every single change of its templates that changes the traffic is reported.
func TestMutants(t *testing.T) {
	for _, example := range all(t) {
		t.Run(example, func(t *testing.T) {
			t.Parallel()
			out := t.TempDir()
			cmd := exec.Command(build(t, example))
			cmd.Env = append(os.Environ(), "CDK_VALIDATION=false", "CDK_OUTDIR="+out)
			text, err := cmd.CombinedOutput()
			require.NoError(t, err, string(text))
			data, err := os.ReadFile(filepath.Join(out, proof.FileName))
			if os.IsNotExist(err) {
				t.Skip("it declares no network")
			}
			require.NoError(t, err)
			declared, err := proof.Decode(data)
			require.NoError(t, err)
			original := load(t, out)
			report, err := proof.Prove(original, declared)
			require.NoError(t, err)
			require.True(t, report.Exact(), report.Diagnostics())

			var score prooftest.Score
			for _, stack := range original.Stacks {
				file := filepath.Join(out, stack.File)
				template, err := os.ReadFile(file)
				require.NoError(t, err)
				mutants, err := prooftest.Mutants(template)
				require.NoError(t, err)
				for _, m := range mutants {
					require.NoError(t, os.WriteFile(file, m.Template, 0o600))
					require.NoError(t, score.Judge(stack.Name+" "+m.Name, original, load(t, out), declared), m.Name)
				}
				require.NoError(t, os.WriteFile(file, template, 0o600))
			}
			t.Logf("%s: %s", example, &score)
			score.Survived = slices.DeleteFunc(score.Survived, prooftest.Harmless)
			if example == "eks" {
				score.Survived = slices.DeleteFunc(score.Survived, ofControlPlane)
				score.False = slices.DeleteFunc(score.False, ofControlPlane)
			}
			assert.Positive(t, score.Changed)
			assert.Empty(t, score.Survived)
			assert.Empty(t, score.False)
		})
	}
}

// ofControlPlane reports whether a mutant is about the control plane of the example eks. It also has the group that EKS makes, whose
// open rules hide in the traffic what changes in those of the tier; the proof judges these by themselves.
func ofControlPlane(mutant string) bool { return strings.Contains(mutant, "Control") }

func load(t *testing.T, dir string) *cfn.Assembly {
	t.Helper()
	a, err := cfn.Load([]string{dir}, nil)
	require.NoError(t, err)
	return a
}
