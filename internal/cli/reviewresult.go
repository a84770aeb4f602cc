package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/review"
)

// networkReview is what is to be decided about a network.
type networkReview struct {
	Network string         `json:"network"`
	Day     string         `json:"day"`
	Topics  []review.Topic `json:"topics"`
}

// reviewResult writes what is to be decided.
type reviewResult []networkReview

func (r reviewResult) overdue() bool {
	return slices.ContainsFunc(r, func(n networkReview) bool { return review.Overdue(n.Topics) })
}

func (r reviewResult) render(format string) (string, error) {
	if format == "json" {
		return toJSON(append(reviewResult{}, r...))
	}
	var parts []string
	for _, n := range r {
		if format == "markdown" {
			parts = append(parts, n.write("## ", "### ", "\n\n", escapeMarkdown, itemMarkdown))
		} else {
			parts = append(parts, n.write("", "", "\n", prose, itemText))
		}
	}
	return strings.Join(parts, "\n"), nil
}

// write writes the topics with items, and names the others.
func (n networkReview) write(title, heading, after string, line func(string) string, write func(review.Item) string) string {
	var b strings.Builder
	var nothing, reasons []string
	unknown := map[string][]string{} // titles by the reason
	items, overdue := 0, 0
	for _, t := range n.Topics {
		items += len(t.Items)
		if t.Overdue {
			overdue += len(t.Items)
		}
	}
	b.WriteString(title + line(fmt.Sprintf("%s on %s: %d to decide, %d overdue", n.Network, n.Day, items, overdue)) + "\n")
	for _, t := range n.Topics {
		switch {
		case t.Unknown != "":
			if unknown[t.Unknown] == nil {
				reasons = append(reasons, t.Unknown)
			}
			unknown[t.Unknown] = append(unknown[t.Unknown], t.Title)
		case len(t.Items) == 0:
			nothing = append(nothing, t.Title)
		default:
			b.WriteString("\n" + heading + line(t.Title+": "+t.Do) + after)
			for _, i := range t.Items {
				b.WriteString(write(i))
			}
		}
	}
	rest := func(word string, titles []string) {
		if len(titles) > 0 {
			b.WriteString("\n" + line(word+strings.Join(titles, "; ")) + "\n")
		}
	}
	rest("Nothing: ", nothing)
	for _, reason := range reasons {
		rest("Not known, because "+reason+": ", unknown[reason])
	}
	return b.String()
}

// itemText writes an item for terminals.
func itemText(i review.Item) string {
	return prose("  "+strings.Join(append([]string{i.What}, itemNotes(i)...), ", ")+"\n") + prose("    "+i.Why+"\n")
}

// itemMarkdown writes an item for Markdown.
func itemMarkdown(i review.Item) string {
	out := "- **" + escapeMarkdown(i.What) + "**: " + escapeMarkdown(i.Why)
	if notes := itemNotes(i); len(notes) > 0 {
		out += " (" + escapeMarkdown(strings.Join(notes, ", ")) + ")"
	}
	return out + "\n"
}

// itemNotes returns the owner of an item, and where it is declared.
func itemNotes(i review.Item) []string {
	var out []string
	if i.Owner != "" {
		out = append(out, "owner "+i.Owner)
	}
	for _, at := range i.At {
		out = append(out, at.String())
	}
	return out
}
