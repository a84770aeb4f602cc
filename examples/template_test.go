package examples

import (
	"testing"
	"time"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/gen/template"
	"github.com/tierwall/tierwall/internal/plan/alarms"
	"github.com/tierwall/tierwall/internal/plan/calendar"
	"github.com/tierwall/tierwall/internal/plan/dns"
	"github.com/tierwall/tierwall/internal/plan/flowlogs"
	"github.com/tierwall/tierwall/internal/plan/plantest"
)

// TestWithoutCDK compares the templates that are written without the CDK with those of the examples.
func TestWithoutCDK(t *testing.T) {
	const group = "NetworkFirewallLogGroup5AD6F2BC"
	logs := template.Log{Group: map[string]any{"Ref": group}, GroupARN: map[string]any{"Fn::GetAtt": []string{group, "Arn"}}}
	rejected := flowlogs.Choices{RejectedOnly: true, NewLogGroup: true, Interval: time.Minute}
	for name, test := range map[string]struct {
		file  string
		in    template.Input
		apart plantest.Apart
	}{
		"layered-security-groups": {file: "LayeredSecurityGroups.template.json", apart: plantest.Apart{Tags: true}},
		"network-firewall": {file: "NetworkFirewall.template.json", in: template.Input{Firewall: template.Firewall{
			Name: "MainNetworkFirewall", Policy: template.Policy{Path: "FirewallPolicy", Name: "MainFirewallPolicy"}, Alert: logs, Flow: logs,
		}}, apart: plantest.Apart{Types: []string{"AWS::Logs::LogGroup"}}},
		"vpc-endpoints":  {file: "Endpoints.template.json"},
		"containers":     {file: "Containers.template.json", in: template.Input{Region: "eu-west-1"}},
		"eks":            {file: "Cluster.template.json", in: template.Input{Region: "eu-west-1"}},
		"several-stacks": {file: "Platform.template.json", in: template.Input{Account: "111122223333", Region: "eu-west-1"}},
		"shop": {file: "Shop.template.json", in: template.Input{
			Firewall: template.Firewall{Production: true},
			WebACLs:  map[string]template.WebACL{"LoadBalancer": {Application: "Balancer"}},
			Applications: []template.Application{{
				Tier: "LoadBalancer", ID: "Balancer", Production: true, To: &template.Target{IPs: true, HealthPath: "/health"},
				Certificates: []any{"arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000"},
			}},
			Watch: template.Watch{
				FlowLogs: []template.FlowLog{{ID: "FlowLogs"}, {ID: "Rejected", Choices: rejected}},
				Alarms: &template.Alarms{FlowLog: "Rejected", Network: alarms.Network{
					Fields: rejected.Names(), RejectedOnly: true, Firewall: &alarms.Firewall{Alerts: true},
					Balancers: []alarms.Balancer{{Tier: "LoadBalancer", ID: "Balancer", Application: true}},
				}},
				DNS:      &template.DNS{Choices: dns.Choices{Mode: arch.Observe}, Production: true},
				Calendar: &template.Calendar{Days: calendar.DefaultDays()},
			},
		}},
		"workloads": {file: "Workloads.template.json", in: template.Input{
			Region:  "eu-west-1",
			WebACLs: map[string]template.WebACL{"LoadBalancer": {Resource: map[string]any{"Ref": "Balancer71DDC9D9"}}},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plantest.Compare(t, named(t, name).folder, test.file, test.in, test.apart)
		})
	}
}
