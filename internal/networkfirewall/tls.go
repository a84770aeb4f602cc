package networkfirewall

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/traffic"
)

// TLS is a TLS inspection configuration.
type TLS struct {
	Name, Description string
	Region            string // empty if it is not known
	// Certificates are the ARNs of the certificates of your own servers. Authority is the ARN of the certificate authority with which the
	// firewall signs certificates in place of other servers.
	Certificates []string
	Authority    string
	Scopes       []TLSScope
	// ChecksRevoked says that it checks whether the certificates of servers are revoked.
	ChecksRevoked bool
	// Open says that it may have more than is known.
	Open bool
}

// TLSScope selects connections to decrypt. An empty list stands for all.
type TLSScope struct {
	Sources, Destinations         []string
	SourcePorts, DestinationPorts [][2]int
	Protocols                     []string
}

// maxServerCertificates is the number of certificates that AWS allows (measured).
const maxServerCertificates = 10

const tlsConfiguration = "TLSInspectionConfiguration.ServerCertificateConfigurations[0]"

// CheckTLS returns everything that is wrong with a TLS inspection configuration.
func CheckTLS(t *TLS) []Problem {
	var p problems
	fail := func(kind, property, summary, detail, fix string) {
		p.fail(kind, tlsConfiguration+"."+property, summary, detail, fix)
	}
	switch n := len(t.Certificates); {
	case n == 0 && t.Authority == "" && !t.Open:
		fail("tls-certificate", "ServerCertificates", "TLS inspection has no certificate", "",
			"add certificates for connections to your servers, or a certificate authority for connections to other servers")
	case n > maxServerCertificates:
		fail("tls-certificates", "ServerCertificates", "TLS inspection has too many certificates",
			fmt.Sprintf("got %d; allowed are %d", n, maxServerCertificates), "remove some, or use another firewall for them")
	}
	if len(t.Scopes) == 0 && !t.Open {
		fail("tls-scope", "Scopes", "TLS inspection has no scope", "AWS requires one", "add a scope for the connections to decrypt")
	}
	if t.ChecksRevoked && t.Authority == "" && !t.Open {
		fail("tls-revocation", "CheckCertificateRevocationStatus", "TLS inspection checks revocation without a certificate authority",
			"AWS checks only certificates of servers outside your network", "add a certificate authority, or do not check revocation")
	}
	p.certificates(t)
	for i, s := range t.Scopes {
		p.scope(fmt.Sprintf("%s.Scopes[%d]", tlsConfiguration, i), s)
	}
	p = append(p, CheckName("TLSInspectionConfigurationName", t.Name)...)
	return append(p, CheckDescription(t.Description)...)
}

// certificates checks the ARNs of certificates.
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
		p.fail("tls-authority", where, "the certificate authority belongs to AWS Private CA",
			fmt.Sprintf("got %.200q; AWS accepts only one that was imported into AWS Certificate Manager", t.Authority),
			"import the CA certificate with its key, and use its ARN")
	default:
		check(where, t.Authority)
	}
}

// scope checks one scope.
func (p *problems) scope(where string, s TLSScope) {
	for _, block := range append(append([]string{}, s.Sources...), s.Destinations...) {
		if !isBlock(block) {
			p.fail("tls-block", where, "a scope has an invalid block",
				fmt.Sprintf("got %.60q; allowed are blocks in CIDR notation without host bits", block), "")
		}
	}
	for _, ports := range append(append([][2]int{}, s.SourcePorts...), s.DestinationPorts...) {
		if from, to := ports[0], ports[1]; traffic.PortsFrom(from, to).IsEmpty() {
			p.fail("tls-ports", where, "a scope has invalid ports",
				fmt.Sprintf("got %d to %d; allowed are 0 to 65535, the smaller first", from, to), "")
		}
	}
	for _, protocol := range s.Protocols {
		if protocol != strconv.Itoa(traffic.TCP) && !IsToken(protocol) {
			p.fail("tls-protocol", where+".Protocols", "a scope has an invalid protocol",
				fmt.Sprintf("got %.20q; AWS accepts only 6, which is TCP", protocol), "write 6")
		}
	}
}
