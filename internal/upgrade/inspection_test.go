package upgrade

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/diag"
)

// stage writes a firewall in one of the modes: its policy, the firewall and a route. The route leads to the firewall
// unless the mode is Prepare.
func stage(mode string) string {
	target := "NatGatewayId: nat-1"
	route := func() string {
		return resource("Route", "EC2::Route", "RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, "+target)
	}
	if mode == "none" {
		return route()
	}
	actions, midstream := "aws:alert_strict", "CONTINUE"
	if mode != "prepare" {
		target = "VpcEndpointId: !Select [0, !Split [',', !Select [1, !Split ['eu-west-1a:', !Join [',', !GetAtt Firewall.EndpointIds]]]]]"
	}
	if mode == "enforce" {
		actions, midstream = "aws:drop_strict, aws:alert_strict", "REJECT"
	}
	return route() + resource("Policy", "NetworkFirewall::FirewallPolicy",
		"FirewallPolicyName: p, FirewallPolicy: {StatefulDefaultActions: ["+actions+"], StatefulEngineOptions: {RuleOrder: STRICT_ORDER, "+
			"StreamExceptionPolicy: "+midstream+"}}") +
		resource("Firewall", "NetworkFirewall::Firewall", "FirewallName: f, VpcId: !Ref Vpc, FirewallPolicyArn: !Ref Policy, SubnetMappings: "+
			"[{SubnetId: !Ref Subnet}]")
}

// A single step is announced, and a larger one is a finding.
func TestInspectionSteps(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ before, after, want string }{
		{"none", "prepare", ""},
		{"prepare", "observe", "inspection-step: traffic on 1 route is routed through the firewall, which drops nothing yet"},
		{"observe", "enforce",
			"inspection-step: the firewall starts to drop new connections that no rule allows; its stateful engine restarts and has " +
				"not seen the start of open connections, which are reset"},
		{"enforce", "observe", "inspection-step: the firewall stops dropping traffic; its stateful engine restarts and has not seen the " +
			"start of open connections"},
		{"observe", "prepare", "inspection-step: traffic on 1 route is no longer routed through the firewall"},
		{"prepare", "none", ""},
		{"none", "observe", "inspection-jump: first with mode Prepare, then with Observe"},
		{"none", "enforce", "inspection-jump: first with mode Prepare, then with Observe"},
		{"prepare", "enforce", "inspection-jump: the firewall has not seen the start of open connections, which are reset, and traffic that " +
			"no rule allows is dropped"},
		{"enforce", "prepare", "inspection-jump: first with mode Observe, then with Prepare"},
		{"enforce", "none", "inspection-jump: first with mode Prepare, then with no inspection"},
		{"enforce", "enforce", ""},
	} {
		t.Run(test.before+" to "+test.after, func(t *testing.T) {
			t.Parallel()
			found := Check(add(t, stage(test.before)), add(t, stage(test.after)))
			if test.want == "" {
				assert.Empty(t, found)
				return
			}
			rule, says, _ := strings.Cut(test.want, ": ")
			if assert.Len(t, found, 1, found.String()) {
				assert.Equal(t, rule, found[0].Rule)
				assert.Contains(t, found.String(), says)
				assert.Equal(t, rule == "inspection-step", found[0].Severity == diag.Warning)
			}
		})
	}
	t.Run("first deployment", func(t *testing.T) {
		t.Parallel()
		assert.Empty(t, Check(nil, add(t, stage("enforce"))))
	})
}

// These changes of a firewall that stays are rejected by AWS or break connections.
func TestFirewallUpdates(t *testing.T) {
	t.Parallel()
	logs := func(config string) string {
		return resource("Logs", "NetworkFirewall::LoggingConfiguration",
			"FirewallArn: !Ref Firewall, LoggingConfiguration: {LogDestinationConfigs: ["+config+"]}")
	}
	protected := strings.Replace(stage("enforce"), "FirewallName: f,", "FirewallName: f, DeleteProtection: true, SubnetChangeProtection: "+
		"true, FirewallPolicyChangeProtection: true,", 1)
	other := resource("Other", "EC2::Subnet", "VpcId: !Ref Vpc, CidrBlock: 10.0.2.0/24, AvailabilityZone: eu-west-1a") +
		resource("OtherPolicy", "NetworkFirewall::FirewallPolicy",
			"FirewallPolicyName: q, FirewallPolicy: {StatefulDefaultActions: [aws:drop_strict], StatefulEngineOptions: {RuleOrder: "+
				"STRICT_ORDER, StreamExceptionPolicy: REJECT}}")
	for name, test := range map[string]struct {
		before, after string
		want          []string
	}{
		"led to in mid-stream": {strings.ReplaceAll(stage("prepare"), "CONTINUE", "DROP"), strings.ReplaceAll(stage("observe"), "CONTINUE",
			"DROP"), []string{"inspection-midstream[Shop/Firewall]", "inspection-step[Shop/Firewall]"}},
		"engines restart": {strings.ReplaceAll(stage("enforce"), "REJECT", "CONTINUE"), stage("enforce"),
			[]string{"engine-restart[Shop/Firewall]"}},
		"engines restart, in a step with more": {stage("observe"), strings.Replace(stage("enforce"), "RuleOrder: STRICT_ORDER,",
			"RuleOrder: STRICT_ORDER, FlowTimeouts: {TcpIdleTimeoutSeconds: 60},", 1),
			[]string{"engine-restart[Shop/Firewall]", "inspection-step[Shop/Firewall]"}},
		"engines continue all": {stage("enforce"), strings.ReplaceAll(stage("enforce"), "REJECT", "CONTINUE"),
			[]string{"engine-restart[Shop/Firewall]"}},
		"engines without traffic": {stage("prepare"), strings.ReplaceAll(stage("prepare"), "CONTINUE", "REJECT"), nil},
		"protected, removed": {protected, stage("none") + other, []string{"firewall-protected[Shop/Firewall:DeleteProtection]",
			"inspection-jump[Shop/Firewall]"}},
		"protected subnets": {protected + other, strings.Replace(protected, "{SubnetId: !Ref Subnet}", "{SubnetId: subnet-1}", 1) + other,
			[]string{"firewall-protected[Shop/Firewall:SubnetChangeProtection]"}},
		"protected policy": {protected + other, strings.Replace(protected, "FirewallPolicyArn: !Ref Policy",
			"FirewallPolicyArn: !Ref OtherPolicy", 1) + other,
			[]string{"firewall-protected[Shop/Firewall:FirewallPolicyChangeProtection]"}},
		"an endpoint moves": {stage("enforce") + other, strings.Replace(stage("enforce"), "{SubnetId: !Ref Subnet}", "{SubnetId: !Ref Other}",
			1) + other, []string{"endpoint-moves[Shop/Firewall:eu-west-1a]"}},
		"a log type's destination": {stage("prepare") + logs("{LogType: FLOW, LogDestinationType: S3, LogDestination: {bucketName: a}}"),
			stage("prepare") + logs("{LogType: FLOW, LogDestinationType: S3, LogDestination: {bucketName: b}}"),
			[]string{"log-destination[Shop/Logs:FLOW]"}},
		"a log type more": {stage("prepare") + logs("{LogType: FLOW, LogDestinationType: S3, LogDestination: {bucketName: a}}"),
			stage("prepare") + logs("{LogType: ALERT, LogDestinationType: S3, LogDestination: {bucketName: a}}, {LogType: FLOW, "+
				"LogDestinationType: S3, LogDestination: {bucketName: a}}"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, ids(Check(add(t, test.before), add(t, test.after))))
		})
	}
}
