package reach

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/traffic"
)

// These tests hide parts of complete random templates. A subnet, a VPC, a group or a table becomes a parameter, a literal becomes a
// parameter, or some resources move into a nested stack whose template is missing. No answer may become surer, and none may contradict
// the complete template: what is surely carried must be surely carried there too, and what is carried there must be possible.

type document = map[string]any

// hide returns the template with a part of it hidden, and says which part.
func hide(r *rand.Rand, template []byte) (hidden []byte, what string) {
	var t document
	if err := json.Unmarshal(template, &t); err != nil {
		panic(err)
	}
	resources := t["Resources"].(document)
	parameters := document{}
	switch r.Intn(3) {
	case 0:
		what = hideResource(r, resources, parameters)
	case 1:
		what = hideLiteral(r, resources, parameters)
	default:
		what = hideNested(r, resources)
	}
	t["Parameters"] = parameters
	data, err := json.Marshal(t)
	if err != nil {
		panic(err)
	}
	return data, what
}

// pick chooses among the resources that fit.
func pick(r *rand.Rand, resources document, fits func(id, kind string) bool) string {
	var ids []string
	for _, id := range slices.Sorted(maps.Keys(resources)) {
		if fits(id, resources[id].(document)["Type"].(string)) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return ""
	}
	return ids[r.Intn(len(ids))]
}

// hideResource turns a resource that others refer to into a parameter.
func hideResource(r *rand.Rand, resources, parameters document) string {
	kinds := []string{"Subnet", "VPC", "SecurityGroup", "RouteTable", "NetworkAcl", "InternetGateway", "NatGateway"}
	id := pick(r, resources, func(_, kind string) bool { return slices.Contains(kinds, strings.TrimPrefix(kind, "AWS::EC2::")) })
	delete(resources, id)
	parameters[id] = document{"Type": "String"}
	replace(resources, func(v any) any {
		if isReference(v, id) {
			return document{"Ref": id}
		}
		return v
	})
	return id + " is a parameter"
}

// isReference reports whether a value is a Ref or Fn::GetAtt of a logical id.
func isReference(v any, id string) bool {
	m, ok := v.(document)
	if !ok || len(m) != 1 {
		return false
	}
	if m["Ref"] == id {
		return true
	}
	list, ok := m["Fn::GetAtt"].([]any)
	return ok && list[0] == id
}

// replace replaces every value below v by what f makes of it, from the inside out.
func replace(v any, f func(any) any) any {
	switch v := v.(type) {
	case document:
		for key, value := range v {
			v[key] = replace(value, f)
		}
	case []any:
		for i := range v {
			v[i] = replace(v[i], f)
		}
	}
	return f(v)
}

// hideLiteral turns one literal property into a parameter.
func hideLiteral(r *rand.Rand, resources, parameters document) string {
	names := []string{"CidrBlock", "CidrIp", "FromPort", "RuleNumber", "RuleAction", "Protocol", "IpProtocol", "DestinationCidrBlock",
		"MapPublicIpOnLaunch", "InternetGatewayBlockMode", "Egress"}
	var places []func() string
	for _, id := range slices.Sorted(maps.Keys(resources)) {
		properties := resources[id].(document)["Properties"].(document)
		for _, name := range names {
			if _, ok := properties[name]; ok {
				places = append(places, func() string {
					properties[name] = document{"Ref": "Hidden"}
					return name + " of " + id
				})
			}
		}
	}
	parameters["Hidden"] = document{"Type": "String"}
	return places[r.Intn(len(places))]() + " is a parameter"
}

// hideNested moves resources that no others refer to into a nested stack, and passes it what they refer to.
func hideNested(r *rand.Rand, resources document) string {
	var moved []string
	for range 1 + r.Intn(3) {
		id := pick(r, resources, func(_, kind string) bool {
			name := strings.TrimPrefix(kind, "AWS::EC2::")
			return slices.Contains([]string{"Route", "NetworkAclEntry", "SecurityGroupIngress", "SecurityGroupEgress", "SubnetNetworkAclAssociation",
				"SubnetRouteTableAssociation", "VPCGatewayAttachment"}, name)
		})
		if id == "" {
			break
		}
		moved = append(moved, id)
		arguments := document{}
		for name, v := range resources[id].(document)["Properties"].(document) {
			if _, ok := v.(document); ok {
				arguments[name] = v
			}
		}
		delete(resources, id)
		resources["Nested"+id] = document{"Type": "AWS::CloudFormation::Stack", "Properties": document{"TemplateURL": "https://example.com/" +
			id, "Parameters": arguments}}
	}
	return strings.Join(moved, ", ") + " in nested stacks"
}

