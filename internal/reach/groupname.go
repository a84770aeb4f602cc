package reach

import (
	"cmp"

	"github.com/tierwall/tierwall/internal/cfn"
)

// The ways in which templates refer to groups without naming them: by an attribute of what has the group, and by name.

const (
	balancerType = "AWS::ElasticLoadBalancingV2::LoadBalancer"
	classicType  = "AWS::ElasticLoadBalancing::LoadBalancer"
)

// groupAt is a group that a value may stand for, with the reason why it may be another one; empty if it surely is.
type possibleGroup struct {
	*Group
	unsure string
}

// groupsAt are the groups that a value may stand for. Of a value that is no group of the templates, it is one that is not
// in them.
func (t *Topology) possibleGroups(v cfn.Value, unsure string) []possibleGroup {
	if holder, property := groupHolder(v); holder != nil {
		return t.groupsOf(holder, property, v, unsure)
	}
	return []possibleGroup{{t.Group(v), unsure}}
}

// groupHolder recognises the attributes of load balancers that are the groups in a property of theirs.
func groupHolder(v cfn.Value) (holder *cfn.Resource, property string) {
	r, attribute := v.Resource, v.Text
	if v.Kind == cfn.Symbol && v.Entry != nil {
		r, attribute = v.Entry.Resource, v.Entry.Attribute
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

// groupsOf are the groups in a property. Which of several an attribute is, or which one a list begins with, is not known.
func (t *Topology) groupsOf(holder *cfn.Resource, property string, v cfn.Value, unsure string) []possibleGroup {
	values := elements(holder.Get(property))
	if len(values) == 0 {
		if subnets := t.collect(holder, map[*cfn.Resource]bool{}).base.subnets; len(subnets) > 0 {
			return []possibleGroup{{t.defaultGroup(subnets), unsure}}
		}
		return []possibleGroup{{t.Group(v), cmp.Or(unsure, "which groups "+holder.String()+" has is not in the templates")}}
	}
	if len(values) > 1 && v.Kind == cfn.Symbol {
		unsure = cmp.Or(unsure, "which of the groups of "+holder.String()+" "+v.String()+" is, is only known at deployment")
	}
	var out []possibleGroup
	for _, e := range values {
		out = append(out, possibleGroup{t.Group(e.Value), cmp.Or(unsure, e.unsure)})
	}
	return out
}

// readGroupName takes note of the name of a group, by which groups of a default VPC can be referred to.
func (t *Topology) readGroupName(r *cfn.Resource) {
	if r.Type != "AWS::EC2::SecurityGroup" {
		return
	}
	if name, ok := r.Get("GroupName").Literal(); ok && name != "default" {
		t.groupNames[name] = r
	}
}
