// Package mistakes tests what apps with mistakes report. It synthesizes all cases of a test at once.
package mistakes

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cdktest"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/internal/wiring"
)

// Cases are stacks with mistakes. The zero value has none.
type Cases struct{ list []mistake }

type mistake struct {
	name    string
	declare func(awscdk.Stack)
	want    []string
}

// Add adds a case: declare adds constructs with mistakes to a stack named "Test", and want has parts of the errors about them.
func (c *Cases) Add(name string, declare func(awscdk.Stack), want ...string) {
	c.list = append(c.list, mistake{name, declare, want})
}

// Require declares each case in a stack of its own, in one app, and synthesizes the app. The errors about each stack must contain what its
// case wants, and file, which is the end of the path of a source file and a colon. The proof does not run after errors, so a case whose
// errors are findings of the proof needs an app of its own.
func (c *Cases) Require(t *testing.T, file string) {
	t.Helper()
	slices.SortFunc(c.list, func(a, b mistake) int { return strings.Compare(a.name, b.name) }) // Tests range over maps.
	app := cdktest.App(t)
	for i, m := range c.list {
		stack := cdktest.StackIn(constructs.NewConstruct(app, new(caseID(i))), "Test")
		require.NotPanics(t, func() { m.declare(stack) }, m.name)
	}
	err := wiring.Synth(app)
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "goroutine")
	found := errorsByCase(app, err)
	for i, m := range c.list {
		t.Run(m.name, func(t *testing.T) {
			for _, want := range append(m.want, file) {
				assert.Contains(t, found[caseID(i)], want)
			}
		})
	}
}

func caseID(i int) string { return fmt.Sprint("Case", i) }

// errorsByCase returns the errors of a synthesis by the first ids in the paths of the constructs that they are about.
func errorsByCase(app awscdk.App, err error) map[string]string {
	out := map[string]string{}
	add := func(path, text string) {
		id, _, _ := strings.Cut(path, "/")
		out[id] += text + "\n"
	}
	for _, s := range report.Sources(app) {
		for _, d := range s.Findings().With(diag.Error) {
			add(s.Path(), d.String())
		}
	}
	for _, part := range strings.Split(err.Error(), "[Case")[1:] { // CDK's list has the errors about other constructs than networks.
		add("Case"+part, part)
	}
	return out
}
