package tiers_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cdktest"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/tiers"
)

// TestRenderedTemplates holds the templates that pure tests make from plans against those that the constructs make from
// the same architecture: every resource by its construct path, with its type and properties, tags aside, and what those
// of network ACLs wait for.
func TestRenderedTemplates(t *testing.T) {
	for name, wire := range map[string]func(awscdk.Stack){
		"layers": func(s awscdk.Stack) { layers(s, twoZones()) },
		"dual stack, one NAT gateway": func(s awscdk.Stack) {
			props := twoZones()
			props.IPv6, props.NAT = true, tiers.NATSingle
			layers(s, props)
		},
		"entries whose numbers collide": func(s awscdk.Stack) {
			n := tiers.NewNetwork(s, "Network", twoZones())
			tiers.NewWebTier(n, "Web", nil).AllowTo(tiers.NewAppTier(n, "App", nil), tiers.TCP(2240))
		},
		"no network ACLs": func(s awscdk.Stack) {
			props := twoZones()
			props.NetworkACLs = tiers.NetworkACLsOff
			layers(s, props)
		},
		"the whole range in place of tiers": func(s awscdk.Stack) {
			props := twoZones()
			props.IPv6, props.EntriesPerNetworkACL = true, 7
			layers(s, props)
		},
		"the whole range from IPAM": func(s awscdk.Stack) {
			layers(s, &tiers.NetworkProps{
				IPAM: &tiers.IPAM{PoolID: "ipam-pool-0123456789abcdef0", NetmaskLength: 18}, AvailabilityZones: []string{"eu-west-1a"}, EntriesPerNetworkACL: 4,
			})
		},
		"addresses from IPAM": func(s awscdk.Stack) {
			layers(s, &tiers.NetworkProps{
				IPAM: &tiers.IPAM{PoolID: "ipam-pool-0123456789abcdef0", NetmaskLength: 16}, AvailabilityZones: []string{"eu-west-1a"},
			})
		},
		"other networks": func(s awscdk.Stack) {
			props := twoZones()
			props.DefaultRoute = tiers.TransitGateway("tgw-0123456789abcdef0")
			n := tiers.NewNetwork(s, "Network", props)
			app, bastion := tiers.NewAppTier(n, "App", nil), tiers.NewBastionTier(n, "Bastion", nil)
			app.AllowTo(tiers.Internet, tiers.HTTPS, tiers.Because("by the company's own firewall"))
			app.AllowTo(tiers.CIDR("192.168.0.0/16").Via(tiers.TransitGateway("tgw-0123456789abcdef0")), tiers.HTTPS)
			app.AllowTo(tiers.CIDR("172.16.0.0/16").Via(tiers.PeeringConnection("pcx-0123456789abcdef0")), tiers.MySQL)
			bastion.AllowFrom(tiers.CIDR("192.168.7.0/24").Via(tiers.VPNGateway("vgw-0123456789abcdef0")), tiers.SSH)
			bastion.AllowTo(app, tiers.SSH)
		},
		"addresses as they exist": func(s awscdk.Stack) {
			props := twoZones()
			props.NATSubnets, props.TransitSubnets = []string{"10.0.0.0/27", "10.0.0.32/27"}, []string{"10.0.0.64/28", "10.0.0.80/28"}
			n := tiers.NewNetwork(s, "Network", props)
			edge := tiers.NewEdgeTier(n, "Edge", &tiers.EdgeTierProps{Subnets: []string{"10.0.1.0/24", "10.0.2.0/24"}})
			app := tiers.NewAppTier(n, "App", &tiers.TierProps{Subnets: []string{"10.0.11.0/24", "10.0.12.0/24"}})
			db, web := tiers.NewDataTier(n, "Data", nil), tiers.NewWebTier(n, "Web", nil)
			edge.AllowFrom(tiers.Internet, tiers.HTTPS)
			edge.AllowTo(web, tiers.HTTPS)
			web.AllowTo(app, tiers.TCP(8080))
			app.AllowTo(db, tiers.MySQL)
			app.AllowTo(tiers.Internet, tiers.HTTPS)
			app.AllowTo(tiers.CIDR("192.168.0.0/16").Via(tiers.TransitGateway("tgw-0123456789abcdef0")), tiers.HTTPS)
		},
		"all traffic": func(s awscdk.Stack) {
			n := tiers.NewNetwork(s, "Network", twoZones())
			app, web, db := tiers.NewAppTier(n, "App", nil), tiers.NewWebTier(n, "Web", nil), tiers.NewDataTier(n, "Data", nil)
			app.AllowTo(tiers.Internet, tiers.AllTraffic)
			app.AllowTo(db, tiers.MySQL)
			n.Except(tiers.Exception{From: web, To: db, Service: tiers.AllTraffic, Reason: "migration", Owner: "web team"})
		},
		"shared subnets, imported group, exception, list": func(s awscdk.Stack) {
			n := tiers.NewNetwork(s, "Network", twoZones())
			edge, web := tiers.NewEdgeTier(n, "Edge", nil), tiers.NewWebTier(n, "Web", nil)
			app := tiers.NewAppTier(n, "App", nil)
			worker := tiers.NewAppTier(n, "Worker", &tiers.TierProps{SharesWith: app})
			theirs := tiers.ImportDataTier(n, "Theirs", &tiers.ImportProps{SecurityGroupID: "sg-0123456789abcdef0"})
			edge.AllowFrom(tiers.PrefixList("pl-12345678", 5), tiers.HTTPS)
			edge.AllowTo(web, tiers.HTTP, tiers.Because("customers"))
			web.AllowTo(app, tiers.TCP(8080))
			app.AllowTo(worker, tiers.TCPRange(9000, 9010))
			worker.AllowTo(theirs, tiers.MySQL)
			worker.AllowTo(tiers.CIDR("203.0.113.0/24"), tiers.HTTPS)
			n.Except(tiers.Exception{From: web, To: theirs, Service: tiers.MySQL, Reason: "migration", Owner: "web team"})
		},
	} {
		t.Run(name, func(t *testing.T) {
			app := cdktest.App(t)
			stack := cdktest.StackIn(app, "Shop")
			wire(stack)
			require.NoError(t, tiers.Synth(app))
			data, err := os.ReadFile(filepath.Join(*app.Outdir(), proof.FileName))
			require.NoError(t, err)
			declared, err := proof.Decode(data)
			require.NoError(t, err)
			p, diags := plan.Make(declared.Networks[0].Architecture, plantest.Today)
			require.NotNil(t, p, diags.String())
			rendered, _ := plantest.Template(p)
			made, err := os.ReadFile(filepath.Join(*app.Outdir(), *stack.TemplateFile()))
			require.NoError(t, err)
			want, got := byPath(t, made), byPath(t, rendered)
			require.NotEmpty(t, want)
			assert.Equal(t, want, got)
		})
	}
}

