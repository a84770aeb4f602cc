package firewall

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/networkfirewall"
	"github.com/tierwall/tierwall/internal/report"
)

// problems collects the problems of one construct of this package.
type problems struct{ report.Problems }

// fixes are the fixes for problems that a property of a construct solves. They replace the fixes that name CloudFormation's properties.
var fixes = map[string]string{
	"rules-missing":      "set Rules to the result of firewall.Suricata, Tuples, Domains, IPFeed or DomainFeed",
	"capacity":           "raise Capacity and change Name with it, or leave both out",
	"default-unknown":    "use the DefaultAction constants",
	"default-missing":    "leave DefaultActions out, or set it to AlertStrict to log these packets and let them pass",
	"default-unlogged":   "add the alert, or set Unlogged",
	"tls-holding":        "set TLSInspection, or leave out HoldTLSSessions",
	"tls-holding-names":  "use DropEstablished with its alert, or leave out HoldTLSSessions",
	"tls-certificate":    "set ServerCertificates for connections to your servers, or CertificateAuthority for connections to other servers",
	"tls-scope":          "name the connections to decrypt, as in firewall.TLSScope{DestinationPorts: []firewall.Ports{{443, 443}}}",
	"tls-revocation":     "set CertificateAuthority, or leave out RejectRevoked",
	"domain-list-strict": "use DropEstablishedAppLayerToServer with its alert",
	"names-established":  "use DropEstablishedAppLayerToServer with its alert",
	"home-net-default":   "set HomeNet to all of your own blocks",
}

// tell reports problems of the construct itself.
func (p *problems) tell(at diag.Position, found ...networkfirewall.Problem) {
	for _, one := range found {
		p.List.Add(diagnostic(p.Path, one, at))
	}
}

// diagnostic converts a problem of the construct at a path.
func diagnostic(path string, one networkfirewall.Problem, at ...diag.Position) diag.Diagnostic {
	d := diag.Diagnostic{Severity: one.Severity, Rule: one.Kind, Path: path, Summary: one.Summary, Detail: one.Detail, Fix: one.Fix, At: at}
	if one.Refused() {
		d.Severity = diag.Error
	}
	if fix, ok := fixes[one.Kind]; ok {
		d.Fix = fix
	}
	if d.Severity != diag.Error {
		d.Subject = path
		if one.Subject != "" {
			d.Subject += ":" + one.Subject
		}
	}
	return d
}

func (p *problems) checkName(property, name string, at diag.Position) {
	p.tell(at, networkfirewall.CheckName(property, name)...)
}

func (p *problems) checkDescription(text string, at diag.Position) {
	p.tell(at, networkfirewall.CheckDescription(text)...)
	p.checkDynamic(text, at)
}

// checkDynamic rejects a description with a dynamic reference, which CloudFormation would resolve.
func (p *problems) checkDynamic(text string, at diag.Position) {
	if arch.HasDynamicReference(text) {
		p.Add("description", "a description has a dynamic reference", arch.DynamicReference, "write plain text without {{resolve:", at)
	}
}

// region returns the Region of a construct's stack, or an empty string if it is known only at deployment.
func region(c constructs.IConstruct) string {
	if r := *awscdk.Stack_Of(c).Region(); !arch.IsToken(r) {
		return r
	}
	return ""
}
