package survey_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/picture"
	"github.com/tierwall/tierwall/internal/picture/layout"
	"github.com/tierwall/tierwall/internal/picture/picturetest"
	"github.com/tierwall/tierwall/internal/picture/svg"
)

var look = flag.String("look", "", "write pictures to this folder")

func TestLook(t *testing.T) {
	for _, n := range []int{3, 20, 40, 60, 200} {
		p := picturetest.Large(t, n)
		whole := *p
		if *look != "" {
			require.NoError(t, os.WriteFile(filepath.Join(*look, fmt.Sprintf("large-%d-whole.svg", n)), []byte(svg.Write(layout.Make(&whole))), 0o644))
			p.Fold(picture.IsLarge)
			require.NoError(t, os.WriteFile(filepath.Join(*look, fmt.Sprintf("large-%d.svg", n)), []byte(svg.Write(layout.Make(p))), 0o644))
		}
	}
}
