package configrule_test

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/configrule"
	"github.com/tierwall/tierwall/internal/plan/plantest"
)

// isAuthorized evaluates a parameter of VPC_SG_OPEN_ONLY_TO_AUTHORIZED_PORTS, as AWS describes it: "443,1020-1025".
func isAuthorized(r configrule.Rule, parameter string, port int) bool {
	for _, p := range r.Parameters {
		if p.Name != parameter {
			continue
		}
		for term := range strings.SplitSeq(p.Text, ",") {
			from, to, isRange := strings.Cut(term, "-")
			if !isRange {
				to = from
			}
			first, _ := strconv.Atoi(from)
			last, _ := strconv.Atoi(to)
			if first <= port && port <= last {
				return true
			}
		}
	}
	return false
}

// TestAuthorizedPorts: the ports that a rule authorizes are exactly those that a flow opens to everybody, in random architectures.
func TestAuthorizedPorts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := plantest.Make(t, plantest.Architectures(t))
		rules, left := configrule.Of(configrule.Network{Plan: p})
		for _, tier := range p.Model.Tiers {
			i := slices.IndexFunc(rules, func(r configrule.Rule) bool { return r.ID == "Group"+tier.ID })
			if i < 0 {
				require.True(t, tier.Imported != nil || slices.ContainsFunc(left, func(l configrule.LeftOut) bool {
					return strings.Contains(l.Why, "The group of "+tier.ID+" is open to everybody for more than TCP and UDP")
				}), tier.ID)
				continue
			}
			for _, port := range []int{22, 53, 80, 81, 443, 3306, 5000, 8000, 8005, 8011, 8080} {
				for protocol, parameter := range map[arch.Protocol]string{arch.TCP: "authorizedTcpPorts", arch.UDP: "authorizedUdpPorts"} {
					want, got := isOpen(p.Model, tier.ID, protocol, port), isAuthorized(rules[i], parameter, port)
					require.Equal(t, want, got, "%s %s/%d", tier.ID, protocol, port)
				}
			}
		}
	})
}

// isOpen reports whether a flow lets everybody send packets to a tier.
func isOpen(m *arch.Model, tier string, protocol arch.Protocol, port int) bool {
	return slices.ContainsFunc(m.Flows, func(f arch.CheckedFlow) bool {
		return f.From.Kind == arch.Internet && f.To.Text == tier && slices.ContainsFunc(f.Ports, func(o arch.Ports) bool {
			return o.Protocol == protocol && o.From <= port && port <= o.To
		})
	})
}

// TestNetworkACLs: each network ACL of random architectures has a rule, or lets everybody in to SSH or RDP.
func TestNetworkACLs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := plantest.Make(t, plantest.Architectures(t))
		rules, _ := configrule.Of(configrule.Network{Plan: p})
		for _, a := range p.NetworkACLs {
			open := slices.ContainsFunc(a.In, func(e plan.Entry) bool {
				everywhere := e.Block.Prefix == netip.MustParsePrefix("0.0.0.0/0") || e.Block.Prefix == netip.MustParsePrefix("::/0")
				covers := func(port int) bool { return e.Ports.From <= port && port <= e.Ports.To }
				return everywhere && (e.Ports.Protocol == arch.All || !e.Ports.IsICMP() && (covers(22) || covers(3389)))
			})
			made := slices.ContainsFunc(rules, func(r configrule.Rule) bool { return r.ID == "NetworkACL"+a.Key })
			require.Equal(t, !open, made, a.Key)
		}
	})
}

