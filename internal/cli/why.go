package cli

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/explain"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/reach"
)

type whyCommand struct {
	From     string   `arg:"" complete:"none" help:"Who opens the connection: a name from show or its last part, an IP address, or internet."`
	To       string   `arg:"" complete:"none" help:"Who accepts the connection, in the same form."`
	Service  string   `arg:"" complete:"none" help:"Protocol and port, or the name of a service: tcp/443, udp/53, icmp/8, https."`
	Template []string `arg:"" optional:"" help:"${templates}"`
	Format   string   `enum:"text,json" default:"text" help:"Output format: text or json. Only json lists all places."`
	templateFlags
	reachFlags
}

// Run explains whether one service is carried between two peers.
func (w whyCommand) Run(c console) error {
	ports, err := arch.ParseService(w.Service)
	if err != nil {
		return err
	}
	assembly, err := w.load(w.Template...)
	if err != nil {
		return err
	}
	c.progress.step("finding what passes")
	top, err := w.topology(assembly)
	if err != nil {
		return err
	}
	from, err := top.Find(w.From)
	if err != nil {
		return err
	}
	to, err := top.Find(w.To)
	if err != nil {
		return err
	}
	q := explain.Question{Topology: top, From: from, To: to, Limit: maxExplained}
	if w.Format == "json" {
		q.Limit = 0
	}
	var answers []explain.Explanation
	carried := true
	for _, p := range ports {
		a := q.Ask(arch.FormatService([]arch.Ports{p}), proof.TrafficOf(p))
		answers, carried = append(answers, a), carried && a.IsCarried()
	}
	text := w.text(answers)
	for _, line := range assumptionLines(top) {
		text += prose(line) + "\n"
	}
	if text = printableLines(text); w.Format == "json" {
		text, err = toJSON(w.json(answers, carried, top.Assumptions))
	}
	return c.finish(text, err, !carried)
}

// text writes the verdicts on each service, with the steps behind them.
func (w whyCommand) text(answers []explain.Explanation) string {
	var b strings.Builder
	for _, a := range answers {
		if len(a.Outcomes) == 0 {
			b.WriteString(prose(a.Service+": the templates give the two peers no addresses of a common IP version for this service") + "\n")
		}
		for _, verdict := range explain.Verdicts {
			w.writeOutcomes(&b, a.Service, a.With(verdict))
		}
	}
	return b.String()
}

// maxExplained is how many pairs of places with the same verdict the text output explains.
const maxExplained = 2000

// maxOutcomes is how many outcomes with the same verdict the text shows.
const maxOutcomes = 3

// writeOutcomes writes the outcomes with one verdict.
func (w whyCommand) writeOutcomes(b *strings.Builder, service string, outcomes []*explain.Outcome) {
	for i, o := range outcomes {
		if i == maxOutcomes {
			more := fmt.Sprintf("%s %s between other places for %s; --format json shows them", service, o.Verdict,
				counted(len(outcomes)-i, "more reason", "more reasons"))
			b.WriteString(prose(more) + "\n")
			return
		}
		title := fmt.Sprintf("%s %s: %s -> %s", service, o, w.place(w.From, o.Pairs[0].From), w.place(w.To, o.Pairs[0].To))
		if more := len(o.Pairs) - 1; more > 0 {
			title += ", and the same between " + counted(more, "more pair of places", "more pairs of places")
		}
		b.WriteString(prose(title) + "\n" + stepsText(o.Steps))
	}
}

// stepsText numbers the steps: first those of the request, then those of the reply.
func stepsText(steps []reach.Step) string {
	var b strings.Builder
	for i, s := range steps {
		switch {
		case i == 0 && !s.Reply:
			b.WriteString("  request:\n")
		case s.Reply && (i == 0 || !steps[i-1].Reply):
			b.WriteString("  reply:\n")
		}
		b.WriteString(prose(fmt.Sprintf("    %d. %s", i+1, proof.StepText(s))) + "\n")
	}
	return b.String()
}

// place names one end of a connection: its peer, its subnet and an address.
func (w whyCommand) place(name string, e reach.End) string {
	address := e.Address()
	if strings.HasPrefix(address, "an address of ") && e.Is6() {
		address = "an IPv6 address of " + strings.TrimPrefix(address, "an address of ")
	}
	switch {
	case e.Class != nil:
		return fmt.Sprintf("%s in %s at %s", e.Class.Label(), e.Location.Subnet.Name, address)
	case e.Outside.List != "" || name == address:
		return address
	default:
		return name + " at " + address
	}
}
