package proof_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/proof"
)

const mirrorRule = "AWS::EC2::TrafficMirrorFilterRule"

// TestDeclaredMirror: a declared session, its target and its filter are no findings, and whatever changes them is one: copies that are not
// made look like a network in which nothing undeclared happens.
func TestDeclaredMirror(t *testing.T) {
	t.Parallel()
	template, declared := planned(t, shop())
	rule := func(number int, action string) object {
		return object{"TrafficMirrorFilterId": ref("F"), "TrafficDirection": "ingress", "RuleNumber": number, "RuleAction": action,
			"SourceCidrBlock": "0.0.0.0/0", "DestinationCidrBlock": "0.0.0.0/0"}
	}
	made := map[string]object{
		"E": {"Type": "AWS::EC2::NetworkInterface", "Properties": object{
			"SubnetId": ref("SubnetsBlock3Slot0Subnet"), "GroupSet": []any{groupOf("App")}}},
		"S": {"Type": "AWS::EC2::TrafficMirrorSession", "Properties": object{
			"NetworkInterfaceId": ref("E"), "SessionNumber": 1, "TrafficMirrorFilterId": ref("F"), "TrafficMirrorTargetId": ref("T")}},
		"T": {"Type": "AWS::EC2::TrafficMirrorTarget", "Properties": object{"NetworkInterfaceId": "eni-0123456789abcdef0"}},
		"F": {"Type": "AWS::EC2::TrafficMirrorFilter", "Properties": object{}},
		"R": {"Type": "AWS::EC2::TrafficMirrorFilterRule", "Properties": rule(10, "accept")},
	}
	file := read(t, template).Stacks[0].File
	for _, id := range []string{"S", "T", "F", "R"} {
		properties, err := json.Marshal(made[id]["Properties"])
		assert.NoError(t, err)
		expression, err := json.Marshal(ref(id))
		assert.NoError(t, err)
		declared.Controls = append(declared.Controls, proof.Control{
			Name: "mirror part", Path: "Shop/" + id, Resource: proof.Value{Template: file, Expression: expression}, Properties: properties,
		})
	}
	setting := func(id, property string, value any) func(map[string]object) {
		return func(r map[string]object) { r[id]["Properties"].(object)[property] = value }
	}
	second := object{"NetworkInterfaceId": ref("E"), "SessionNumber": 2}
	for name, c := range map[string]struct {
		change func(map[string]object)
		want   []string
	}{
		"as declared":           {func(map[string]object) {}, nil},
		"another source":        {setting("S", "NetworkInterfaceId", "eni-1"), []string{"weakened[Shop/S:NetworkInterfaceId]"}},
		"another filter":        {setting("S", "TrafficMirrorFilterId", "tmf-1"), []string{"weakened[Shop/S:TrafficMirrorFilterId]"}},
		"another target":        {setting("T", "NetworkInterfaceId", "eni-1"), []string{"weakened[Shop/T:NetworkInterfaceId]"}},
		"a rule that rejects":   {setting("R", "RuleAction", "reject"), []string{"weakened[Shop/R:RuleAction]"}},
		"no session":            {func(r map[string]object) { delete(r, "S") }, []string{"weakened[Shop/S:]"}},
		"an undeclared rule":    {put("X", mirrorRule, rule(1, "reject")), []string{"weakened[Shop/R:TrafficMirrorFilterId]"}},
		"an undeclared session": {put("X", "AWS::EC2::TrafficMirrorSession", second), []string{"copiesofpackets", "unknown[Shop"}},
		"another filter's rule": {put("X", mirrorRule, object{"TrafficMirrorFilterId": "tmf-1"}), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := ids(t, changed(t, template, func(r map[string]object) {
				for id, resource := range made {
					r[id] = object{"Type": resource["Type"], "Properties": clone(resource["Properties"])}
				}
				c.change(r)
			}), declared)
			before := ids(t, template, &proof.Declaration{Networks: declared.Networks})
			found = slices.DeleteFunc(found, func(id string) bool { return slices.Contains(before, id) })
			assert.Len(t, found, len(c.want), "%v", found)
			for _, want := range c.want {
				assert.Contains(t, strings.Join(found, " "), want)
			}
		})
	}
}

func clone(properties any) object {
	out := object{}
	for k, v := range properties.(object) {
		out[k] = v
	}
	return out
}