// TestRules: ids are unique, descriptions are short, and parameters and scopes are what AWS Config accepts.
func TestRules(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := plantest.Make(t, plantest.Architectures(t))
		rules, left := configrule.Of(configrule.Network{
			Plan: p, FlowLogs: "ALL", DefaultGroupIsEmpty: true, WholeAccount: true, OwnPolicy: true,
			Protected: []configrule.Balancer{{Tier: "A-B", ID: "C"}, {Tier: "A", ID: "B-C"}},
		})
		ids := map[string]bool{}
		for _, r := range rules {
			require.False(t, ids[r.ID], r.ID)
			ids[r.ID] = true
			require.LessOrEqual(t, len(r.Checks), 256)
			require.False(t, r.Tag != "" && r.Types != nil, r.ID)
			require.False(t, r.Resource != nil && len(r.Types) != 1, r.ID)
			require.Equal(t, r.Identifier == "VPC_FLOW_LOGS_ENABLED", r.Types == nil && r.Tag == "", "only periodic rules have no scope: %s", r.ID)
			parameters := map[string]string{}
			for _, one := range r.Parameters {
				text := []string{one.Text}
				for range one.IDs {
					text = append(text, "rtb-0123456789abcdef0")
				}
				parameters[one.Name] = strings.Join(text, ",")
			}
			data, err := json.Marshal(parameters)
			require.NoError(t, err)
			require.LessOrEqual(t, len(data), 1024, r.ID)
		}
		for _, l := range left {
			require.NotEqual(t, "It evaluates everything in the account and Region; set WholeAccount if that is wanted.", l.Why)
		}
		narrow, _ := configrule.Of(configrule.Network{Plan: p, FlowLogs: "ALL", OwnPolicy: true})
		for _, r := range narrow {
			require.True(t, r.Resource != nil || r.Tag != "", "%s evaluates the whole account", r.ID)
		}
	})
}

// shop is an architecture with one open port.
func shop(service string) arch.Architecture {
	return arch.Architecture{
		Network: arch.Network{Path: "Shop/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a", "eu-west-1b"},
			RulesPerGroup: 1000, NetworkACLs: arch.NetworkACLsOff},
		Tiers: []arch.Tier{{ID: "Edge", Kind: arch.Edge}},
		Flows: []arch.Flow{{From: arch.Peer{Kind: arch.Internet}, To: arch.TierPeer(arch.Edge, "Edge"), Service: service}},
	}
}

// TestLongParameters: a rule with longer parameters than AWS Config accepts is left out, and not shortened.
func TestLongParameters(t *testing.T) {
	t.Parallel()
	var ports []string
	for i := range 180 {
		ports = append(ports, fmt.Sprintf("tcp/%d", 10001+2*i))
	}
	_, left := configrule.Of(configrule.Network{Plan: plantest.Make(t, shop(strings.Join(ports, ",")))})
	assert.Contains(t, left, configrule.LeftOut{
		Identifier: "VPC_SG_OPEN_ONLY_TO_AUTHORIZED_PORTS", Why: "The parameters of GroupEdge are longer than AWS Config allows.",
	})
	rules, _ := configrule.Of(configrule.Network{Plan: plantest.Make(t, shop(strings.Join(ports[:160], ",")))})
	assert.True(t, slices.ContainsFunc(rules, func(r configrule.Rule) bool { return r.ID == "GroupEdge" }))
}

// TestPing: the rule knows TCP and UDP only, so a group that is open for more has none.
func TestPing(t *testing.T) {
	t.Parallel()
	_, left := configrule.Of(configrule.Network{Plan: plantest.Make(t, shop("https,ping"))})
	assert.Contains(t, fmt.Sprint(left), "The group of Edge is open to everybody for more than TCP and UDP")
}

// TestLargeBlock: a large block is not everybody, so its ports are not authorized for everybody.
func TestLargeBlock(t *testing.T) {
	t.Parallel()
	a := shop("https")
	a.Flows = append(a.Flows, arch.Flow{
		From: arch.Peer{Kind: arch.CIDR, Operand: arch.Operand{Text: "16.0.0.0/8"}}, To: arch.TierPeer(arch.Edge, "Edge"), Service: "ssh",
	})
	rules, _ := configrule.Of(configrule.Network{Plan: plantest.Make(t, a)})
	i := slices.IndexFunc(rules, func(r configrule.Rule) bool { return r.ID == "GroupEdge" })
	assert.Equal(t, []configrule.Parameter{{Name: "authorizedTcpPorts", Text: "443"}}, rules[i].Parameters)
}
