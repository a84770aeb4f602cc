package dns

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/dnsfirewall"
)

// flows adds the names that flows lead to.
func (b *builder) flows() {
	for _, f := range b.m.Flows {
		if f.To.Kind == arch.Domain {
			b.domain(f.To.Text, fmt.Sprintf("%s connects to %s: %s", f.From, f.To, arch.FormatService(f.Ports)))
		}
	}
}

// unnamed warns about flows to the internet that name no domain: DNS blocks the names that they need, unless they are among the further
// names.
func (b *builder) unnamed() {
	if b.choices.Mode != arch.Enforce || len(b.choices.Names) > 0 {
		return
	}
	var flows []string
	var at []diag.Position
	for _, f := range b.m.Flows {
		if f.OpensToInternet() && f.To.Kind != arch.Domain {
			flows, at = append(flows, f.SubjectString()), append(at, f.At...)
		}
	}
	if len(flows) > 0 {
		b.diags.Add(diag.Diagnostic{
			Severity: diag.Warning, Rule: "dns-unnamed", Subject: b.m.Network.Subject("internet"), At: at,
			Summary: "flows lead to the internet, but DNS answers only for names that something declares",
			Detail:  "these flows name no domain: " + strings.Join(flows, ", "),
			Fix: b.m.Network.Say("declare the flows to domain names, or state the names in Names",
				"declare the flows to domain names, or state the names under `names`"),
		})
	}
}

// further adds the further names of the choices.
func (b *builder) further() {
	for _, name := range b.choices.Names {
		domain, err := arch.ParseDomain(name)
		if err != nil {
			b.fail("dns-name", "a further name is not usable", err.Error(),
				`write a host name, "api.example.com", or with a leading dot a domain and all below it, ".example.com"`)
			continue
		}
		b.domain(domain, "stated as a further name")
	}
}

// domain adds a name, or with a leading dot a name and all below it.
func (b *builder) domain(name, because string) {
	bare, all := strings.CutPrefix(name, ".")
	b.add(NamesID, bare, because, "")
	if all {
		b.add(BelowID, dnsfirewall.Below(bare), because, "")
	}
}