// byPath returns the network's resources by construct path, as CDK writes it into logical ids, with references likewise.
func byPath(t *testing.T, template []byte) map[string]any {
	t.Helper()
	var parsed struct {
		Resources map[string]struct {
			Type       string
			Properties map[string]any
			Metadata   map[string]any
			DependsOn  []string
		}
	}
	require.NoError(t, json.Unmarshal(template, &parsed))
	paths := map[string]string{}
	for id, r := range parsed.Resources {
		path, rendered := r.Metadata["aws:cdk:path"].(string)
		if !rendered { // The tests' stacks have no paths. An id is the path without "Resource", and a hash of 8 digits.
			paths[id] = id[:len(id)-8]
			continue
		}
		paths[id] = strings.NewReplacer("/", "", "-", "").Replace(strings.TrimSuffix(strings.TrimPrefix(path, "Shop/"), "/Resource"))
	}
	out := map[string]any{}
	for id, r := range parsed.Resources {
		if r.Type == "AWS::CDK::Metadata" || r.Type == "Custom::VpcRestrictDefaultSG" || r.Type == "AWS::IAM::Role" || r.Type == "AWS::Lambda::Function" {
			continue
		}
		delete(r.Properties, "Tags")
		out[paths[id]] = map[string]any{"type": r.Type, "properties": named(r.Properties, paths)}
		if strings.Contains(r.Type, "NetworkAcl") {
			var after []string
			for _, other := range r.DependsOn {
				after = append(after, paths[other])
			}
			sort.Strings(after)
			out[paths[id]].(map[string]any)["after"] = after
		}
	}
	return out
}

// named replaces logical ids by paths, and sorts the lists of rules.
func named(v any, paths map[string]string) any {
	switch v := v.(type) {
	case map[string]any:
		for key, inner := range v {
			if id, ok := inner.(string); ok && key == "Ref" && paths[id] != "" {
				v[key] = paths[id]
				continue
			}
			if list, ok := inner.([]any); ok && key == "Fn::GetAtt" {
				list[0] = paths[list[0].(string)]
				continue
			}
			v[key] = named(inner, paths)
		}
	case []any:
		for i := range v {
			v[i] = named(v[i], paths)
		}
		if len(v) == 0 {
			break
		}
		if rule, ok := v[0].(map[string]any); ok && rule["IpProtocol"] != nil {
			sort.Slice(v, func(i, j int) bool { return text(v[i]) < text(v[j]) })
		}
	}
	return v
}

func text(v any) string {
	data, _ := json.Marshal(v)
	return string(data)
}
