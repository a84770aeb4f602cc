package compliance

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/picture"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// granularGroups says which kinds of resources share a group.
func (c *collector) granularGroups() {
	kinds := map[*reach.Group][]string{}
	for _, class := range c.Topology.Classes {
		for _, g := range class.Groups {
			for _, r := range class.Members {
				if !slices.Contains(kinds[g], r.Type) {
					kinds[g] = append(kinds[g], r.Type)
				}
			}
		}
	}
	tiers := c.groupsOfTiers()
	for _, g := range c.Topology.Groups {
		if g.Resource == nil {
			continue
		}
		slices.Sort(kinds[g])
		switch {
		case g.Unsure != "":
			c.resource(Unknown, g.Resource, "who wears it is not known: "+g.Unsure)
		case tiers[g] != "":
			c.resource(Acts, g.Resource, "the group of the tier "+tiers[g]+" alone")
		case len(kinds[g]) > 1:
			c.resource(Opposes, g.Resource, "components of different kinds share it: "+strings.Join(kinds[g], ", "))
		case len(kinds[g]) == 1:
			c.resource(Acts, g.Resource, "a group for "+kinds[g][0]+" alone")
		}
	}
	c.findings(func(f proof.Finding) bool { return len(f.Without) > 0 })
}

// groupReferences counts the rules that name groups, and those that name addresses of the VPC instead.
func (c *collector) groupReferences() {
	tiers := c.groupsOfTiers()
	for _, g := range c.Topology.Groups {
		if g.Resource == nil {
			continue
		}
		groups, blocks, unsure := 0, 0, 0
		for r := range g.AllRules() {
			switch {
			case r.Peer.Group != nil:
				groups++
			case c.isOwn(r.Peer.Block):
				blocks++
			case c.mayBeOwn(r.Peer.Block):
				unsure++
			}
		}
		switch {
		case g.Unsure != "":
			c.resource(Unknown, g.Resource, "it may hold other rules: "+g.Unsure)
		case blocks == 0 && unsure > 0:
			c.resource(Unknown, g.Resource, "rules with private addresses, which may be those of a VPC: "+strconv.Itoa(unsure))
		case blocks == 0 && groups > 0:
			c.resource(Acts, g.Resource, "rules that name groups: "+strconv.Itoa(groups))
		case blocks > 0:
			state, shows := Opposes, fmt.Sprintf("rules that name groups: %d; addresses of the VPC: %d", groups, blocks)
			if len(c.firewalls) > 0 {
				// A rule that names a group does not match behind a network firewall (AWS Network Firewall Developer Guide).
				state, shows = Unknown, shows+", which rules behind a network firewall need"
				if tiers[g] != "" {
					state = Acts
				}
			}
			c.resource(state, g.Resource, shows)
		}
	}
}

// isOwn reports whether a block is a part of a VPC of the templates.
func (c *collector) isOwn(b reach.Block) bool {
	if !b.Prefix.IsValid() || b.Prefix.Bits() == 0 {
		return false
	}
	return slices.ContainsFunc(c.Topology.VPCs, func(v *reach.VPC) bool {
		return slices.ContainsFunc(v.Blocks, func(own reach.Block) bool {
			return own.Base == b.Base && own.Prefix.IsValid() && own.Prefix.Overlaps(b.Prefix)
		})
	})
}

// mayBeOwn reports whether a block of private addresses may be a part of a VPC whose addresses only a deployment knows.
func (c *collector) mayBeOwn(b reach.Block) bool {
	if b.Base != "" || !b.Prefix.IsValid() || !b.Prefix.Addr().IsPrivate() {
		return false
	}
	return slices.ContainsFunc(c.Topology.VPCs, func(v *reach.VPC) bool {
		return len(v.Blocks) == 0 || slices.ContainsFunc(v.Blocks, func(own reach.Block) bool { return own.Base != "" || !own.Prefix.IsValid() })
	})
}

// containerTypes are resources that run containers, each task with a group of its own.
var containerTypes = []string{"AWS::ECS::Service", "AWS::Lambda::Function"}

