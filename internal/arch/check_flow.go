package arch

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tierwall/tierwall/internal/diag"
)

const (
	dateLayout = "2006-01-02"
	// soon is how many days before its end a flow is announced.
	soon = 30
)

func (c *checker) flows(flows []Flow) {
	facing := facing(c.m.Tiers, flows)
	for _, f := range flows {
		f.Path = c.pathOf(f, facing)
		ports, err := ParseService(f.Service)
		if err != nil {
			c.failFlow(f, "service", "a service is not usable", err.Error(), "")
		}
		if !c.ends(&f) || err != nil || !c.families(&f, ports) {
			continue
		}
		c.permitted(f)
		c.named(f)
		c.texts(&f)
		c.expiry(f)
		c.pinned(f)
		c.m.Flows = append(c.m.Flows, f)
	}
	slices.SortStableFunc(c.m.Flows, Flow.Compare)
	c.mergeRepeated()
	c.overlaps()
	c.covered()
	c.unwired(flows)
}

// failFlow adds an error about a flow.
func (c *checker) failFlow(f Flow, rule, summary, detail, fix string) {
	c.add(f.PathString(), f.At, diag.Diagnostic{Rule: rule, Summary: summary, Detail: detail, Fix: fix})
}

// ends checks both peers and that the network has a say in the flow.
func (c *checker) ends(f *Flow) bool {
	if f.From.Kind == Domain {
		c.failFlow(*f, "domain", "a flow comes from a domain name", "whoever opens a connection has an address, and no name that could be looked for", "name the addresses with tiers.CIDR")
		return false
	}
	ok := c.peer(*f, &f.From)
	ok = c.peer(*f, &f.To) && ok
	if !ok {
		return false
	}
	own := 0
	for _, p := range []Peer{f.From, f.To} {
		if t, found := c.m.Tier(p.Text); p.Kind.IsTier() && found && t.Imported == nil {
			own++
		}
	}
	if own == 0 {
		c.failFlow(*f, "flow-outside", "a flow between two ends that are not this network's", "at least one end must be a tier that the network owns: it holds the rules", "")
		return false
	}
	from, _ := c.m.Tier(f.From.Text)
	if f.From.Kind.IsTier() && from.Imported != nil && from.Imported.Egress == EgressUnknown {
		c.failFlow(*f, "imported-egress", "a flow starts at an imported tier whose egress is unknown",
			"an egress rule added to a group that lets everything out would close that group for everything else",
			"say in its ImportProps whether the group is EgressOpen or EgressRestricted; the groups of a tierwall network are EgressRestricted")
	}
	c.inspectable(*f)
	c.through(*f)
	return true
}

// inspectable: rules of an inspected flow name blocks, so those of both its tiers must be known.
func (c *checker) inspectable(f Flow) {
	if f.Path.Kind != Inspected || !f.From.Kind.IsTier() || !f.To.Kind.IsTier() {
		return
	}
	var unknown []string
	for _, p := range []Peer{f.From, f.To} {
		if t, _ := c.m.Tier(p.Text); c.m.Network.Wrapped || t.Imported != nil {
			unknown = append(unknown, p.Text)
		}
	}
	if len(unknown) > 0 {
		c.failFlow(f, "inspected-addresses", "an inspected flow leads between tiers whose addresses are not all known",
			fmt.Sprintf("the addresses of %s are not known here, and references to groups do not match through a firewall endpoint", strings.Join(unknown, " and ")),
			"leave the flow direct, or name the addresses as a block with tiers.CIDR")
	}
}

func (c *checker) peer(f Flow, p *Peer) bool {
	switch p.Kind {
	case Internet:
		return true
	case CIDR:
		return c.block(f, p)
	case PrefixList:
		return c.prefixList(f, p)
	case Domain:
		return c.domain(f, p)
	}
	t, ok := c.m.Tier(p.Text)
	switch {
	case !ok:
		c.failFlow(f, "no-tier", "a flow names a tier that the network does not have", fmt.Sprintf("there is no tier %q in it", p.Text), "")
	case t.Kind != p.Kind:
		c.failFlow(f, "no-tier", "a flow names a tier of another kind", fmt.Sprintf("%s is of kind %s, not %s", t.ID, t.Kind, p.Kind), "")
		return false
	}
	return ok
}

