package template_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/template"
	endpoints "github.com/tierwall/tierwall/internal/iam/deployed"
	firewalls "github.com/tierwall/tierwall/internal/networkfirewall/deployed"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/webacl"
	webacls "github.com/tierwall/tierwall/internal/webacl/deployed"
)

var update = flag.Bool("update", false, "rewrite the expected templates in testdata")

// shop is a small architecture with every control.
func shop() arch.Architecture {
	n := plantest.Network()
	n.Path, n.Inspection = "Shop/Network", &arch.Inspection{Paths: arch.EgressPath}
	tier := func(id string, kind arch.Kind) arch.Tier { return arch.Tier{ID: id, Kind: kind} }
	theirs := arch.Tier{ID: "Theirs", Kind: arch.Data, Imported: &arch.Imported{Group: arch.Operand{Text: "Base/Group.Id", Symbolic: true}}}
	flow := func(from, to arch.Peer, service, reason string) arch.Flow {
		return arch.Flow{From: from, To: to, Service: service, Reason: reason}
	}
	lb, web, app := arch.TierPeer(arch.Edge, "LB"), arch.TierPeer(arch.Web, "Web"), arch.TierPeer(arch.App, "App")
	office := arch.Peer{Kind: arch.CIDR, Operand: arch.Operand{Text: `{"Fn::ImportValue": "Office"}`, Symbolic: true}}
	return arch.Architecture{
		Network: n, Tiers: []arch.Tier{tier("LB", arch.Edge), tier("Web", arch.Web), tier("App", arch.App), theirs},
		Flows: []arch.Flow{
			flow(plantest.Internet, lb, "https", "customers"), flow(lb, web, "https", "22:22"), flow(web, app, "tcp/8080", "on"),
			flow(app, arch.TierPeer(arch.Data, "Theirs"), "mysql", "0123"), flow(office, lb, "tcp/8443", "yes"),
			flow(app, arch.Peer{Kind: arch.Domain, Operand: arch.Operand{Text: "api.example.com"}}, "https", "payments: #1"),
		},
		Grants: []arch.Grant{{Tier: "App", Use: "read s3", Needs: []arch.Need{
			{Service: "s3", Gateway: true, Actions: []string{"s3:GetObject"}, Resources: []string{"${Base/Bucket.Arn}/*"}},
			{Service: "sqs", Actions: []string{"sqs:SendMessage"}, Resources: []string{"arn:aws:sqs:eu-west-1:111122223333:orders"}},
		}}},
		Roles:       []arch.TierRole{{Tier: "App", ARN: "arn:aws:iam::111122223333:role/app"}},
		Protections: []arch.Protection{{Tier: "LB", Serves: arch.Serves{Hosts: []string{"shop.example.com"}, Admin: []string{"/admin"}}}},
	}
}

// made returns the template of an architecture.
func made(t require.TestingT, a arch.Architecture, in template.Input) (*template.Template, *proof.Declaration) {
	in.Plan = plantest.Make(t, a)
	return template.Make(in)
}

// TestGolden compares templates in both formats, of one stack and of nested stacks, with the expected ones.
func TestGolden(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"shop.json", "shop.yaml", "nested.yaml"} {
		a := shop()
		if file == "nested.yaml" {
			a.Network.Layout = arch.NestedStacks
		}
		main, _ := made(t, a, template.Input{File: file})
		got := main.Files(file)
		for name, text := range got {
			path := filepath.Join("testdata", name)
			if *update {
				require.NoError(t, os.WriteFile(path, text, 0o644))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err)
			assert.Equal(t, string(want), string(text), name)
		}
		again, _ := made(t, a, template.Input{File: file})
		assert.Equal(t, got[file], again.Encode(file))
		assert.Empty(t, template.Check(main, "Shop.template.json", main.Files("Shop.template.json"), a.Network))
	}
}

