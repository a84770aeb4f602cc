package firewall

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsnetworkfirewall"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/networkfirewall"
	"github.com/tierwall/tierwall/internal/report"
)

// TLSInspectionProps configures [NewTLSInspection]. At least one of ServerCertificates and CertificateAuthority is required.
type TLSInspectionProps struct {
	// ServerCertificates are ARNs of certificates in AWS Certificate Manager for connections to your own servers; at most 10.
	ServerCertificates []string
	// CertificateAuthority is the ARN of a CA certificate for connections to other servers. Clients must trust it. It must have been
	// imported into AWS Certificate Manager, because AWS does not support a certificate authority of AWS Private CA.
	CertificateAuthority string
	// Scopes are the connections to decrypt; required.
	Scopes []TLSScope
	// RejectRevoked resets connections to servers whose certificate is revoked. It needs CertificateAuthority.
	RejectRevoked bool
	// Name is 1 to 128 letters, digits and hyphens. If it is empty, the name is made from the stack's name and the construct's path.
	// Changing it replaces the configuration.
	Name string
	// Description has at most 512 characters, and may be empty.
	Description string
}

// TLSScope is a set of TCP connections. A connection is in the set if every list matches; an empty list matches everything, including
// both IP versions.
type TLSScope struct {
	// Sources and Destinations are address blocks in CIDR notation, or CDK tokens.
	Sources, Destinations []string
	// SourcePorts and DestinationPorts are ranges of ports.
	SourcePorts, DestinationPorts []Ports
}

// Ports is the range of ports from From to To, both included.
type Ports struct{ From, To int }

// TLSInspection is a TLS inspection configuration for [PolicyProps] (CloudFormation, AWS::NetworkFirewall::TLSInspectionConfiguration).
type TLSInspection struct {
	constructs.Construct
	arn      *string
	problems problems
}

// NewTLSInspection creates a TLS inspection configuration. Errors in props fail synthesis. A nil scope panics.
//
// The firewall drops connections in the scopes that are not TLS or have no server name. Decrypted HTTP/2 needs rules of its own. AWS
// rejects TLS inspection for firewalls with added endpoints. [Inspect] adds endpoints if it inspects Ingress together with other paths.
func NewTLSInspection(scope constructs.Construct, id string, props *TLSInspectionProps) *TLSInspection {
	at := diag.Caller()
	construct.MustHaveScope(scope, "TLS inspection", at)
	if props == nil {
		props = &TLSInspectionProps{}
	}
	t := &TLSInspection{}
	constructs.NewConstruct_Override(t, scope, &id)
	t.problems.Attach(t, at)
	t.check(props)
	config := &awsnetworkfirewall.CfnTLSInspectionConfiguration_ServerCertificateConfigurationProperty{Scopes: scopesOf(props)}
	if len(props.ServerCertificates) > 0 {
		certificates := make([]any, len(props.ServerCertificates))
		for i := range props.ServerCertificates {
			certificates[i] = &awsnetworkfirewall.CfnTLSInspectionConfiguration_ServerCertificateProperty{ResourceArn: &props.ServerCertificates[i]}
		}
		config.ServerCertificates = certificates
	}
	if props.CertificateAuthority != "" {
		config.CertificateAuthorityArn = &props.CertificateAuthority
	}
	if props.RejectRevoked {
		config.CheckCertificateRevocationStatus = &awsnetworkfirewall.CfnTLSInspectionConfiguration_CheckCertificateRevocationStatusProperty{
			RevokedStatusAction: new("REJECT"), UnknownStatusAction: new("PASS"),
		}
	}
	p := &awsnetworkfirewall.CfnTLSInspectionConfigurationProps{
		TlsInspectionConfigurationName: t.problems.Name(props.Name),
		TlsInspectionConfiguration: &awsnetworkfirewall.CfnTLSInspectionConfiguration_TLSInspectionConfigurationProperty{
			ServerCertificateConfigurations: []any{config},
		},
	}
	if props.Description != "" {
		p.Description = &props.Description
	}
	cfn := awsnetworkfirewall.NewCfnTLSInspectionConfiguration(t, new("Resource"), p)
	t.problems.Made("TLS inspection", "Resource", func() map[string]any { return report.Properties(p) })
	t.arn = cfn.AttrTlsInspectionConfigurationArn()
	return t
}

// ImportTLSInspection refers to an existing TLS inspection configuration by its ARN, which is a literal or a CDK token. An invalid ARN
// fails synthesis. A nil scope panics.
func ImportTLSInspection(scope constructs.Construct, id, arn string) *TLSInspection {
	at := diag.Caller()
	construct.MustHaveScope(scope, "TLS inspection", at)
	t := &TLSInspection{arn: &arn}
	constructs.NewConstruct_Override(t, scope, &id)
	t.problems.Attach(t, at)
	t.problems.checkARN(networkfirewall.TLSARN, arn, at)
	return t
}

// ARN returns the configuration's ARN.
func (t *TLSInspection) ARN() *string { return t.arn }

func (t *TLSInspection) check(props *TLSInspectionProps) {
	model := &networkfirewall.TLS{
		Name: props.Name, Description: props.Description, Region: region(t), Certificates: props.ServerCertificates,
		Authority: props.CertificateAuthority, ChecksRevoked: props.RejectRevoked,
	}
	for _, s := range props.Scopes {
		model.Scopes = append(model.Scopes, networkfirewall.TLSScope{
			Sources: s.Sources, Destinations: s.Destinations, SourcePorts: ranges(s.SourcePorts), DestinationPorts: ranges(s.DestinationPorts),
		})
	}
	t.problems.tell(t.problems.At, networkfirewall.CheckTLS(model)...)
}

func ranges(ports []Ports) [][2]int {
	out := make([][2]int, len(ports))
	for i, p := range ports {
		out[i] = [2]int{p.From, p.To}
	}
	return out
}

// tcp is the number of the only protocol that TLS inspection supports.
const tcp = 6.0

func scopesOf(props *TLSInspectionProps) []any {
	out := make([]any, len(props.Scopes))
	for i, s := range props.Scopes {
		scope := &awsnetworkfirewall.CfnTLSInspectionConfiguration_ServerCertificateScopeProperty{Protocols: &[]any{tcp}}
		// A property that is not set matches everything (CloudFormation, ServerCertificateScope).
		if len(s.Sources) > 0 {
			scope.Sources = addressesOf(s.Sources)
		}
		if len(s.Destinations) > 0 {
			scope.Destinations = addressesOf(s.Destinations)
		}
		if len(s.SourcePorts) > 0 {
			scope.SourcePorts = rangesOf(s.SourcePorts)
		}
		if len(s.DestinationPorts) > 0 {
			scope.DestinationPorts = rangesOf(s.DestinationPorts)
		}
		out[i] = scope
	}
	return out
}

func addressesOf(blocks []string) []any {
	out := make([]any, len(blocks))
	for i := range blocks {
		out[i] = &awsnetworkfirewall.CfnTLSInspectionConfiguration_AddressProperty{AddressDefinition: &blocks[i]}
	}
	return out
}

func rangesOf(ports []Ports) []any {
	out := make([]any, len(ports))
	for i, p := range ports {
		out[i] = &awsnetworkfirewall.CfnTLSInspectionConfiguration_PortRangeProperty{FromPort: new(float64(p.From)), ToPort: new(float64(p.To))}
	}
	return out
}