func (c *checker) block(f Flow, p *Peer) bool {
	if p.Symbolic {
		return true
	}
	prefix, err := ParseCIDR(p.Text)
	if err != nil {
		c.failFlow(f, "cidr", "a peer's CIDR is not usable", err.Error(), "")
		return false
	}
	p.Text = prefix.String()
	_, six := p.Families(false)
	switch {
	case prefix.Bits() == 0:
		c.failFlow(f, "cidr-everywhere", "a CIDR peer is every address", "got "+p.Text+"; who may talk to the whole internet has a name, so that it is seen", c.internetInstead(f, p))
	case six && !c.m.Network.IPv6:
		c.failFlow(f, "cidr-family", "an IPv6 peer of an IPv4 network", "got "+p.Text+"; the network has no IPv6 addresses", "set IPv6: true on the network, or name an IPv4 block")
	case c.m.Prefix.IsValid() && c.m.Prefix.Overlaps(prefix) && !isAround(prefix, c.m.Prefix):
		c.failFlow(f, "cidr-inside", "a CIDR peer lies in the network itself",
			fmt.Sprintf("%s is in %s; a block inside it would go round the table of who may reach whom", p.Text, c.m.Prefix),
			"name the tier, or import the group it stands for; a block around the network means the rest of it")
	default:
		return true
	}
	return false
}

// internetInstead says how to declare a flow with the internet in place of a block that is every address.
func (c *checker) internetInstead(f Flow, p *Peer) string {
	if f.From == *p {
		f.From = Peer{Kind: Internet}
	} else {
		f.To = Peer{Kind: Internet}
	}
	if c.mayReach(f) || f.Exception {
		return "use tiers.Internet"
	}
	return "name smaller blocks, or state it with a reason and an owner: " + exceptionCode(f)
}

func (c *checker) prefixList(f Flow, p *Peer) bool {
	switch {
	case !p.Symbolic && !prefixListID.MatchString(p.Text):
		c.failFlow(f, "prefix-list", "a prefix list's id is not usable", fmt.Sprintf("got %q; allowed is an id as in \"pl-0123456789abcdef0\"", p.Text), "")
	case p.Entries < 1 || p.Entries > maxRules:
		c.failFlow(f, "prefix-list", "a prefix list's size is out of range", fmt.Sprintf("got %d entries, allowed are 1 to %d", p.Entries, maxRules),
			"give the list's maximum of entries, or for a list of AWS its weight: a group's quota counts that many rules")
	default:
		c.oneSize(f, *p)
		return true
	}
	return false
}

// oneSize: a prefix list named with two sizes would be two peers, and the rules for them the same rule twice.
func (c *checker) oneSize(f Flow, p Peer) {
	first, ok := c.lists[p.Operand]
	if !ok {
		c.lists[p.Operand] = f
		return
	}
	was := first.To
	if first.From.Operand == p.Operand {
		was = first.From
	}
	if was.Entries != p.Entries {
		f.At = append(slices.Clone(f.At), first.At...)
		c.failFlow(f, "prefix-list", "a prefix list has two sizes", fmt.Sprintf("%s has %d and %d entries", p.Text, was.Entries, p.Entries), "give it one size everywhere")
	}
}

// families keeps the ports that both ends have an address family for.
func (c *checker) families(f *Flow, ports []Ports) bool {
	from4, from6 := f.From.Families(c.m.Network.IPv6)
	to4, to6 := f.To.Families(c.m.Network.IPv6)
	f.Ports = nil
	for _, p := range ports {
		if p4, p6 := p.Families(); p4 && from4 && to4 || p6 && from6 && to6 {
			f.Ports = append(f.Ports, p)
		}
	}
	if len(f.Ports) == 0 {
		c.failFlow(*f, "service-family", "a service has no address family in common with its ends",
			fmt.Sprintf("%s is of one family, the ends are of the other", FormatService(ports)), "")
		return false
	}
	return true
}

// permitted holds the flow against the table. What a grant leads to AWS's services is not in it: the grant allows it.
func (c *checker) permitted(f Flow) {
	if f.Path.Kind == ByGatewayEndpoint {
		return
	}
	everything := f.To.Kind.IsTier() && slices.ContainsFunc(f.Ports, Ports.IsAll)
	allowed := c.mayReach(f) && !everything
	switch {
	case f.Exception && allowed:
		c.add(f.PathString(), f.At, diag.Diagnostic{Severity: diag.Warning, Rule: "exception-needless", Subject: c.m.Network.Subject(f.SubjectString()),
			Summary: "an exception that is none", Detail: "the table allows this flow", Fix: "declare it with AllowTo or AllowFrom"})
	case !f.Exception && !allowed:
		detail, instead := fmt.Sprintf("%s may reach %s", f.From.Kind, kindList(ReachableFrom(f.From.Kind))),
			"lead the flow through the layers between"
		if edge, _ := c.m.Tier(f.To.Text); c.shut(f) {
			detail = fmt.Sprintf("%s is internal: it is not reached from the internet, where %s is", edge.ID, f.From)
		} else if everything {
			detail = fmt.Sprintf("all traffic is for what leaves the network, and for exceptions; %s needs its services alone", f.To)
			instead = "name the services"
		}
		c.failFlow(f, "not-allowed", fmt.Sprintf("%s may not reach %s", f.From, f.To), detail,
			instead+", or state it with a reason and an owner: "+exceptionCode(f))
	}
	if f.Exception {
		c.accountable(f)
	}
}

