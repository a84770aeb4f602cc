package reach

import (
	"cmp"

	"github.com/tierwall/tierwall/internal/cfn"
)

// Templates may refer to a group without naming it: by an attribute of a resource that has the group, or by the group's name.

const (
	balancerType = "AWS::ElasticLoadBalancingV2::LoadBalancer"
	classicType  = "AWS::ElasticLoadBalancing::LoadBalancer"
)

// possibleGroup is a group that a value may stand for, with the reason why the value may stand for another one. The reason is empty if it
// surely stands for this one.
type possibleGroup struct {
	*Group
	unsure string
}

// possibleGroups returns the groups that a value may stand for. A value that stands for no group of the templates stands for one outside
// them.
func (t *Topology) possibleGroups(v cfn.Value, unsure string) []possibleGroup {
	if holder, property := groupHolder(v); holder != nil {
		return t.groupsOf(holder, property, v, unsure)
	}
	return []possibleGroup{{t.Group(v), unsure}}
}

// groupHolder returns the load balancer, and its property, whose groups a value is an attribute of. It returns nil if the value is no
// such attribute.
func groupHolder(v cfn.Value) (holder *cfn.Resource, property string) {
	r, attribute := v.Resource, v.Text
	if e := v.Entry(); e != nil {
		r, attribute = e.Resource, e.Attribute
	}
	if r == nil {
		return nil, ""
	}
	switch {
	case r.Type == balancerType && attribute == "SecurityGroups", r.Type == classicType && attribute == "SourceSecurityGroup.GroupName":
		return r, "SecurityGroups"
	}
	return nil, ""
}

// groupsOf returns the groups in a property. If the property has several, it is not known which of them the attribute is.
func (t *Topology) groupsOf(holder *cfn.Resource, property string, v cfn.Value, unsure string) []possibleGroup {
	values := elements(holder.Get(property))
	if len(values) == 0 {
		if subnets := t.collect(holder, map[*cfn.Resource]bool{}).base.subnets; len(subnets) > 0 {
			return []possibleGroup{{t.defaultGroup(subnets), unsure}}
		}
		return []possibleGroup{{t.Group(v), cmp.Or(unsure, "which groups "+holder.String()+" has is not in the templates")}}
	}
	if len(values) > 1 && v.Kind == cfn.Symbol {
		unsure = cmp.Or(unsure, "only a deployment knows which of the groups of "+holder.String()+" "+v.String()+" is")
	}
	var out []possibleGroup
	for _, e := range values {
		out = append(out, possibleGroup{t.Group(e.Value), cmp.Or(unsure, e.unsure)})
	}
	return out
}

// readGroupName records the name of a group. Groups of a default VPC can be referred to by name.
func (t *Topology) readGroupName(r *cfn.Resource) {
	if r.Type != "AWS::EC2::SecurityGroup" {
		return
	}
	if name, ok := r.Get("GroupName").Literal(); ok && name != "default" {
		t.groupNames[name] = r
	}
}
