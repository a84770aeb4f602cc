package pods_test

import (
	"bytes"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/kubernetes"
	"github.com/tierwall/tierwall/internal/kubernetes/evaluate"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/plan/pods"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// asked are the services that are asked for: on, below and above the ports of plantest's services.
var asked = []evaluate.Service{
	{Protocol: "TCP", Port: 80}, {Protocol: "TCP", Port: 81}, {Protocol: "TCP", Port: 443}, {Protocol: "TCP", Port: 3306},
	{Protocol: "TCP", Port: 7999}, {Protocol: "TCP", Port: 8000}, {Protocol: "TCP", Port: 8010}, {Protocol: "TCP", Port: 8011},
	{Protocol: "TCP", Port: 53}, {Protocol: "UDP", Port: 53}, {Protocol: "UDP", Port: 5000}, {Protocol: "UDP", Port: 443},
}

// TestAgreesWithGroups: for every pair of tiers of random architectures, of which some are pods, the policies let through what the security
// groups in the template let through, as package reach finds it. Where groups and policies differ by design (see differ), the policies let
// through what was declared.
func TestAgreesWithGroups(t *testing.T) {
	t.Parallel()
	schema := published(t)
	pairs, compared, allowed := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		a := plantest.Architectures(t)
		for i := range a.Tiers {
			if a.Tiers[i].Imported != nil || rapid.Bool().Draw(t, "is pods") {
				a.Tiers[i].Kubernetes = on(rapid.SampledFrom([]string{"blue", "green"}).Draw(t, "namespace"), strings.ToLower(a.Tiers[i].ID))
			}
		}
		p := plantest.Make(t, a)
		derived, diags := pods.Of(p.Model, pods.Choices{})
		if len(derived.Tiers) == 0 {
			return
		}
		require.False(t, diags.HasErrors(), diags.String())
		cluster := evaluate.Cluster{}
		for _, tier := range derived.Tiers {
			policy := tier.Documents[0].Object.(kubernetes.NetworkPolicy)
			cluster.Policies = append(cluster.Policies, policy)
			value, err := jsonschema.UnmarshalJSON(bytes.NewReader(tier.Documents[0].JSON()))
			require.NoError(t, err)
			require.NoError(t, schema.Validate(value))
		}
		template, _ := plantest.Template(p)
		assembly, err := cfn.Read(plantest.File, template, nil)
		require.NoError(t, err)
		top := reach.Build(assembly)
		for _, from := range p.Model.Tiers {
			for _, to := range p.Model.Tiers {
				if !judged(from) || !judged(to) || from.Kubernetes == nil && to.Kubernetes == nil {
					continue
				}
				pairs++
				groups, grouped := carriedByGroups(t, top, p, from, to)
				for _, s := range asked {
					got := cluster.Allows(end(t, p, from, 4), end(t, p, to, 5), s)
					if got {
						allowed++
					}
					ports := arch.Ports{Protocol: arch.Protocol(strings.ToLower(s.Protocol)), From: s.Port, To: s.Port}
					require.Equal(t, declared(p.Model, from, to, ports), got, "%s -> %s %v", from.ID, to.ID, ports)
					if grouped {
						compared++
						set := traffic.Ports(ports.Protocol.Number(), s.Port, s.Port)
						require.Equal(t, !groups.Sure.Intersect(set).IsEmpty(), got, "the groups: %s -> %s %v", from.ID, to.ID, ports)
						if unsure(a) {
							continue
						}
						require.Equal(t, !groups.Maybe.Intersect(set).IsEmpty(), got, "the groups: %s -> %s %v", from.ID, to.ID, ports)
					}
				}
			}
		}
	})
	t.Logf("%d pairs of tiers; %d answers compared with groups; %d connections allowed", pairs, compared, allowed)
}

func judged(t arch.Tier) bool { return t.Kind != arch.Endpoint && t.Imported == nil }

// end is a workload of a tier.
func end(t *rapid.T, p *plan.Plan, tier arch.Tier, host int) evaluate.End {
	prefix := p.Subnets[tier.ID][0].Prefix
	address := prefix.Addr()
	for range host {
		address = address.Next()
	}
	require.True(t, prefix.Contains(address))
	if tier.Kubernetes == nil {
		return evaluate.End{Address: address}
	}
	return evaluate.End{Pod: &evaluate.Pod{Namespace: tier.Kubernetes.Namespace, Labels: tier.Kubernetes.Labels, Address: address}}
}

