package cli

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/reach"
)

type whyCommand struct {
	From     string   `arg:"" help:"Who opens the connection: a name of show, the end of one, an address, or internet."`
	To       string   `arg:"" help:"Who is to accept it."`
	Service  string   `arg:"" help:"tcp/443, udp/53, icmp/8, https, ..."`
	Template []string `arg:"" optional:"" help:"Cloud assembly, templates, or folders of them; cdk.out if none is named."`
	Format   string   `enum:"text,json" default:"text" help:"text, or json, which shortens nothing."`
	templates
	places
}

// Run explains one service between two peers.
func (w whyCommand) Run(c console) error {
	ports, err := arch.ParseService(w.Service)
	if err != nil {
		return err
	}
	assembly, err := w.load(w.Template...)
	if err != nil {
		return err
	}
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
	for _, line := range assumed(top) {
		text += line + "\n"
	}
	if text = lines(text); w.Format == "json" {
		text, err = toJSON(w.json(answers, carried, top.Assumptions))
	}
	return c.finish(text, err, !carried)
}

// text writes what happens to each service, and why.
func (w whyCommand) text(answers []explanation) string {
	var b strings.Builder
	for _, a := range answers {
		if len(a.outcomes) == 0 {
			fmt.Fprintf(&b, "%s: the two have no addresses of one family in the templates between which it is sent\n", a.service)
		}
		for _, verdict := range verdicts {
			w.verdict(&b, a.service, a.of(verdict))
		}
	}
	return b.String()
}

// maxOutcomes is how many outcomes of one verdict are shown as text.
const maxOutcomes = 3

// verdict writes the outcomes of one verdict.
func (w whyCommand) verdict(b *strings.Builder, service string, outcomes []*outcome) {
	for i, o := range outcomes {
		if i == maxOutcomes {
			fmt.Fprintf(b, "%s %s: for %d more reasons between other places, which --format json shows\n", service, o.verdict, len(outcomes)-i)
			return
		}
		fmt.Fprintf(b, "%s %s: %s -> %s", service, o, w.place(w.From, o.pairs[0].from), w.place(w.To, o.pairs[0].to))
		switch more := len(o.pairs) - 1; more {
		case 0:
		case 1:
			b.WriteString(", and so between one more pair of places")
		default:
			fmt.Fprintf(b, ", and so between %d more pairs of places", more)
		}
		b.WriteString("\n" + stepsText(o.steps))
	}
}

// stepsText numbers the steps, those of the packet first and then those of its reply.
func stepsText(steps []reach.Step) string {
	var b strings.Builder
	for i, s := range steps {
		switch {
		case i == 0 && !s.Reply:
			b.WriteString("  there:\n")
		case s.Reply && (i == 0 || !steps[i-1].Reply):
			b.WriteString("  back:\n")
		}
		fmt.Fprintf(&b, "    %d. %s\n", i+1, proof.StepText(s))
	}
	return b.String()
}

// place names an end: its peer, its subnet and an address.
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
