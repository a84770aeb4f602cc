package watch

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan/accessscope"
)

// emit makes a scope. Its name is that of its construct, by which people find it.
func (s *NetworkAccessScopes) emit(one accessscope.Scope) {
	s.made = append(s.made, one.ID)
	p := &awsec2.CfnNetworkInsightsAccessScopeProps{
		MatchPaths: s.paths(one.Match),
		Tags: &[]*awscdk.CfnTag{
			{Key: new("Name"), Value: new(s.core.Path() + "/" + accessScopesID + "/" + one.ID)}, {Key: new("Finding"), Value: new(one.Meaning)},
		},
	}
	if len(one.Exclude) > 0 {
		p.ExcludePaths = s.paths(one.Exclude)
	}
	awsec2.NewCfnNetworkInsightsAccessScope(s, &one.ID, p)
}

func (s *NetworkAccessScopes) paths(all []accessscope.Path) []any {
	var out []any
	for _, one := range all {
		p := &awsec2.CfnNetworkInsightsAccessScope_AccessScopePathRequestProperty{
			Source: s.end(one.Source), Destination: s.end(one.Destination),
		}
		if one.ThroughBalancer {
			p.ThroughResources = []any{&awsec2.CfnNetworkInsightsAccessScope_ThroughResourcesStatementRequestProperty{
				ResourceStatement: &awsec2.CfnNetworkInsightsAccessScope_ResourceStatementRequestProperty{
					ResourceTypes: &[]*string{new(accessscope.BalancerType)},
				},
			}}
		}
		out = append(out, p)
	}
	return out
}

// end returns a condition on an end of a path.
func (s *NetworkAccessScopes) end(e accessscope.End) *awsec2.CfnNetworkInsightsAccessScope_PathStatementRequestProperty {
	of := &awsec2.CfnNetworkInsightsAccessScope_ResourceStatementRequestProperty{}
	if len(e.Types) > 0 {
		of.ResourceTypes = texts(e.Types)
	} else {
		var ids []*string
		for _, tier := range e.Groups {
			s.used["group/"+tier] = true
			ids = append(ids, s.core.GroupID(tier))
		}
		for _, key := range e.Subnets {
			s.used["subnet/"+key] = true
			ids = append(ids, s.core.SubnetID(key))
		}
		of.Resources = &ids
	}
	return &awsec2.CfnNetworkInsightsAccessScope_PathStatementRequestProperty{
		ResourceStatement: of, PacketHeaderStatement: s.packet(e.Packet),
	}
}

// packet returns a condition on the header of packets, nil for none.
func (s *NetworkAccessScopes) packet(p accessscope.Packet) any {
	if p == (accessscope.Packet{}) {
		return nil
	}
	out := &awsec2.CfnNetworkInsightsAccessScope_PacketHeaderStatementRequestProperty{}
	if p.Protocol != "" {
		out.Protocols, out.DestinationPorts = &[]*string{&p.Protocol}, texts(strings.Split(p.Ports, ","))
	}
	value := func(peer arch.Peer) *[]*string {
		if peer.Symbolic {
			s.used[peer.Text] = true
		}
		return &[]*string{s.core.Value(peer.Operand)}
	}
	switch p.From.Kind {
	case arch.CIDR:
		out.SourceAddresses = value(p.From)
	case arch.PrefixList:
		out.SourcePrefixLists = value(p.From)
	}
	switch p.To.Kind {
	case arch.CIDR:
		out.DestinationAddresses = value(p.To)
	case arch.PrefixList:
		out.DestinationPrefixLists = value(p.To)
	}
	return out
}

// texts returns texts for CDK.
func texts(all []string) *[]*string {
	var out []*string
	for _, text := range all {
		out = append(out, &text)
	}
	return &out
}