// declared says from the flows alone what policies let through between two tiers: each side that is pods needs a flow to or from the other
// side, or to or from a tier with the same subnets if the other side is no pods.
func declared(m *arch.Model, from, to arch.Tier, ports arch.Ports) bool {
	egress, ingress := from.Kubernetes == nil, to.Kubernetes == nil
	for _, f := range m.Flows {
		if !f.Allows(ports) || !f.From.Kind.IsTier() || !f.To.Kind.IsTier() {
			continue
		}
		if f.From.Text == from.ID && stands(m, f.To.Text, to) {
			egress = true
		}
		if f.To.Text == to.ID && stands(m, f.From.Text, from) {
			ingress = true
		}
	}
	return egress && ingress
}

// stands reports whether a policy that names a tier holds for another.
func stands(m *arch.Model, named string, t arch.Tier) bool {
	n, _ := m.Tier(named)
	return named == t.ID || n.Kubernetes == nil && n.Imported == nil && n.SubnetOwner() == t.SubnetOwner()
}

// carriedByGroups returns what the groups of two tiers let through. ok is false where groups and policies differ by design: behind a
// firewall groups name blocks, tiers may share subnets, and for groups the internet includes the network.
func carriedByGroups(t *rapid.T, top *reach.Topology, p *plan.Plan, from, to arch.Tier) (carried traffic.Carried, ok bool) {
	if p.Model.Network.Inspection != nil || shares(p.Model, from) || shares(p.Model, to) {
		return carried, false
	}
	for _, f := range p.Model.Flows {
		if f.From.Kind == arch.Internet && f.To.Text == to.ID || f.To.Kind == arch.Internet && f.From.Text == from.ID {
			return carried, false
		}
	}
	one := func(id string) reach.End {
		ends, err := top.Find(id)
		require.NoError(t, err)
		for _, e := range ends {
			if !e.Is6() {
				return e
			}
		}
		panic(fmt.Sprint("no end of ", id))
	}
	return reach.Groups(one(from.ID), one(to.ID), reach.DoubtUnresolved), true
}

// unsure reports whether more may pass than groups surely let through: whom somebody else's group has and what is in a prefix list is not
// known.
func unsure(a arch.Architecture) bool {
	return slices.ContainsFunc(a.Tiers, func(t arch.Tier) bool { return t.Imported != nil }) ||
		slices.ContainsFunc(a.Flows, func(f arch.Flow) bool { return f.From.Kind == arch.PrefixList || f.To.Kind == arch.PrefixList })
}

func shares(m *arch.Model, t arch.Tier) bool {
	for _, other := range m.Tiers {
		if other.ID != t.ID && other.Imported == nil && other.SubnetOwner() == t.SubnetOwner() {
			return true
		}
	}
	return false
}

// published is the schema of NetworkPolicy that Kubernetes publishes.
func published(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := os.ReadFile("../../kubernetes/testdata/schema.json")
	require.NoError(t, err)
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource("schema.json", value))
	s, err := c.Compile("schema.json#/components/schemas/io.k8s.api.networking.v1.NetworkPolicy")
	require.NoError(t, err)
	return s
}

// TestOutside: pods reach what is outside of the network by the flows that name it, and nothing else does.
func TestOutside(t *testing.T) {
	t.Parallel()
	a := shop()
	a.Network.Inspection = nil
	block := plantest.Block("203.0.113.0/24")
	a.Flows = append(a.Flows[:6:6], plantest.Flow(web, plantest.Internet, "https"), plantest.Flow(app, block, "https"))
	p, diags := derive(t, a, pods.Choices{})
	require.False(t, diags.HasErrors(), diags.String())
	cluster := evaluate.Cluster{}
	for _, tier := range p.Tiers {
		cluster.Policies = append(cluster.Policies, tier.Documents[0].Object.(kubernetes.NetworkPolicy))
	}
	at := func(app string) evaluate.End {
		address := netip.MustParseAddr("10.0.32.9")
		return evaluate.End{Pod: &evaluate.Pod{Namespace: "shop", Labels: map[string]string{"app": app}, Address: address}}
	}
	https := evaluate.Service{Protocol: "TCP", Port: 443}
	for _, c := range []struct {
		from, to string
		want     bool
	}{
		{"web", "198.51.100.7", true}, {"web", "10.0.64.5", false}, {"web", "169.254.169.254", false}, {"app", "203.0.113.7", true},
		{"app", "198.51.100.7", false}, {"198.51.100.7", "web", false}, {"stranger", "198.51.100.7", true}, {"stranger", "web", false},
	} {
		end := func(name string) evaluate.End {
			if address, err := netip.ParseAddr(name); err == nil {
				return evaluate.End{Address: address}
			}
			return at(name)
		}
		require.Equal(t, c.want, cluster.Allows(end(c.from), end(c.to), https), "%s -> %s", c.from, c.to)
	}
}
