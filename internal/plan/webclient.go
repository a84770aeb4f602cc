package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/webacl"
)

// clients adds the rules about who may come at all.
func (b *webBuilder) clients() {
	b.origin()
	b.sources()
	if set := b.set("BlockedSources", blocksOf(b.of.BlockedSources)); set != nil {
		b.block("BlockedSources", blockedPriority, *set, "the app blocks them")
	}
	for _, code := range slices.Concat(b.of.Countries, b.of.BlockedCountries) {
		if !webacl.IsCountry(code) {
			b.fail("protection-country", "a country is unknown", fmt.Sprintf("got %q; allowed are the codes of ISO 3166, as GB for the United Kingdom", code), "")
		}
	}
	switch {
	case len(b.of.Countries) > 0:
		// Whoever has no address in the header is taken to be from elsewhere.
		b.block("Countries", countriesPriority, not(b.geo(b.of.Countries, "NO_MATCH")), "customers are in "+strings.Join(b.of.Countries, ", "))
	case len(b.of.BlockedCountries) > 0:
		b.block("Countries", countriesPriority, b.geo(b.of.BlockedCountries, "MATCH"), "nobody is to come from "+strings.Join(b.of.BlockedCountries, ", "))
	}
}

func (b *webBuilder) geo(countries []string, fallback string) webacl.Statement {
	return webacl.Statement{GeoMatchStatement: &webacl.Geo{CountryCodes: slices.Sorted(slices.Values(countries)), ForwardedIPConfig: b.forwarded(fallback)}}
}

// SecretReference is what statements have in the place of the i-th secret of the origin, from 0.
func SecretReference(i int) string { return fmt.Sprint("secret:", i) }

// origin adds the rule that asks for the secret of whoever is in front.
func (b *webBuilder) origin() {
	o := b.of.Origin
	if o == nil {
		return
	}
	var known []webacl.Statement
	for i := range o.Secrets {
		known = append(known, webacl.Statement{ByteMatchStatement: &webacl.ByteMatch{
			SearchString: SecretReference(i), PositionalConstraint: "EXACTLY", Inspected: on(header(o.Header)),
		}})
	}
	b.block("Origin", originPriority, not(anyOf(known)), "requests come by way of what knows the secret of header "+o.Header)
}

// sources adds the rule that holds clients to the flows, if those name addresses.
func (b *webBuilder) sources() {
	var blocks []Block
	var who []string
	ports := map[string]bool{}
	for _, f := range b.flows() {
		ports[arch.FormatService(f.Ports)] = true
		known := peerBlocks(b.p.Model, f.From)
		switch {
		case f.From.Kind == arch.Internet, b.of.CloudFront:
			return
		case len(known) == 0:
			b.widen("requests of any address", fmt.Sprintf("an IP set holds no %s; the security groups still tell", f.From))
			return
		}
		blocks = append(blocks, known...)
		who = append(who, f.From.String()+inBrackets(f))
	}
	if len(who) > 1 && len(ports) > 1 {
		b.widen("requests on each of the ports "+strings.Join(sortedKeys(ports), " and ")+" of all that may use one of them", "a web ACL knows no ports; the security groups still tell")
	}
	if set := b.set("Sources", blocks); set != nil {
		b.block("Sources", sourcesPriority, not(*set), "the flows let come "+strings.Join(slices.Compact(who), ", ")+" alone")
	}
}

// inBrackets is the reason of a flow behind its name.
func inBrackets(f arch.CheckedFlow) string {
	if f.Reason == "" {
		return ""
	}
	return " (" + f.Reason + ")"
}

func sortedKeys(m map[string]bool) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// peerBlocks are the addresses of a peer; none if they are not known here.
func peerBlocks(m *arch.Model, p arch.Peer) []Block {
	switch {
	case p.Kind == arch.CIDR:
		return blocksOf(m.Rest(p))
	case p.Kind.IsTier():
		t, _ := m.Tier(p.Text)
		if t.Imported != nil || m.Network.Wrapped {
			return nil
		}
		return slices.Concat(tierBlocks(m, t, false), tierBlocks(m, t, true))
	}
	return nil
}

func blocksOf(peers []arch.Peer) []Block {
	var out []Block
	for _, p := range peers {
		if prefix, ok := p.Prefix(); ok {
			out = append(out, literalBlock(prefix))
		} else {
			out = append(out, Block{Symbol: p.Text, IPv6: p.IPv6})
		}
	}
	return out
}

// set makes the IP sets of some blocks, one for each family, and returns the statement that a client is in one of them; nil
// without blocks.
func (b *webBuilder) set(name string, blocks []Block) *webacl.Statement {
	var in []webacl.Statement
	for _, six := range []bool{false, true} {
		s := AddressSet{ID: name + "IPv4", IPv6: six}
		if six {
			s.ID = name + "IPv6"
		}
		for _, block := range blocks {
			if block.IPv6 == six && !slices.Contains(s.Blocks, block) {
				s.Blocks = append(s.Blocks, block)
			}
		}
		if len(s.Blocks) == 0 {
			continue
		}
		slices.SortFunc(s.Blocks, func(x, y Block) int { return strings.Compare(x.String(), y.String()) })
		b.sets = append(b.sets, s)
		in = append(in, webacl.Statement{IPSetReferenceStatement: &webacl.IPSet{Arn: s.Reference()}})
	}
	if len(in) == 0 {
		return nil
	}
	return new(anyOf(in))
}
