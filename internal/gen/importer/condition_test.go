package importer_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/gen/importer"
)

const conditions = `
Parameters: {Open: {Type: String, Default: "no"}}
Conditions: {IsOpen: !Equals [!Ref Open, "yes"], IsClosed: !Equals [!Ref Open, "no"]}
`

// server is an instance with a group whose rules the test gives.
const server = `
  Server: {Type: "AWS::EC2::Instance", Properties: {SubnetId: !Ref FrontSubnetA, SecurityGroupIds: [!Ref Web]}}
  Web:
    Type: AWS::EC2::SecurityGroup
    Properties: {GroupDescription: x, VpcId: !Ref Vpc, SecurityGroupIngress: [RULE]}
`

// TestConditions imports templates with conditions. If the parameter is given, what comes back is exact. Otherwise interfaces exist, which
// the report says, and whatever else the condition decides is not proven.
func TestConditions(t *testing.T) {
	t.Parallel()
	const https, ssh = "{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}",
		"{IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 198.51.100.0/24}"
	const rules = `
  OpenRule:
    Type: AWS::EC2::SecurityGroupIngress
    Condition: IsOpen
    Properties: {GroupId: !Ref Web, IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}
  ClosedRule:
    Type: AWS::EC2::SecurityGroupIngress
    Condition: IsClosed
    Properties: {GroupId: !Ref Web, IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 198.51.100.0/24}
`
	network := strings.TrimSpace(placeNetwork)
	for name, c := range map[string]struct {
		template string
		isProven bool // without a value for the parameter
	}{
		"rule by If": {network + strings.ReplaceAll(server, "RULE", "!If [IsOpen, "+https+", "+ssh+"]"), false},
		"port by If": {
			network + strings.ReplaceAll(server, "RULE", strings.ReplaceAll(https, "443,", "!If [IsOpen, 443, 8443],")), false,
		},
		"one of two rules": {network + strings.ReplaceAll(server, "RULE", ssh) + rules, false},
		"route": {
			strings.ReplaceAll(network, "Route: {Type", "Route: {Condition: IsOpen, Type") + strings.ReplaceAll(server, "RULE", https), false,
		},
		"server": {network + strings.ReplaceAll(strings.ReplaceAll(server, "RULE", https), "Server: {", "Server: {Condition: IsOpen, "), true},
	} {
		for _, value := range []string{"", "yes", "no"} {
			options := &cfn.Options{Parameters: map[string]string{}}
			if value != "" {
				options.Parameters["Open"] = value
			}
			a, err := cfn.Read("shop.yaml", []byte(conditions+c.template+"\n"), options)
			require.NoError(t, err, name)
			d, report := importer.Import(a, importer.Options{Exact: true, Today: today})
			require.NotNil(t, d, name)
			assert.Empty(t, report.Verdict.Wider, name)
			isProven := len(report.Verdict.Unproven)+len(report.Verdict.Narrower) == 0
			assert.Equal(t, c.isProven || value != "", isProven, "%s %q: %v", name, value, report.Verdict)
		}
	}
}

// TestVague imports a rule whose port only a deployment knows. It is closed and listed, and never becomes a rule on all ports.
func TestVague(t *testing.T) {
	t.Parallel()
	rule := "{IpProtocol: tcp, FromPort: !Ref Port, ToPort: !Ref Port, CidrIp: 0.0.0.0/0}"
	network := "\nParameters: {Port: {Type: Number}}\n" + strings.TrimSpace(placeNetwork)
	d, report := imported(t, network+strings.ReplaceAll(server, "RULE", rule), true)
	require.NotNil(t, d, "%v", report.Residual)
	for _, f := range append(d.Flows, d.Exceptions...) {
		assert.NotEqual(t, "internet", f.From, f.Key())
	}
	require.NotEmpty(t, report.Verdict.Narrower)
	assert.Equal(t, "its ports are not known", report.Verdict.Narrower[0].Reason)
}
