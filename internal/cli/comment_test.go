package cli

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/change"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/picture"
	"github.com/tierwall/tierwall/internal/traffic"
	"github.com/tierwall/tierwall/internal/upgrade"
)

// largeChange is a change of n lines, rows and boxes. text gives each its words.
func largeChange(n int, text func(int) string) *change.Change {
	c := &change.Change{Title: text(0), Picture: &picture.Picture{Title: text(1), Summary: "Much changes.", Compared: true}}
	for i := range n {
		s := text(i)
		c.Lines = append(c.Lines, change.Line{Mark: "+", Kind: "newly allowed", From: s, To: s, Traffic: "tcp/443", Risks: []string{"x"},
			Why: []string{s}, Opens: i%2 == 0})
		c.Calls = append(c.Calls, change.Call{Mark: "+", Endpoint: s, Call: s})
		c.Findings.Add(diag.Diagnostic{Rule: "excess", Path: s, Summary: s, Fix: s})
		c.Update.Findings.Add(diag.Diagnostic{Rule: "rule-gap", Path: s, Summary: s, Fix: s})
		c.Budgets = append(c.Budgets, change.Value{What: s, Before: "1", After: "2", Of: "60"})
		c.Costs = append(c.Costs, change.Value{What: s, Before: "1.00", After: "2.00"})
		c.Assumptions = append(c.Assumptions, s)
		id := fmt.Sprint(i)
		c.Picture.Boxes = append(c.Picture.Boxes, picture.Box{ID: id, Lane: picture.Lane(i % 8), Name: s, Change: picture.Added})
		c.Picture.Flows = append(c.Picture.Flows, picture.Flow{From: id, To: fmt.Sprint(i / 2), Traffic: traffic.Ports(6, i%60000, i%60000),
			Change: picture.Added})
	}
	c.Update = upgrade.Result{Findings: c.Update.Findings}
	return c
}

// TestCommentFits: comments of any size stay below GitHub's limit, and say how much they leave out.
func TestCommentFits(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 20, 200, 800} {
		for name, text := range map[string]func(int) string{
			"plain": func(i int) string { return fmt.Sprint("Tier", i) },
			"long":  func(i int) string { return fmt.Sprint(i, strings.Repeat(" <&> word", 200)) },
			"wide":  func(i int) string { return fmt.Sprint(i, strings.Repeat("📦&", 500)) },
		} {
			got := comment(largeChange(n, text), "")
			assert.LessOrEqual(t, len(got), 65_000, "%d %s", n, name)
			assert.True(t, strings.HasPrefix(got, "<!-- tierwall change -->\n### "), "%d %s", n, name)
			assert.Equal(t, strings.Count(got, "<details>"), strings.Count(got, "</details>"), "%d %s", n, name)
			assert.Zero(t, strings.Count(got, "```")%2, "%d %s", n, name)
			if n == 800 {
				assert.Regexp(t, `\n\d+ more; the report has all.\n`, got, name)
			}
		}
	}
}

// TestCommentOfHostileNames: no name becomes a link, a mention, HTML, or leaves its cell or the drawing.
func TestCommentOfHostileNames(t *testing.T) {
	t.Parallel()
	own := []string{"HTMLBlock", "FencedCodeBlock"}
	html := regexp.MustCompile(`(?m)^<(/?details|!-- tierwall change|details><summary>[A-Za-z0-9 ]+</summary)`)
	for i := range hostile {
		c := largeChange(3, func(n int) string { return hostile[(i+n)%len(hostile)] })
		got := comment(c, hostile[i])
		_, plain, more := rendered(got)
		for _, kind := range more {
			assert.True(t, slices.Contains(own, kind), "%s: %q", kind, hostile[i])
		}
		assert.NotRegexp(t, afterwards, plain, "%q", hostile[i])
		for _, line := range strings.Split(got, "\n") {
			if strings.HasPrefix(line, "<") {
				assert.Regexp(t, html, line)
			}
		}
		assert.Equal(t, 1, strings.Count(got, "-->\n###"))
	}
}

func TestMarker(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"": "<!-- tierwall change -->", "The shop": "<!-- tierwall change the-shop -->", "--><b>": "<!-- tierwall change b -->",
		"é": "<!-- tierwall change -->", strings.Repeat("ab-", 100): "<!-- tierwall change " + strings.Repeat("ab-", 33) + "a -->",
	} {
		assert.Equal(t, want, marker(name))
	}
}
