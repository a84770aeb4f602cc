package webacl

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan/address"
	"github.com/tierwall/tierwall/internal/webacl"
)

// clients adds the rules about which clients may send requests at all.
func (b *builder) clients() {
	b.origin()
	b.sources()
	if set := b.set("BlockedSources", statedBlocks(b.of.BlockedSources)); set != nil {
		b.block("BlockedSources", blockedPriority, *set, "the app blocks them")
	}
	for _, code := range slices.Concat(b.of.Countries, b.of.BlockedCountries) {
		if !webacl.IsCountry(code) {
			b.fail("protection-country", "a country is unknown",
				fmt.Sprintf("got %q; allowed are the codes of ISO 3166, as GB for the United Kingdom", code), "")
		}
	}
	switch {
	case len(b.of.Countries) > 0:
		// A client without an address in the header counts as being elsewhere.
		b.block("Countries", countriesPriority, not(b.geo(b.of.Countries, "NO_MATCH")), "customers are in "+strings.Join(b.of.Countries, ", "))
	case len(b.of.BlockedCountries) > 0:
		b.block("Countries", countriesPriority, b.geo(b.of.BlockedCountries, "MATCH"),
			"nobody is to come from "+strings.Join(b.of.BlockedCountries, ", "))
	}
}

// geo matches clients in some countries. A client without an address in the header is judged as fallback says.
func (b *builder) geo(countries []string, fallback string) webacl.Statement {
	return webacl.Statement{GeoMatchStatement: &webacl.Geo{
		CountryCodes: slices.Sorted(slices.Values(countries)), ForwardedIPConfig: b.forwarded(fallback),
	}}
}

// origin adds the rule that requires the secret of the proxy in front.
func (b *builder) origin() {
	o := b.of.Origin
	if o == nil {
		return
	}
	var known []webacl.Statement
	for i := range o.Secrets {
		known = append(known, webacl.Statement{ByteMatchStatement: &webacl.ByteMatch{
			SearchString: Secret(i).Reference(), PositionalConstraint: "EXACTLY", Inspected: on(header(o.Header)),
		}})
	}
	b.block("Origin", originPriority, not(anyOf(known)), "requests come by way of what knows the secret of header "+o.Header)
}

// sources adds the rule that limits clients to the addresses of the flows, if the flows name addresses.
func (b *builder) sources() {
	var blocks []address.Block
	var who []string
	ports := map[string]bool{}
	for _, f := range b.flows() {
		ports[arch.FormatService(f.Ports)] = true
		known, _ := address.Of(b.m, f.From)
		switch {
		case f.From.Kind == arch.Internet, b.of.CloudFront:
			return
		case len(known) == 0:
			b.widen("requests from any address", fmt.Sprintf("an IP set cannot hold %s; the security groups still tell them apart", f.From))
			return
		}
		blocks = append(blocks, known...)
		who = append(who, f.From.String()+inBrackets(f))
	}
	if len(who) > 1 && len(ports) > 1 {
		b.widen("requests on each of the ports "+strings.Join(sortedKeys(ports), " and ")+" from all that may use one of them",
			"a web ACL cannot match ports; the security groups still tell them apart")
	}
	if set := b.set("Sources", blocks); set != nil {
		b.block("Sources", sourcesPriority, not(*set), "the flows let come "+strings.Join(slices.Compact(who), ", ")+" alone")
	}
}

// inBrackets is the reason of a flow in brackets; empty if it has none.
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

// forwarded takes the client's address from the header, if one is declared. A request without an address in it is judged as
// fallback says.
func (b *builder) forwarded(fallback string) *webacl.ForwardedIP {
	if b.of.ClientAddress == "" {
		return nil
	}
	return &webacl.ForwardedIP{HeaderName: b.of.ClientAddress, FallbackBehavior: fallback}
}