// TestShop checks that the templates with every control carry exactly what is declared, and that nothing is wrong with their controls.
func TestShop(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"Shop.json", "Shop.yaml"} {
		main, declared := made(t, shop(), template.Input{File: file})
		assembly, err := cfn.Read(file, main.Encode(file), nil)
		require.NoError(t, err)
		requireExact(t, assembly, declared)
		assert.Empty(t, firewalls.Check(assembly).With(diag.Error, diag.Finding))
		assert.Empty(t, webacls.Check(assembly).With(diag.Error, diag.Finding))
		for _, found := range endpoints.Check(endpoints.Read(assembly)) {
			assert.Empty(t, found.With(diag.Error, diag.Finding))
		}
	}
}

// TestProof checks that templates of random architectures, in both formats, carry exactly what is declared.
func TestProof(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawn(t, arch.OneStack)
		file := rapid.SampledFrom([]string{"Test.template.json", "Test.template.yaml"}).Draw(t, "file")
		main, declared := template.Make(template.Input{Plan: p, File: file})
		assembly, err := cfn.Read(file, main.Encode(file), &cfn.Options{})
		require.NoError(t, err)
		requireExact(t, assembly, declared)
	})
}

// TestNestedProof does the same with nested stacks, from files.
func TestNestedProof(t *testing.T) {
	t.Chdir(t.TempDir()) // The declaration names templates relative to their folder.
	rapid.Check(t, func(r *rapid.T) {
		p := drawn(r, arch.NestedStacks)
		const file = "Test.template.yaml"
		main, declared := template.Make(template.Input{Plan: p, File: file})
		for name, text := range main.Files(file) {
			require.NoError(r, os.WriteFile(name, text, 0o600))
		}
		assembly, err := cfn.Load([]string{file}, nil)
		require.NoError(r, err)
		requireExact(r, assembly, declared)
	})
}

// drawn returns the plan of a random architecture. A firewall lets through every address for a prefix list, because its rules cannot name
// lists, so there are no inspected networks with lists.
func drawn(t *rapid.T, layout arch.Layout) *plan.Plan {
	a := plantest.Architectures(t)
	a.Network.Layout = layout
	if a.Network.Inspection != nil {
		a.Flows = slices.DeleteFunc(a.Flows, func(f arch.Flow) bool { return f.From.Kind == arch.PrefixList || f.To.Kind == arch.PrefixList })
	}
	p, diags := plan.Make(a, plantest.Today)
	if p == nil {
		t.Skip(diags)
	}
	return p
}

type exactTest interface {
	require.TestingT
	Fatal(args ...any)
}

// requireExact proves a template. Nothing leads to the addresses of a private block, so flows to it are missing.
func requireExact(t exactTest, assembly *cfn.Assembly, declared *proof.Declaration) {
	const private = "192.168.7.0/24"
	report, err := proof.Prove(assembly, declared)
	require.NoError(t, err)
	for _, f := range report.Findings {
		if unrouted := f.Verdict == proof.Missing && (f.From == private || f.To == private); !unrouted {
			t.Fatal(report.Diagnostics())
		}
	}
}

// TestSymbols checks what symbols become: parameters, or the expressions that they are themselves. Variables of policies stay.
func TestSymbols(t *testing.T) {
	t.Parallel()
	a := shop()
	a.Grants[0].Needs[0].Resources = []string{"${Base/Bucket.Arn}/${aws:username}/*"}
	main, declared := made(t, a, template.Input{})
	assert.Equal(t, map[string]template.Parameter{
		"BaseGroupId": {Type: "String", Description: "Base/Group.Id"}, "BaseBucketArn": {Type: "String", Description: "Base/Bucket.Arn"},
	}, main.Parameters)
	text := string(main.JSON())
	assert.Contains(t, text, `"Fn::ImportValue": "Office"`)
	assert.Contains(t, text, `"/${aws:username}/*"`)
	symbols := declared.Networks[0].Symbols
	assert.JSONEq(t, `{"Ref": "BaseGroupId"}`, string(symbols["Base/Group.Id"].Expression))
	assert.JSONEq(t, `{"Fn::ImportValue": "Office"}`, string(symbols[`{"Fn::ImportValue": "Office"}`].Expression))
}

