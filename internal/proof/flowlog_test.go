package proof_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/proof"
)

// TestUnlogged: notes say which traffic no flow log in the templates records. They are no findings.
func TestUnlogged(t *testing.T) {
	t.Parallel()
	log := func(kind string, of any, traffic any) object {
		return resource("AWS::EC2::FlowLog", object{"ResourceType": kind, "ResourceId": of, "TrafficType": traffic})
	}
	ofVPC := func(traffic any) object { return log("VPC", ref("VpcResource"), traffic) }
	ofSubnet := func(block, traffic string) object { return log("Subnet", ref("Subnets"+block+"Subnet"), traffic) }
	conditional := func(r object) object {
		r["Condition"] = "Sometimes"
		return r
	}
	const nobody = "no flow log in the templates records its traffic"
	for name, c := range map[string]struct {
		logs []object
		want []string
	}{
		"none":               {nil, []string{nobody}},
		"another VPC":        {[]object{log("VPC", "vpc-0123456789abcdef0", "ALL")}, []string{nobody}},
		"another subnet":     {[]object{log("Subnet", "subnet-0123456789abcdef0", "ALL")}, []string{nobody}},
		"one interface":      {[]object{log("NetworkInterface", "eni-0123456789abcdef0", "ALL")}, []string{nobody}},
		"the VPC":            {[]object{ofVPC("ALL")}, nil},
		"the VPC, by halves": {[]object{ofVPC("ACCEPT"), ofVPC("REJECT")}, nil},
		"rejected only":      {[]object{ofVPC("REJECT")}, []string{"flow logs record only rejected traffic at App, Data, Edge, Web"}},
		"one tier": {[]object{ofSubnet("Block3Slot0", "ALL"), ofSubnet("Block3Slot1", "ALL")}, []string{
			"no flow log records traffic at Data, Edge, Web"}},
		"half a tier": {[]object{ofSubnet("Block3Slot0", "ALL")}, []string{
			"flow logs record only a part of the traffic at App", "no flow log records traffic at Data, Edge, Web"}},
		"a tier, and what the rest rejects": {[]object{ofVPC("REJECT"), ofSubnet("Block3Slot0", "ACCEPT"), ofSubnet("Block3Slot1", "ALL")},
			[]string{"flow logs record only rejected traffic at Data, Edge, Web"}},
		"a condition": {[]object{conditional(ofVPC("ALL"))}, []string{
			"no flow log records traffic, as far as it is known (Test/Log0 may not exist: "}},
		"a condition beside a log that is sure": {[]object{conditional(ofVPC("ALL")), ofVPC("ALL")}, nil},
		"a VPC that deployment decides": {[]object{log("VPC", ref("Id"), "ALL")}, []string{
			"(whose traffic Test/Log0 records is known only at deployment), at App, Data, Edge, Web"}},
		"a subnet that deployment decides": {[]object{log("Subnet", ref("Id"), "ALL")}, []string{
			"(whose traffic Test/Log0 records is known only at deployment), at App, Data, Edge, Web"}},
		"a VPC that a custom resource finds": {[]object{log("VPC", object{"Fn::GetAtt": []any{"Finder", "Id"}}, "ALL")}, []string{
			"(whose traffic Test/Log0 records is known only at deployment), at App, Data, Edge, Web"}},
		"traffic that deployment decides": {[]object{ofVPC(ref("Id"))}, []string{
			"(which traffic Test/Log0 records is known only at deployment)"}},
		"traffic that AWS does not know": {[]object{ofVPC("SOME")}, []string{"no flow log records traffic at App, Data, Edge, Web"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			template, declared := planned(t, shop())
			data := changed(t, template, func(r map[string]object) {
				r["Finder"] = resource("Custom::Finder", object{"ServiceToken": "arn:aws:sns:eu-west-1:123456789012:find"})
				for i, l := range c.logs {
					r["Log"+string(rune('0'+i))] = l
				}
			})
			data = append(bytes.TrimSuffix(data, []byte("}")), `,"Conditions":{"Sometimes":{"Fn::Equals":[{"Ref":"AWS::AccountId"},"1"]}},`+
				`"Parameters":{"Id":{"Type":"String"}}}`...)
			report, err := proof.Prove(read(t, data), declared)
			require.NoError(t, err)
			assert.Empty(t, report.Findings)
			var notes []string
			for _, n := range report.Notes {
				if text, _ := strings.CutPrefix(n, "Shop/Network: "); strings.Contains(text, "flow log") || strings.Contains(text, "Log0") {
					notes = append(notes, text)
				}
			}
			require.Len(t, notes, len(c.want), notes)
			for i, want := range c.want {
				assert.Contains(t, notes[i], want)
			}
		})
	}
}

// TestPolicyWantsLogs: a policy makes it a finding if flow logs do not surely record all traffic of a tier with data.
func TestPolicyWantsLogs(t *testing.T) {
	t.Parallel()
	log := func(traffic string) object {
		return resource("AWS::EC2::FlowLog", object{"ResourceType": "VPC", "ResourceId": ref("VpcResource"), "TrafficType": traffic})
	}
	conditional := log("ALL")
	conditional["Condition"] = "Sometimes"
	for name, c := range map[string]struct {
		log    object
		policy string
		want   []string
	}{
		"none":                     {nil, arch.PCIDSS, []string{"no flow log records traffic at Data, which holds cardholder data"}},
		"all":                      {log("ALL"), arch.PCIDSS, nil},
		"rejected only":            {log("REJECT"), arch.SensitiveData, []string{"flow logs record only rejected traffic at Data, which"}},
		"a condition":              {conditional, arch.PCIDSS, []string{"traffic, as far as it is known (Test/Log may not exist"}},
		"a policy without logs":    {nil, arch.NoInternetNextToData, nil},
		"a policy of the user's":   {nil, "mine", nil},
		"no policy, and no demand": {nil, "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := shop()
			for i := range a.Tiers {
				if a.Tiers[i].Kind == arch.Data {
					a.Tiers[i].Holds = []string{"cardholder"}
				}
			}
			if c.policy != "" {
				a.Policies = []arch.DataPolicy{{Name: c.policy, Own: c.policy == "mine"}}
			}
			template, declared := planned(t, a)
			data := changed(t, template, func(r map[string]object) {
				if c.log != nil {
					r["Log"] = c.log
				}
			})
			data = append(bytes.TrimSuffix(data, []byte("}")), `,"Conditions":{"Sometimes":{"Fn::Equals":[{"Ref":"AWS::AccountId"},"1"]}}}`...)
			report, err := proof.Prove(read(t, data), declared)
			require.NoError(t, err)
			require.Len(t, report.Findings, len(c.want), report.Findings)
			for i, want := range c.want {
				d := report.Findings[i].Diagnostic()
				assert.Contains(t, d.Summary, want)
				assert.Equal(t, c.policy+"-logs[Shop/Network:Data]", d.AcknowledgeID())
			}
		})
	}
}
