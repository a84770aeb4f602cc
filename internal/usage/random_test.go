package usage_test

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/flowlog"
	"github.com/tierwall/tierwall/internal/usage"
	"github.com/tierwall/tierwall/internal/usage/usagetest"
)

// TestRandomWorlds reads the logs of random networks back: every count is as expected, and no flow is called unused that was used in an
// hour that the logs lack.
func TestRandomWorlds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "usage")
		require.NoError(t, err)
		defer os.RemoveAll(dir)
		w := usagetest.Draw(t)
		require.NoError(t, w.Write(dir))
		files, err := flowlog.Files([]string{dir})
		if err != nil {
			return // Nothing was logged.
		}
		got := read(w, files, 2)
		require.Empty(t, got.Logs.Problems)
		assert.Equal(t, toJSON(read(w, files, 1)), toJSON(got), "the workers make no difference")
		compare(t, w, got)
	})
}

func read(w *usagetest.World, files []string, workers int) *usage.Result {
	a := usage.New(w.Network)
	return a.Conclude(flowlog.Read(files, flowlog.Options{Workers: workers}, a.Worker))
}

func toJSON(v any) string {
	out, _ := json.MarshalIndent(v, "", " ")
	return string(out)
}

// compare holds a result against what is expected.
func compare(t *rapid.T, w *usagetest.World, got *usage.Result) {
	want := w.Expect()
	for i, f := range got.Flows {
		name := w.Network.Model.Flows[i].SubjectString()
		require.Equal(t, want.Alone[i], f.Alone, "alone: %s", name)
		require.Equal(t, want.Shared[i], f.Shared, "shared: %s", name)
		require.Equal(t, want.With[i], f.With, name)
		require.Equal(t, want.Sources[i], f.Sources.Count, "sources of %s", name)
		if f.Verdict != usage.Unused {
			continue
		}
		for _, at := range want.Happened[i] {
			require.False(t, at >= got.From && at <= got.To, "%s was used at %d", name, at)
		}
	}
	rows := map[string]int64{}
	for _, r := range got.Undeclared {
		rows["undeclared "+ends(r)] += r.Traffic.Records
	}
	for _, r := range got.Rejected {
		rows["rejected "+ends(r)] += r.Traffic.Records
	}
	for _, r := range got.Refused {
		name := "refused "
		if r.Reply {
			name += "reply "
		}
		if r.Late {
			name += "late "
		}
		rows[name+fmt.Sprint(r.Flows)] += r.Traffic.Records
	}
	require.Equal(t, want.Rows, rows)
}

func ends(r usage.Row) string {
	text := r.From + " -> " + r.To + " " + r.Service
	if r.Guessed {
		text += " guessed"
	}
	return text
}
