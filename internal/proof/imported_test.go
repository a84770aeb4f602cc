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

// TestImportedGroupsInTemplates: if an imported group is in the templates, its declared egress is compared with it, and a note says what is
// not checked.
func TestImportedGroupsInTemplates(t *testing.T) {
	t.Parallel()
	const id, here = `"sg-0123456789abcdef0"`, `{"Fn::GetAtt": ["Theirs", "GroupId"]}`
	everything := []any{object{"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}}
	nothing := []any{object{"IpProtocol": "icmp", "FromPort": 252, "ToPort": 86, "CidrIp": "255.255.255.255/32"}}
	theirs := func(egress []any) func(map[string]object) {
		return func(r map[string]object) {
			p := object{"VpcId": ref("VpcResource"), "GroupDescription": "theirs"}
			if egress != nil {
				p["SecurityGroupEgress"] = egress
			}
			put("Theirs", "AWS::EC2::SecurityGroup", p)(r)
		}
	}
	for name, c := range map[string]struct {
		declared arch.Egress
		egress   []any
		want     string // in the findings; empty for none
	}{
		"open":                  {arch.EgressOpen, everything, ""},
		"open, as AWS makes it": {arch.EgressOpen, nil, ""},
		"open, and it is not": {arch.EgressOpen, nothing,
			"is declared to allow all egress (EgressOpen), but the egress rules of its group Test/Theirs do not allow all"},
		"restricted": {arch.EgressRestricted, nothing, ""},
		"restricted, and everything is out": {arch.EgressRestricted, everything,
			"is declared to restrict egress (EgressRestricted), but its group Test/Theirs allows all egress"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := shop()
			a.Tiers = append(a.Tiers, arch.Tier{ID: "Theirs", Kind: arch.App, Imported: &arch.Imported{Group: arch.Operand{Text: strings.Trim(id,
				`"`)}, Egress: c.declared}})
			a.Flows = append(a.Flows, arch.Flow{From: arch.TierPeer(arch.App, "Theirs"), To: arch.TierPeer(arch.Data, "Data"), Service: "mysql"})
			template, declared := planned(t, a)
			template = changed(t, bytes.ReplaceAll(template, []byte(id), []byte(here)), theirs(c.egress))
			bound := declared.Networks[0].Tiers["Theirs"]
			bound.Group.Expression = []byte(here)
			declared.Networks[0].Tiers["Theirs"] = bound
			report, err := proof.Prove(read(t, template), declared)
			require.NoError(t, err)
			assert.Contains(t, strings.Join(report.Notes, "\n"), "its traffic with anything but the tiers of this network belongs to its owner")
			if c.want == "" {
				assert.Empty(t, report.Diagnostics().String())
				return
			}
			assert.Contains(t, report.Diagnostics().String(), c.want)
		})
	}
}