// TestNames checks the names of a stack in a stage, and stated ones.
func TestNames(t *testing.T) {
	t.Parallel()
	a := shop()
	a.Network.Path = "Production/Shop/Network"
	main, _ := made(t, a, template.Input{})
	assert.Contains(t, string(main.JSON()), `"FirewallName": "ProductionShop-Network-Firewall-`)
	assert.Contains(t, main.Resources, "NetworkVpc7FB7348F")
	main, _ = made(t, a, template.Input{StackName: "shop", Firewall: template.Firewall{Name: "Guard"}, WebACLs: map[string]template.WebACL{
		"LB": {Name: "Front", LogFilter: &webacl.LoggingFilter{DefaultBehavior: "DROP"}},
	}})
	text := string(main.JSON())
	for _, want := range []string{
		`"FirewallName": "Guard"`, `"Name": "Front"`, `"aws-waf-logs-Front"`, `"FirewallPolicyName": "shop-Network-`,
	} {
		assert.Contains(t, text, want)
	}
}

// TestCheck checks the limits of CloudFormation.
func TestCheck(t *testing.T) {
	t.Parallel()
	a := shop()
	large := &template.Template{Resources: map[string]*template.Resource{}}
	for i := range 501 {
		large.Resources["A"+string(rune('a'+i%26))+string(rune('a'+i/26))] = &template.Resource{Type: "AWS::EC2::VPC"}
	}
	found := template.Check(large, "Shop.template.json", large.Files("Shop.template.json"), a.Network)
	require.Len(t, found, 1)
	assert.Contains(t, found.String(), "it has 501; allowed are 500")
	assert.Contains(t, found.String(), "set the layout to nested stacks")
	heavy := &template.Template{Resources: map[string]*template.Resource{"A": {Type: string(make([]byte, 1_000_000))}}}
	a.Network.Layout = arch.NestedStacks
	outer := &template.Template{Nested: map[string]*template.Template{"Web.json": heavy}}
	found = template.Check(outer, "Shop.template.json", outer.Files("Shop.template.json"), a.Network)
	require.Len(t, found, 1)
	assert.Contains(t, found.String(), "nested stack Web.json")
	assert.NotContains(t, found.String(), "layout")
}

// TestClash checks that two resources with one logical id are reported.
func TestClash(t *testing.T) {
	t.Parallel()
	main, _ := made(t, shop(), template.Input{LogicalID: func(string) string { return "Same" }})
	found := template.Check(main, "Shop.template.json", main.Files("Shop.template.json"), shop().Network)
	assert.Contains(t, found.String(), "two resources have the same logical id")
}

// decoded returns a template as plain values.
func decoded(t require.TestingT, data []byte) any {
	var out any
	require.NoError(t, json.Unmarshal(data, &out))
	return out
}

// TestRefused checks that a template does not pass for complete if something is not known or belongs elsewhere.
func TestRefused(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*arch.Architecture){
		"the web ACL of LB is for CloudFront": func(a *arch.Architecture) { a.Protections[0].CloudFront = true },
		"the IPAM pool of the network's range is not known": func(a *arch.Architecture) {
			a.Network.Range, a.Network.Bits = arch.Operand{Text: "IPAM", Symbolic: true}, 16
		},
		"the VPC of a wrapped network is not known": func(a *arch.Architecture) {
			*a = arch.Architecture{Network: arch.Network{Path: "Shop/Network", Wrapped: true}, Tiers: []arch.Tier{{ID: "Web", Kind: arch.Web}}}
		},
	} {
		a := shop()
		change(&a)
		main, _ := made(t, a, template.Input{})
		assert.Contains(t, template.Check(main, "Shop.template.json", main.Files("Shop.template.json"), a.Network).String(), want)
	}
}