// mayReach reports whether a flow takes no exception.
func (c *checker) mayReach(f Flow) bool { return MayReach(f.From.Kind, f.To.Kind) && !c.shut(f) }

// shut reports whether a flow leads from the internet to an internal edge.
func (c *checker) shut(f Flow) bool {
	edge, _ := c.m.Tier(f.To.Text)
	return f.From.IsPublic() && f.To.Kind == Edge && edge.Internal
}

// exceptionCode spells the flow as an exception in Go.
func exceptionCode(f Flow) string {
	return fmt.Sprintf("Except(tiers.Exception{From: %s, To: %s, Service: %q, Reason: \"...\", Owner: \"...\"})", f.From.Code(), f.To.Code(), f.Service)
}

func (c *checker) accountable(f Flow) {
	var missing []string
	if CleanDescription(f.Reason) == "" {
		missing = append(missing, "Reason")
	}
	if strings.TrimSpace(f.Owner) == "" {
		missing = append(missing, "Owner")
	}
	if len(missing) > 0 {
		c.failFlow(f, "exception-unaccountable", "an exception without "+strings.Join(missing, " and "),
			"an exception goes against the table, so somebody must answer for it", "state why it is needed and who owns it")
	}
}

func kindList(kinds []Kind) string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.String()
	}
	return strings.Join(names, ", ")
}

// texts makes the reason legal and refuses what cannot be made so.
func (c *checker) texts(f *Flow) {
	clean := CleanDescription(f.Reason)
	switch {
	case IsToken(f.Reason) || IsToken(f.Owner):
		c.failFlow(*f, "text", "a reason or owner is a CDK token", "rules and reports need the literal text", "")
	case HasDynamicReference(f.Reason) || HasDynamicReference(f.Owner):
		c.failFlow(*f, "text", "a reason or owner has a dynamic reference", DynamicReference, "write words, without {{resolve:")
	case len(clean) > MaxDescription:
		c.failFlow(*f, "text-long", "a reason is too long for a rule's description", fmt.Sprintf("got %d characters, allowed are %d", len(clean), MaxDescription), "shorten it")
	case clean != strings.TrimSpace(f.Reason):
		c.add(f.PathString(), f.At, diag.Diagnostic{Severity: diag.Warning, Rule: "text-cleaned", Subject: c.m.Network.Subject(f.SubjectString()),
			Summary: "a reason has characters that EC2 refuses in descriptions",
			Detail:  fmt.Sprintf("got %q, emitted as %q; allowed are ASCII letters, digits, spaces and %s", f.Reason, clean, legalPunctuation)})
	}
	if n := utf8.RuneCountInString(f.Owner); n > MaxDescription || hasControl(f.Owner) || !utf8.ValidString(f.Owner) {
		c.failFlow(*f, "text", "an owner is not usable", fmt.Sprintf("got %.60q with %d characters; allowed is one line of at most %d", f.Owner, n, MaxDescription), "")
	}
	f.Reason = clean
}

// The numbers that a flow's firewall rules may be pinned to, which Suricata's documentation leaves to local rules.
const (
	MinSID = 1_000_000
	MaxSID = 1_999_999
)

func (c *checker) pinned(f Flow) {
	if f.SID != 0 && (f.SID < MinSID || f.SID > MaxSID) {
		c.failFlow(f, "sid", "a flow's rules are pinned to numbers that are others'", fmt.Sprintf("got %d; allowed are %d to %d", f.SID, MinSID, MaxSID), "")
	}
}

