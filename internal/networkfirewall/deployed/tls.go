package deployed

import (
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/networkfirewall"
)

const tlsType = "AWS::NetworkFirewall::TLSInspectionConfiguration"

// readTLS reads a TLS inspection configuration.
func readTLS(r *cfn.Resource) *networkfirewall.TLS {
	t := &networkfirewall.TLS{Name: text(r.Get("TLSInspectionConfigurationName")), Description: text(r.Get("Description")),
		Region: r.Stack.Region}
	all, open := items(at(r.Get("TLSInspectionConfiguration"), "ServerCertificateConfigurations"))
	t.Open = open
	for _, e := range all {
		certificates, more := items(at(e.Value, "ServerCertificates"))
		for _, c := range certificates {
			t.Certificates = append(t.Certificates, text(at(c.Value, "ResourceArn")))
		}
		scopes, further := items(at(e.Value, "Scopes"))
		for _, s := range scopes {
			t.Scopes = append(t.Scopes, readScope(s.Value))
		}
		t.Open = t.Open || more || further
		t.Authority = text(at(e.Value, "CertificateAuthorityArn"))
		t.ChecksRevoked = !at(e.Value, "CheckCertificateRevocationStatus").IsMissing()
	}
	return t
}

// readScope reads a scope.
func readScope(v cfn.Value) networkfirewall.TLSScope {
	return networkfirewall.TLSScope{
		Sources: addresses(at(v, "Sources")), Destinations: addresses(at(v, "Destinations")),
		SourcePorts: portRanges(at(v, "SourcePorts")), DestinationPorts: portRanges(at(v, "DestinationPorts")),
		Protocols: texts(at(v, "Protocols")),
	}
}

// addresses returns the blocks of a list.
func addresses(v cfn.Value) []string {
	all, _ := items(v)
	var out []string
	for _, e := range all {
		out = append(out, text(at(e.Value, "AddressDefinition")))
	}
	return out
}

// portRanges returns the ranges that are known.
func portRanges(v cfn.Value) [][2]int {
	all, _ := items(v)
	var out [][2]int
	for _, e := range all {
		from, ok := number(at(e.Value, "FromPort"))
		to, also := number(at(e.Value, "ToPort"))
		if ok && also {
			out = append(out, [2]int{from, to})
		}
	}
	return out
}
