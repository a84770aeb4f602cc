package examples

import (
	"flag"
	"os"
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

var mutants = flag.Int("mutants", 20, "how many mutants of each template TestMutants judges; 0 judges all")

// TestMutants: every example is exact, and the proof reports every single change of its templates that changes the traffic.
func TestMutants(t *testing.T) {
	forEach(t, func(t *testing.T, e *example) {
		p := proven(t, e)
		if e.name == "web-acl" {
			assert.Empty(t, p.declared.Networks, "its web ACL stands alone, so no traffic of a network can change")
			return
		}
		var score prooftest.Score
		p.forEach(t, prooftest.Mutants, *mutants, func(name string, mutant *cfn.Assembly) {
			require.NoError(t, score.Judge(name, p.original, mutant, p.declared), name)
		})
		t.Logf("%s: %s", e.name, &score)
		score.Survived = slices.DeleteFunc(score.Survived, prooftest.Harmless)
		if e.name == "eks" || e.name == "containers" {
			score.Survived = slices.DeleteFunc(score.Survived, ofControlPlane)
			score.False = slices.DeleteFunc(score.False, ofControlPlane)
		}
		assert.Positive(t, score.Changed)
		assert.Empty(t, score.Survived)
		assert.Empty(t, score.False)
	})
}

// ofControlPlane reports whether a mutant is about the control plane of an EKS cluster. The control plane also has the group that EKS
// makes. The rules of that group are open, so a change of the tier's rules does not change the traffic. The proof judges the tier's rules
// by themselves. The function of kubectl with the group of the control plane, or the other way round, is a member of that tier: which tier
// a workload is of is not declared, and both have the same subnets.
func ofControlPlane(mutant string) bool { return strings.Contains(mutant, "Control") }

// exact is an example whose templates carry what it declares and nothing else. Its folder is a copy for one test.
type exact struct {
	folder   string
	original *cfn.Assembly
	declared *proof.Declaration
}

// proven copies the cloud assembly of an example, and requires that it is exact.
func proven(t *testing.T, e *example) *exact {
	t.Helper()
	p := &exact{folder: t.TempDir()}
	require.NoError(t, os.CopyFS(p.folder, os.DirFS(e.folder)))
	data, err := os.ReadFile(filepath.Join(p.folder, proof.FileName))
	require.NoError(t, err, "every example declares something")
	p.declared, err = proof.Decode(data)
	require.NoError(t, err)
	p.original = load(t, p.folder)
	report, err := proof.Prove(p.original, p.declared)
	require.NoError(t, err)
	require.True(t, report.Exact(), report.Diagnostics())
	return p
}

// forEach calls judge with a sample of n mutants of each template, or with all of them if n is 0.
func (p *exact) forEach(
	t *testing.T, mutate func([]byte) ([]prooftest.Mutant, error), n int, judge func(name string, mutant *cfn.Assembly),
) {
	t.Helper()
	for _, stack := range p.original.Stacks {
		file := filepath.Join(p.folder, stack.File)
		template, err := os.ReadFile(file)
		require.NoError(t, err)
		made, err := mutate(template)
		require.NoError(t, err)
		for _, m := range prooftest.Sample(made, n) {
			mutant, err := m.Template()
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(file, mutant, 0o600))
			judge(stack.Name+" "+m.Name, load(t, p.folder))
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
