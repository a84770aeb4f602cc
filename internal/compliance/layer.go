package compliance

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/picture"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// severalLayers counts the layers at which some control acts.
func (c *collector) severalLayers() {
	acting := 0
	for _, layer := range []struct {
		name    string
		collect func(*collector)
	}{
		{"security groups", (*collector).securityGroups}, {"network ACLs of subnets", (*collector).networkACLs},
		{"network firewalls", (*collector).networkFirewalls}, {"web ACLs", (*collector).webACLs},
		{"DNS firewalls", (*collector).dnsFirewalls}, {"policies of VPC endpoints", (*collector).vpcEndpoints},
	} {
		one := *c
		one.rows = nil
		layer.collect(&one)
		n := 0
		for _, e := range one.rows {
			if e.State == Acts {
				n++
			}
		}
		if n > 0 {
			acting++
			c.says(Acts, layer.name, strconv.Itoa(n)+" that act")
		}
	}
	if acting == 1 {
		c.says(Lacks, "a second layer", "only one layer has a control that acts")
	}
}

// securityGroups lists the groups of the templates, and interfaces without a group of their own.
func (c *collector) securityGroups() {
	worn := map[*reach.Group]int{}
	for _, class := range c.Topology.Classes {
		for _, g := range class.Groups {
			worn[g] += max(1, len(class.Members))
		}
		if class.Unfiltered {
			for _, r := range class.Members {
				c.resource(Lacks, r, "it has no security group")
			}
		}
		for _, g := range class.Groups {
			if g.Default != nil && class.Members != nil {
				c.says(Lacks, class.Name, "it has the default group of its VPC")
			}
		}
	}
	tiers := c.groupsOfTiers()
	for _, g := range c.Topology.Groups {
		if g.Resource == nil {
			continue
		}
		open := opensToAll(g)
		switch {
		case g.Unsure != "":
			c.resource(Unknown, g.Resource, "it may hold other rules: "+g.Unsure)
		case open:
			c.resource(Idle, g.Resource, "it lets everything in from everywhere")
		case tiers[g] != "":
			c.resource(Acts, g.Resource, counted(len(g.Ingress), "inbound rule")+" of the tier "+tiers[g])
		case worn[g] > 0:
			c.resource(Acts, g.Resource, counted(len(g.Ingress), "inbound rule")+"; worn by "+counted(worn[g], "resource"))
		default:
			c.resource(Unknown, g.Resource, "nothing in these templates wears it")
		}
	}
	c.findings(weakened("security group", "group rule", "rule of the group"))
}

// groupsOfTiers names the declared tiers by their groups.
func (c *collector) groupsOfTiers() map[*reach.Group]string {
	out := map[*reach.Group]string{}
	if c.Declaration == nil {
		return out
	}
	for _, n := range c.Declaration.Networks {
		for _, t := range n.Architecture.Tiers {
			at := n.Tiers[t.ID].Group
			if v, err := c.Assembly.Evaluate(at.Template, at.Expression); err == nil {
				out[c.Topology.Group(v)] = t.ID
			}
		}
	}
	return out
}

// opensToAll reports whether a group lets everything in from all addresses.
func opensToAll(g *reach.Group) bool {
	return slices.ContainsFunc(g.Ingress, func(r reach.Rule) bool { return isAnywhere(r.Peer) && isAll(r.Traffic) })
}

// isAnywhere reports whether a peer of a rule is all addresses of a family.
func isAnywhere(p reach.Peer) bool {
	return p.Group == nil && p.List == "" && p.Block.Base == "" && p.Block.Prefix.IsValid() && p.Block.Prefix.Bits() == 0
}

