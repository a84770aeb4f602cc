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
	c.warn(assembly)
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
	var b strings.Builder
	carried := true
	for _, p := range ports {
		carried = why(&b, top, from, to, arch.FormatService([]arch.Ports{p}), proof.TrafficOf(p)) && carried
	}
	if err := c.print(lines(b.String())); err != nil {
		return err
	}
	if !carried {
		return errFindings
	}
	return nil
}

// outcome is what happens between some of the places.
type outcome struct {
	verdict  string
	from, to reach.End
	count    int
}

// why explains each different outcome at the first pair of places that has it, and reports whether all is carried.
func why(b *strings.Builder, top *reach.Topology, from, to []reach.End, name string, traffic reach.Traffic) bool {
	var outcomes []*outcome
	for _, f := range from {
		for _, t := range to {
			if f.Is6() != t.Is6() || f.Class == nil && t.Class == nil {
				continue
			}
			add(&outcomes, verdict(top.Carried(f, t), traffic), f, t)
		}
	}
	if len(outcomes) == 0 {
		fmt.Fprintf(b, "%s: the two have no addresses of one family in the templates\n", name)
		return false
	}
	carried := true
	service, _ := traffic.First()
	for _, o := range outcomes {
		carried = carried && o.verdict == "carried"
		fmt.Fprintf(b, "%s %s: %s -> %s", name, o.verdict, o.from.Address(), o.to.Address())
		if o.count > 1 {
			fmt.Fprintf(b, ", and for %d more pairs of places", o.count-1)
		}
		b.WriteString("\n")
		for _, s := range top.Explain(o.from, o.to, service) {
			b.WriteString("    " + proof.StepText(s) + "\n")
		}
	}
	return carried
}

func add(outcomes *[]*outcome, verdict string, from, to reach.End) {
	for _, o := range *outcomes {
		if o.verdict == verdict {
			o.count++
			return
		}
	}
	*outcomes = append(*outcomes, &outcome{verdict, from, to, 1})
}

func verdict(c reach.Carried, traffic reach.Traffic) string {
	switch {
	case c.Sure.Contains(traffic):
		return "carried"
	case !c.Maybe.Overlaps(traffic):
		return "not carried"
	case c.Sure.Equal(c.Maybe):
		return "carried in part: " + c.Sure.Intersect(traffic).String()
	}
	return "not known"
}
