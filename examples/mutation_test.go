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
			s := synthesize(t, example)
			if len(s.declared.Networks) == 0 {
				t.Skip("it declares no network")
			}
			var score prooftest.Score
			s.each(t, prooftest.Mutants, func(name string, mutant *cfn.Assembly) {
				require.NoError(t, score.Judge(name, s.original, mutant, s.declared), name)
			})
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

// synthesized is the cloud assembly of an example that is exact.
type synthesized struct {
	folder   string
	original *cfn.Assembly
	declared *proof.Declaration
}

// synthesize makes an example, which must be exact.
func synthesize(t *testing.T, example string) *synthesized {
	t.Helper()
	s := &synthesized{folder: t.TempDir()}
	cmd := exec.Command(build(t, example))
	cmd.Env = append(os.Environ(), "CDK_VALIDATION=false", "CDK_OUTDIR="+s.folder)
	text, err := cmd.CombinedOutput()
	require.NoError(t, err, string(text))
	data, err := os.ReadFile(filepath.Join(s.folder, proof.FileName))
	require.NoError(t, err, "every example declares something")
	s.declared, err = proof.Decode(data)
	require.NoError(t, err)
	s.original = load(t, s.folder)
	report, err := proof.Prove(s.original, s.declared)
	require.NoError(t, err)
	require.True(t, report.Exact(), report.Diagnostics())
	return s
}

// each calls judge with every mutant of every template.
func (s *synthesized) each(t *testing.T, mutants func([]byte) ([]prooftest.Mutant, error), judge func(name string, mutant *cfn.Assembly)) {
	t.Helper()
	for _, stack := range s.original.Stacks {
		file := filepath.Join(s.folder, stack.File)
		template, err := os.ReadFile(file)
		require.NoError(t, err)
		all, err := mutants(template)
		require.NoError(t, err)
		for _, m := range all {
			require.NoError(t, os.WriteFile(file, m.Template, 0o600))
			judge(stack.Name+" "+m.Name, load(t, s.folder))
		}
		require.NoError(t, os.WriteFile(file, template, 0o600))
	}
}

func load(t *testing.T, dir string) *cfn.Assembly {
	t.Helper()
	a, err := cfn.Load([]string{dir}, nil)
	require.NoError(t, err)
	return a
}
