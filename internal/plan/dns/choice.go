package dns

import (
	"fmt"
	"slices"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/dnsfirewall"
)

// check reports choices that are not usable.
func (b *builder) check() {
	c := b.choices
	if c.Mode != arch.Enforce && c.Mode != arch.Observe {
		b.fail("dns-mode", "the mode of DNS is unknown", fmt.Sprintf("got %d; allowed are %d and %d", int(c.Mode), arch.Enforce, arch.Observe),
			"choose one of them")
	}
	if !slices.Contains([]dnsfirewall.Response{"", dnsfirewall.NoData, dnsfirewall.NXDomain}, c.Response) {
		b.fail("dns-response", "the response to blocked queries is unknown",
			fmt.Sprintf("got %.80q; allowed are NODATA and NXDOMAIN", c.Response), "choose one of them, or leave it out for NODATA")
	}
}

func (b *builder) fail(rule, summary, detail, fix string) {
	b.diags.Add(diag.Diagnostic{Rule: rule, Summary: summary, Detail: detail, Fix: fix})
}

// warn adds a warning. subject distinguishes it from others of the same rule.
func (b *builder) warn(rule, subject, summary, detail, fix string) {
	b.diags.Add(diag.Diagnostic{
		Severity: diag.Warning, Rule: rule, Subject: b.m.Network.Subject(subject), Summary: summary, Detail: detail, Fix: fix,
	})
}