// containers says what keeps containers apart.
func (c *collector) containers() {
	for _, kind := range containerTypes {
		for _, r := range c.ofType(kind) {
			groups := r.Get("NetworkConfiguration").Get("AwsvpcConfiguration").Get("SecurityGroups")
			if kind == "AWS::Lambda::Function" {
				groups = r.Get("VpcConfig").Get("SecurityGroupIds")
			}
			switch {
			case !groups.IsMissing():
				c.resource(Acts, r, "it has a security group")
			case kind == "AWS::ECS::Service":
				c.resource(Lacks, r, "its tasks have no security group of their own")
			}
		}
	}
	for r := range c.Assembly.Resources() {
		if r.Type == "AWS::EKS::Cluster" || r.Type == "Custom::AWSCDK-EKS-Cluster" {
			c.resource(Unknown, r, "no template shows the network policies of its pods")
			c.attach("the NetworkPolicies of the cluster; \"tierwall generate --to kubernetes\" writes them from the declared flows")
		}
	}
}

// administration are the ports by which people administer machines.
var administration = traffic.Ports(traffic.TCP, 22, 22).Union(traffic.Ports(traffic.TCP, 3389, 3389))

// zeroTrust says whether something is carried that nobody declared, and how people get in.
func (c *collector) zeroTrust() {
	switch {
	case c.Proof == nil || len(c.scopes) == 0:
		c.says(Unknown, "all flows", "no network is declared, so nothing says which flows are wanted")
	case !slices.ContainsFunc(c.Proof.Findings, aboutTraffic):
		c.says(Acts, "all flows", "proven: only declared traffic is carried between "+counted(len(c.Proof.Pairs), "pair")+" of peers")
	}
	c.findings(aboutTraffic)
	for _, f := range c.flowsOf(func(b picture.Box) bool { return isOutside(b) && isInternet(b) }, inside) {
		if open := f.Traffic.Intersect(administration); !open.IsEmpty() && f.State != picture.Missing {
			state, is := Opposes, "is"
			if f.State == picture.Possible {
				state, is = Unknown, "may be"
			}
			c.flow(state, f, "administration "+is+" open to the internet: "+picture.Services(open))
		}
	}
	for _, r := range c.ofType("AWS::EC2::InstanceConnectEndpoint") {
		c.resource(Acts, r, "IAM decides who connects")
	}
	for _, r := range c.ofType("AWS::EC2::VerifiedAccessEndpoint") {
		c.resource(Acts, r, "Verified Access decides about each request")
	}
	for _, e := range c.endpoints {
		if e.Service == "ssmmessages" {
			c.resource(Acts, e.Resource, "Session Manager: IAM decides who connects, without an open port")
		}
	}
}

// segments says what each tier holds, and which policies protect it.
func (c *collector) segments() {
	if c.Declaration == nil {
		c.says(Unknown, "classes of data", "no template says which data a resource holds")
		return
	}
	for _, s := range c.scopes {
		for _, t := range s.model.Tiers {
			if t.Kind == arch.Endpoint {
				continue
			}
			e := Evidence{State: Acts, Object: s.name(t.ID), Shows: t.Kind.String() + " tier", Declared: t.At.String()}
			switch {
			case len(t.Holds) > 0:
				e.Shows += "; it holds " + strings.Join(t.Holds, ", ") + " data"
			case t.Kind == arch.Data:
				e.State, e.Shows = Lacks, "data tier that does not say what it holds"
			}
			c.add(e)
		}
		for _, p := range s.model.Policies {
			c.add(Evidence{State: Acts, Object: s.name("policy " + p.Name), Declared: p.At.String(),
				Shows: "it judges the flows by what the tiers hold"})
		}
	}
	c.findings(func(f proof.Finding) bool { return f.Policy != "" })
}

// enabled lists the resources of a type, which act if a property is true.
func (c *collector) enabled(kind, property, shows, otherwise string) {
	for _, r := range c.ofType(kind) {
		switch v := r.Get(property); {
		case isTrue(v):
			c.resource(Acts, r, shows)
		case v.Kind == cfn.Text:
			c.resource(Idle, r, otherwise)
		default:
			c.resource(Unknown, r, "whether it is on is known only at deployment")
		}
	}
}
