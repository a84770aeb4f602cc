package networkfirewall

import (
	"fmt"
	"net/netip"
	"strings"
)

// TLS is a TLS inspection configuration.
type TLS struct {
	Name, Description string
	Region            string // empty if it is not known
	// Certificates are ARNs of certificates of one's own servers, Authority that of the one that signs those of others.
	Certificates []string
	Authority    string
	Scopes       []TLSScope
	// ChecksRevoked says that it checks whether servers' certificates are revoked.
	ChecksRevoked bool
	// Open says that it may have more than is known.
	Open bool
}

// TLSScope is which connections are decrypted. Empty lists are any.
type TLSScope struct {
	Sources, Destinations         []string
	SourcePorts, DestinationPorts [][2]int
	Protocols                     []string
}

// maxServerCertificates is measured.
const maxServerCertificates = 10

const tlsConfiguration = "TLSInspectionConfiguration.ServerCertificateConfigurations[0]"

// CheckTLS returns all that is wrong with a TLS inspection configuration.
func CheckTLS(t *TLS) []Problem {
	var p problems
	fail := func(kind, property, summary, detail, fix string) {
		p.fail(kind, tlsConfiguration+"."+property, summary, detail, fix)
	}
	switch n := len(t.Certificates); {
	case n == 0 && t.Authority == "" && !t.Open:
		fail("tls-certificate", "ServerCertificates", "TLS inspection has no certificate", "",
			"name certificates for connections to your servers, or a certificate authority for those to others")
	case n > maxServerCertificates:
		fail("tls-certificates", "ServerCertificates", "TLS inspection has too many certificates",
			fmt.Sprintf("got %d; allowed are %d", n, maxServerCertificates), "leave some out, or make another firewall")
	}
	if len(t.Scopes) == 0 && !t.Open {
		fail("tls-scope", "Scopes", "TLS inspection has no scope", "AWS asks for one", "name the connections to decrypt")
	}
	if t.ChecksRevoked && t.Authority == "" && !t.Open {
		fail("tls-revocation", "CheckCertificateRevocationStatus", "revocation is checked without a certificate authority",
			"AWS checks certificates of servers outside alone", "name a certificate authority, or do not check revocation")
	}
	p.certificates(t)
	for i, s := range t.Scopes {
		p.scope(fmt.Sprintf("%s.Scopes[%d]", tlsConfiguration, i), s)
	}
	p = append(p, CheckName("TLSInspectionConfigurationName", t.Name)...)
	return append(p, CheckDescription(t.Description)...)
}

func (p *problems) certificates(t *TLS) {
	check := func(where, arn string) {
		for _, one := range CheckARN(CertificateARN, arn, t.Region) {
			one.Where = where
			p.add(one)
		}
	}
	for i, arn := range t.Certificates {
		check(fmt.Sprintf("%s.ServerCertificates[%d]", tlsConfiguration, i), arn)
	}
	where := tlsConfiguration + ".CertificateAuthorityArn"
	switch {
	case t.Authority == "":
	case strings.Contains(t.Authority, ":acm-pca:"):
		p.fail("tls-authority", where, "the certificate authority is of AWS Private CA",
			fmt.Sprintf("got %.200q; AWS takes one that was imported into AWS Certificate Manager alone", t.Authority),
			"import the CA certificate with its key, and name its ARN")
	default:
		check(where, t.Authority)
	}
}

func (p *problems) scope(where string, s TLSScope) {
	for _, block := range append(append([]string{}, s.Sources...), s.Destinations...) {
		if prefix, err := netip.ParsePrefix(block); !IsToken(block) && (err != nil || prefix != prefix.Masked()) {
			p.fail("tls-block", where, "a block of a scope is not usable",
				fmt.Sprintf("got %.60q; allowed are blocks in CIDR notation without host bits", block), "")
		}
	}
	for _, ports := range append(append([][2]int{}, s.SourcePorts...), s.DestinationPorts...) {
		if from, to := ports[0], ports[1]; from < 0 || to > 65535 || from > to {
			p.fail("tls-ports", where, "ports of a scope are not usable", fmt.Sprintf("got %d to %d; allowed are 0 to 65535, the smaller first",
				from, to), "")
		}
	}
	for _, protocol := range s.Protocols {
		if protocol != "6" && !IsToken(protocol) {
			p.fail("tls-protocol", where+".Protocols", "a protocol of a scope is not usable", fmt.Sprintf("got %.20q; AWS takes 6, TCP, alone",
				protocol), "write 6")
		}
	}
}