// networkACLs lists the network ACLs of subnets.
func (c *collector) networkACLs() {
	subnets := map[*reach.ACL][]string{}
	var acls []*reach.ACL
	for _, s := range c.Topology.Subnets {
		switch {
		case s.Resource == nil:
		case s.ACL == nil:
			c.resource(Unknown, s.Resource, "its network ACL is not known")
		case s.Unsure != "":
			c.resource(Unknown, s.Resource, "it may have another network ACL: "+s.Unsure)
		default:
			if subnets[s.ACL] == nil {
				acls = append(acls, s.ACL)
			}
			subnets[s.ACL] = append(subnets[s.ACL], s.Resource.ID)
		}
	}
	for _, a := range acls {
		of := " (" + counted(len(subnets[a]), "subnet") + ")"
		lets := letsAll(a.In) && letsAll(a.Out)
		switch {
		case a.Unsure != "":
			c.acl(Unknown, a, "it may hold other entries"+of+": "+a.Unsure)
		case a.Resource == nil && lets:
			c.acl(Lacks, a, "AWS's default network ACL lets everything through: "+listed(subnets[a]))
		case lets:
			c.acl(Idle, a, "it lets everything through"+of)
		default:
			c.acl(Acts, a, fmt.Sprintf("%d entries in, %d out%s", len(a.In), len(a.Out), of))
		}
	}
	c.findings(weakened("network acl", "entry", "entries"))
}

func (c *collector) acl(state State, a *reach.ACL, shows string) {
	if a.Resource == nil {
		c.says(state, a.Name, shows)
		return
	}
	c.resource(state, a.Resource, shows)
}

// letsAll reports whether no entry comes before one that lets everything through, from or to all IPv4 addresses.
func letsAll(entries []reach.Entry) bool {
	for _, e := range entries {
		if !e.Allow {
			return false
		}
		if e.Block.Base == "" && e.Block.Prefix.IsValid() && e.Block.Prefix.Bits() == 0 && e.Block.Prefix.Addr().Is4() &&
			isAll(e.Traffic) {
			return true
		}
	}
	return false
}

// networkFirewalls lists the network firewalls with what they do.
func (c *collector) networkFirewalls() {
	for _, f := range c.firewalls {
		state, why := c.firewallState(f)
		c.resource(state, f.Resource, why)
	}
	c.findings(weakened("firewall"))
}

// webACLs lists the web ACLs with what they do.
func (c *collector) webACLs() {
	for _, w := range c.acls {
		state, why := webACLState(w)
		c.resource(state, w.Resource, why)
	}
	c.unprotected()
	c.managers()
	c.findings(weakened("web acl", "ip set"))
}

// unprotected lists what the internet reaches by HTTP without a web ACL.
func (c *collector) unprotected() {
	c.findings(func(f proof.Finding) bool { return f.Verdict == proof.Unprotected })
	if c.Proof != nil {
		return
	}
	for _, r := range c.ofType(loadBalancerType) {
		kind := literal(r.Get("Type"))
		if kind != "network" && kind != "gateway" && literal(r.Get("Scheme")) == "internet-facing" && !c.isProtected(r) {
			c.resource(Lacks, r, "it faces the internet, and no web ACL of these templates protects it")
		}
	}
}

func (c *collector) isProtected(r *cfn.Resource) bool {
	for _, w := range c.acls {
		if slices.ContainsFunc(w.Protects, func(v cfn.Value) bool { return v.Resource == r }) {
			return true
		}
	}
	return false
}

// listed joins names; of many, it names the first.
func listed(names []string) string {
	if len(names) > 6 {
		names = append(slices.Clone(names[:5]), fmt.Sprintf("%d more", len(names)-5))
	}
	return strings.Join(names, ", ")
}

// severalServices names traffic briefly.
func severalServices(s traffic.Set) string {
	if isAll(s) {
		return "everything"
	}
	return picture.Services(s)
}

// isAll reports whether traffic is everything that exists between addresses of a family.
func isAll(s traffic.Set) bool {
	return s.Contains(traffic.OfFamily(false)) || s.Contains(traffic.OfFamily(true))
}