func (c *checker) expiry(f Flow) {
	if f.Expires == "" {
		return
	}
	last, err := time.Parse(dateLayout, f.Expires)
	if err != nil {
		c.failFlow(f, "expires", "an expiry is not a date", fmt.Sprintf("got %q, allowed is year-month-day, as in \"2027-01-31\"", f.Expires), "")
		return
	}
	d := diag.Diagnostic{Subject: c.m.Network.Subject(f.SubjectString())}
	days := int(last.Sub(c.today).Hours() / 24)
	switch {
	case days < 0:
		d.Severity, d.Rule = diag.Finding, "expired"
		d.Summary = fmt.Sprintf("the flow has expired: its last day was %s", f.Expires)
		d.Fix = "remove it, or set a new date"
	case days <= soon:
		d.Severity, d.Rule = diag.Warning, "expires-soon"
		d.Summary = fmt.Sprintf("the flow expires in %d days: its last day is %s", days, f.Expires)
		d.Fix = "plan its removal, or set a new date"
	default:
		return
	}
	if f.Owner != "" {
		d.Detail = "owner: " + f.Owner
	}
	c.add(f.PathString(), f.At, d)
}

// mergeRepeated makes one of flows that say the same; the same flow with another reason, owner, date or path is an error.
func (c *checker) mergeRepeated() {
	kept := c.m.Flows[:0]
	for _, f := range c.m.Flows {
		if len(kept) == 0 || kept[len(kept)-1].Compare(f) != 0 {
			kept = append(kept, f)
			continue
		}
		first := &kept[len(kept)-1]
		if differ := differences(*first, f); differ != "" {
			both := f
			both.At = append(slices.Clone(first.At), f.At...)
			c.failFlow(both, "flow-twice", "the same flow is declared twice, differently", FormatService(f.Ports)+": "+differ, "keep one of the two")
		}
		first.At = append(slices.Clone(first.At), f.At...)
		first.Service = min(first.Service, f.Service) // Whichever was declared first.
		first.Exception = first.Exception && f.Exception
	}
	c.m.Flows = kept
}

func differences(a, b Flow) string {
	var out []string
	for _, field := range []struct{ name, a, b string }{
		{"reason", a.Reason, b.Reason}, {"owner", a.Owner, b.Owner}, {"expiry", a.Expires, b.Expires},
		{"path", a.Path.words(), b.Path.words()}, {"SID", fmt.Sprint(a.SID), fmt.Sprint(b.SID)},
	} {
		if field.a != field.b {
			out = append(out, fmt.Sprintf("%s %q and %q", field.name, field.a, field.b))
		}
	}
	return strings.Join(out, ", ")
}

// overlaps finds flows between the same ends that partly say the same: equal ports twice with other reasons are an error,
// anything else is worth a warning, as one of them can go.
func (c *checker) overlaps() {
	for start := 0; start < len(c.m.Flows); {
		end := start + 1
		for end < len(c.m.Flows) && sameEnds(c.m.Flows[start], c.m.Flows[end]) {
			end++
		}
		for i := start; i < end; i++ {
			for j := i + 1; j < end; j++ {
				c.overlap(c.m.Flows[i], c.m.Flows[j])
			}
		}
		start = end
	}
}

func sameEnds(f, g Flow) bool { return f.From == g.From && f.To == g.To }

func (c *checker) overlap(f, g Flow) {
	for _, p := range f.Ports {
		for _, q := range g.Ports {
			if !p.Overlaps(q) {
				continue
			}
			both := f
			both.At = append(slices.Clone(f.At), g.At...)
			if differ := differences(f, g); p == q && differ != "" {
				c.failFlow(both, "flow-twice", "the same flow is declared twice, differently", p.String()+": "+differ, "keep one of the two")
				continue
			}
			c.add(both.PathString(), both.At, diag.Diagnostic{Severity: diag.Warning, Rule: "flow-overlap", Subject: c.m.Network.Subject(f.SubjectString() + "," + FormatService(g.Ports)),
				Summary: "two flows overlap", Detail: fmt.Sprintf("%s and %s have packets in common", p, q), Fix: "declare each port once"})
		}
	}
}

// unwired warns of tiers that no flow names. A flow with something wrong counts: its own error is enough.
func (c *checker) unwired(flows []Flow) {
	wired := map[string]bool{}
	for _, f := range flows {
		wired[f.From.Text], wired[f.To.Text] = true, true
	}
	for _, t := range c.m.Tiers {
		if !wired[t.ID] {
			c.add("tiers."+t.ID, []diag.Position{t.At}, diag.Diagnostic{Severity: diag.Warning, Rule: "unwired", Subject: c.m.Network.Subject(t.ID),
				Summary: "the tier is not wired", Detail: "nobody may reach it and it may reach nobody", Fix: "wire it with AllowTo or AllowFrom, or remove it"})
		}
	}
}
