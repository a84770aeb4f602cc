// Package picturetest makes pictures for tests: of random architectures, with everything that a picture can have, and with hostile names.
package picturetest

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/picture"
	"github.com/tierwall/tierwall/internal/picture/survey"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/proof"
)

// Large returns the picture of a random architecture of n tiers. The same n gives the same picture.
func Large(t testing.TB, n int) *picture.Picture {
	t.Helper()
	template, declared := plantest.Template(plantest.Make(t, plantest.Large(n)))
	a, err := cfn.Read(plantest.File, template, &cfn.Options{})
	require.NoError(t, err)
	return Declared(t, a, declared, fmt.Sprintf("%d tiers", n))
}

// Declared returns the picture of templates with a declaration.
func Declared(t testing.TB, a *cfn.Assembly, d *proof.Declaration, title string) *picture.Picture {
	t.Helper()
	top, err := proof.Topology(a, d)
	require.NoError(t, err)
	report, err := proof.Prove(a, d)
	require.NoError(t, err)
	return survey.Make(survey.Input{Assembly: a, Topology: top, Declaration: d, Report: report, Title: title}).Picture
}
