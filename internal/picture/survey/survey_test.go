package survey_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/picture"
	"github.com/tierwall/tierwall/internal/picture/layout"
	"github.com/tierwall/tierwall/internal/picture/survey"
	"github.com/tierwall/tierwall/internal/picture/svg"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/proof"
)

var look = flag.String("look", "", "write pictures to this folder")

func drawn(t testing.TB, n int) *picture.Picture {
	t.Helper()
	p := plantest.Make(t, plantest.Large(n))
	template, declared := plantest.Template(p)
	a, err := cfn.Read(plantest.File, template, &cfn.Options{})
	require.NoError(t, err)
	top, err := proof.Topology(a, declared)
	require.NoError(t, err)
	report, err := proof.Prove(a, declared)
	require.NoError(t, err)
	return survey.Make(survey.Input{Assembly: a, Topology: top, Declaration: declared, Report: report, Title: fmt.Sprintf("%d tiers", n)})
}

func TestLook(t *testing.T) {
	for _, n := range []int{3, 20, 60, 200} {
		p := drawn(t, n)
		whole := *p
		if *look != "" {
			require.NoError(t, os.WriteFile(filepath.Join(*look, fmt.Sprintf("large-%d-whole.svg", n)), []byte(svg.Write(layout.Make(&whole))), 0o644))
			p.Fold()
			require.NoError(t, os.WriteFile(filepath.Join(*look, fmt.Sprintf("large-%d.svg", n)), []byte(svg.Write(layout.Make(p))), 0o644))
		}
	}
}
