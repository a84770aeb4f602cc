package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/tierwall/tierwall/internal/response"
)

type responseCommand struct {
	Table string `arg:"" complete:"none" help:"Name of the table of decisions, for the commands that undo them."`
	Scan  string `arg:"" optional:"" help:"Output of aws dynamodb scan, as JSON. Without it, read standard input."`
	Ended bool   `help:"Also list what has ended."`
}

// Run lists the decisions of an automated response.
func (r responseCommand) Run(c console) error {
	name, read := "standard input", func() ([]byte, error) { return io.ReadAll(c.in) }
	if r.Scan != "" {
		name, read = r.Scan, func() ([]byte, error) { return os.ReadFile(r.Scan) }
	}
	text, err := read()
	if err != nil {
		return err
	}
	records, err := response.ReadScan(text)
	if err != nil {
		return fmt.Errorf("%s: %w; run: aws dynamodb scan --table-name %s --output json", name, err, r.Table)
	}
	return c.finish(r.list(records, time.Now().UTC()), nil, false)
}

func (r responseCommand) list(records []response.Record, now time.Time) string {
	var b strings.Builder
	shown := 0
	for _, x := range records {
		if x.Over(now) && !r.Ended && x.Interfaces == nil {
			continue
		}
		shown++
		fmt.Fprintf(&b, "%s: %s, because: %s\n", x.Subject, stateOf(x, now), x.Reason)
		if x.DryRun || x.Over(now) && x.Interfaces == nil {
			continue
		}
		for i, command := range x.Undo(r.Table) {
			label := "undo"
			if i > 0 {
				label = "at once"
			}
			fmt.Fprintf(&b, "    %s: %s\n", label, command)
		}
	}
	if shown == 0 {
		b.WriteString("nothing is blocked or isolated\n")
	}
	return b.String()
}

// stateOf says what the response does about a record.
func stateOf(r response.Record, now time.Time) string {
	does, waits := "blocked", r.Admitted.IsZero()
	if r.Action == response.Isolate {
		does, waits = "isolated", r.Isolated.IsZero()
	}
	until := r.Expires.Format(time.RFC3339)
	switch {
	case !r.Undone.IsZero():
		return "undone at " + r.Undone.Format(time.RFC3339)
	case r.Over(now):
		return "ended at " + until
	case r.DryRun:
		return "would be " + does + " until " + until
	case waits:
		return "waits to be " + does + " until " + until
	}
	return does + " until " + until
}
