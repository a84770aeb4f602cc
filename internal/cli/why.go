package cli

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
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
	q := question{top: top, from: from, to: to, limit: maxExplained}
	if w.Format == "json" {
		q.limit = 0
	}
	var answers []explanation
	carried := true
	for _, p := range ports {
		a := q.ask(arch.FormatService([]arch.Ports{p}), proof.TrafficOf(p))
		answers, carried = append(answers, a), carried && a.isCarried()
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
func (w whyCommand) text(answers []explanation) string {
	var b strings.Builder
	for _, a := range answers {
		if len(a.outcomes) == 0 {
			b.WriteString(prose(a.service+": the templates give the two peers no addresses of a common IP version for this service") + "\n")
		}
		for _, verdict := range verdicts {
			w.writeOutcomes(&b, a.service, a.with(verdict))
		}
	}
	return b.String()
}

// maxOutcomes is how many outcomes with the same verdict the text shows.
const maxOutcomes = 3

// writeOutcomes writes the outcomes with one verdict.
func (w whyCommand) writeOutcomes(b *strings.Builder, service string, outcomes []*outcome) {
	for i, o := range outcomes {
		if i == maxOutcomes {
			more := fmt.Sprintf("%s %s between other places for %s; --format json shows them", service, o.verdict,
				counted(len(outcomes)-i, "more reason", "more reasons"))
			b.WriteString(prose(more) + "\n")
			return
		}
		title := fmt.Sprintf("%s %s: %s -> %s", service, o, w.place(w.From, o.pairs[0].from), w.place(w.To, o.pairs[0].to))
		if more := len(o.pairs) - 1; more > 0 {
			title += ", and the same between " + counted(more, "more pair of places", "more pairs of places")
		}
		b.WriteString(prose(title) + "\n" + stepsText(o.steps))
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