// hosts finds the class of each host.
func hosts(top *Topology) map[string]*Class {
	out := map[string]*Class{}
	for _, c := range top.Classes {
		for _, r := range c.Members {
			out[r.ID] = c
		}
	}
	return out
}

var hiddenNetworks = flag.Int("hidden", 500, "of how many random networks a part is hidden")

func TestHiddenParts(t *testing.T) {
	t.Parallel()
	asked, unknowns := 0, 0
	for seed := range *hiddenNetworks {
		r := rand.New(rand.NewSource(int64(seed)))
		w := randomWorld(r)
		complete := w.template()
		hidden, what := hide(r, complete)
		say := func() string { return fmt.Sprintf("seed %d: %s\n%s", seed, what, hidden) }
		a, err := cfn.Read("t.json", complete, nil)
		require.NoError(t, err)
		b, err := cfn.Read("t.json", hidden, nil)
		require.NoError(t, err, say())
		whole, part := Build(a), Build(b)
		wholeHosts, partHosts := hosts(whole), hosts(part)
		for from := range wholeHosts {
			for to := range wholeHosts {
				require.NotNil(t, partHosts[from], say())
				compareHidden(t, say, endsOf([]*Class{wholeHosts[from]}), endsOf([]*Class{wholeHosts[to]}), endsOf([]*Class{partHosts[from]}),
					endsOf([]*Class{partHosts[to]}), whole, part, &asked, &unknowns)
			}
			for _, addr := range []string{"internet", "203.0.113.9", "198.51.100.7"} {
				far, err := whole.Find(addr)
				require.NoError(t, err)
				near, hiddenNear := endsOf([]*Class{wholeHosts[from]}), endsOf([]*Class{partHosts[from]})
				compareHidden(t, say, near, far, hiddenNear, far, whole, part, &asked, &unknowns)
				compareHidden(t, say, far, near, far, hiddenNear, whole, part, &asked, &unknowns)
			}
		}
	}
	t.Logf("%d answers, %d of them not known for want of what is hidden", asked, unknowns)
	require.Greater(t, unknowns, *hiddenNetworks*2/3)
}

// compareHidden compares the answers of the complete template, between some ends, with those of the template with hidden parts.
func compareHidden(t *testing.T, say func() string, from, to, hiddenFrom, hiddenTo []End, whole, part *Topology, asked, unknowns *int) {
	t.Helper()
	united := func(top *Topology, from, to []End) (sure, maybe traffic.Set) {
		first := true
		for _, a := range from {
			for _, b := range to {
				if a.Is6() || b.Is6() {
					continue
				}
				c := top.Carried(a, b)
				if maybe = maybe.Union(c.Maybe); first {
					sure, first = c.Sure, false
				}
				sure = sure.Intersect(c.Sure)
			}
		}
		return sure, maybe
	}
	sure, maybe := united(whole, from, to)
	hiddenSure, hiddenMaybe := united(part, hiddenFrom, hiddenTo)
	*asked++
	if !hiddenMaybe.Equal(maybe) || !hiddenSure.Equal(sure) {
		*unknowns++
	}
	if !hiddenMaybe.Contains(maybe) {
		t.Fatalf("%s -> %s: %s is carried, or may be, and is said not to be\n%s", from[0].Address(), to[0].Address(), maybe.Minus(hiddenMaybe),
			say())
	}
	if extra := hiddenSure.Minus(maybe); !extra.IsEmpty() {
		t.Fatalf("%s -> %s: %s is not carried, and is said to be\n%s", from[0].Address(), to[0].Address(), extra, say())
	}
	if extra := hiddenSure.Minus(sure); !extra.IsEmpty() {
		t.Fatalf("%s -> %s: of %s not even the complete template is sure\n%s", from[0].Address(), to[0].Address(), extra, say())
	}
}
