package upgrade

import (
	"strings"

	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/cfn"
)

var groupQuota = quota{
	rule: "group-quota", name: "Security groups per network interface", limit: catalog.GroupsPerInterface,
	answer: "SecurityGroupsPerInterfaceLimitExceeded",
	merge:  "merge the rules of several groups into one group",
}

// checkGroupQuotas finds network interfaces with too many security groups.
func (u *update) checkGroupQuotas() {
	for r := range resources(u.after) {
		places, ok := catalog.InterfacesOf(r.Type)
		if !ok {
			continue
		}
		for _, path := range places.Groups {
			c := counts{after: groupsAt(r, path)}
			if b := u.former[r]; b != nil {
				c.before = groupsAt(b, path)
			}
			c.peak = max(c.before, c.after)
			if c.exceeds(groupQuota.limit) {
				u.reportQuota(groupQuota, c, r, 0, r.String(), "security groups on one interface")
			}
		}
	}
}

// groupsAt returns the number of security groups at a path. If the path leads to several interfaces, it returns the
// largest number.
func groupsAt(r *cfn.Resource, path string) int {
	path, isList := strings.CutSuffix(path, "[]")
	if !isList {
		return 0
	}
	most := 0
	for _, list := range valuesAlong(cfn.Value{Kind: cfn.Map, Fields: r.Properties}, strings.Split(path, ".")) {
		different := map[string]bool{}
		for _, item := range list.Items {
			different[plainText(item)] = true
		}
		most = max(most, len(different))
	}
	return most
}

// valuesAlong returns the values at the end of a path of names. A name that ends in "[]" is a list, and all its
// elements are followed.
func valuesAlong(v cfn.Value, names []string) []cfn.Value {
	if len(names) == 0 {
		return []cfn.Value{v}
	}
	name, isList := strings.CutSuffix(names[0], "[]")
	next := v.Get(name)
	if !isList {
		return valuesAlong(next, names[1:])
	}
	var out []cfn.Value
	if next.Kind == cfn.List {
		for _, item := range next.Items {
			out = append(out, valuesAlong(item, names[1:])...)
		}
	}
	return out
}
