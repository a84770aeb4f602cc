package upgrade

import (
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
)

// state says of which templates a value is.
type state int

const (
	was state = iota
	is
)

// physical names the physical resource behind a logical one: as long as it is not replaced, it is the same in both states.
func (u *update) physical(r *cfn.Resource, s state) string {
	if s == is && u.isCreated(r) {
		return "new " + r.String()
	}
	return r.String()
}

// idAttributes are attributes that are a resource's id, as its Ref is.
var idAttributes = map[string]bool{
	"GroupId": true, "SubnetId": true, "VpcId": true, "RouteTableId": true, "InternetGatewayId": true, "NatGatewayId": true, "Id": true, "PrefixListId": true,
}

// text is the same for values that mean the same: references to one physical resource are the same reference.
func (u *update) text(v cfn.Value, s state) string {
	switch v.Kind {
	case cfn.Missing:
		return ""
	case cfn.Text:
		return v.Text
	case cfn.Reference:
		if idAttributes[v.Text] || v.Text == "" {
			return "<" + u.physical(v.Resource, s) + ">"
		}
		return "<" + u.physical(v.Resource, s) + "." + v.Text + ">"
	}
	var parts []string
	for _, item := range v.Items {
		parts = append(parts, u.text(item, s))
	}
	for _, name := range slices.Sorted(maps.Keys(v.Fields)) {
		parts = append(parts, name+"="+u.text(v.Fields[name], s))
	}
	name := v.Text
	if v.Kind == cfn.Symbol && len(parts) > 0 && v.Block == nil {
		name = "" // It is the parts that say what it is.
	}
	return string(rune('0'+int(v.Kind))) + name + "(" + strings.Join(parts, ",") + ")"
}

// findReplaced finds what CloudFormation replaces: resources of which a property changes that cannot be updated, and those
// that refer to such a resource in one.
func (u *update) findReplaced() {
	for again := true; again; {
		again = false
		for name, now := range u.after {
			old := u.before[name]
			if old == nil || old.Type != now.Type || u.replaced[now] != "" {
				continue
			}
			for _, property := range kinds[now.Type].replacing {
				if u.text(old.Get(property), was) != u.text(now.Get(property), is) {
					u.replaced[now] = property
					again = true
					break
				}
			}
		}
	}
}
