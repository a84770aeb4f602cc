package batch

import (
	"fmt"
	"os"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cdktest"
)

func TestMain(m *testing.M) { cdktest.Main(m) }

// routers are all kinds of routes that networks have.
var routers = []awsec2.RouterType{
	awsec2.RouterType_NAT_GATEWAY, awsec2.RouterType_EGRESS_ONLY_INTERNET_GATEWAY, awsec2.RouterType_VPC_ENDPOINT,
	awsec2.RouterType_TRANSIT_GATEWAY, awsec2.RouterType_VPC_PEERING_CONNECTION, awsec2.RouterType_GATEWAY,
}

// everything makes, sets and tags something of each kind below a stack.
func everything(stack awscdk.Stack) {
	scope := constructs.NewConstruct(stack, new("Scope"))
	acl := awsec2.NewCfnNetworkAcl(scope, new("ACL"), &awsec2.CfnNetworkAclProps{VpcId: new("vpc-0123456789abcdef0")})
	group := awsec2.NewCfnSecurityGroup(scope, new("Group"), &awsec2.CfnSecurityGroupProps{GroupDescription: new("a group")})
	b := &Batch{}
	entry := awsec2.NewCfnNetworkAclEntry
	b.Make(Resource{Scope: acl, ID: "Second", After: []string{"Later"}, New: entry, Props: &awsec2.CfnNetworkAclEntryProps{
		NetworkAclId: acl.AttrId(), RuleNumber: new(2.0), RuleAction: new("allow"), Protocol: new(6.0), Egress: true,
		CidrBlock: awscdk.Fn_Select(new(0.0), awscdk.Fn_Cidr(new("10.0.0.0/16"), new(1.0), new("8"))),
		PortRange: &awsec2.CfnNetworkAclEntry_PortRangeProperty{From: new(80.0), To: new(80.0)},
	}, Metadata: map[string]any{"cdk_nag": map[string]any{"list": []any{"x"}}}})
	b.Make(Resource{Scope: acl, ID: "Later", New: entry, Props: &awsec2.CfnNetworkAclEntryProps{
		NetworkAclId: acl.AttrId(), RuleNumber: new(1.0), RuleAction: new("allow"), Protocol: new(1.0), Ipv6CidrBlock: new("::/0"),
		Icmp: &awsec2.CfnNetworkAclEntry_IcmpProperty{Type: new(3.0), Code: new(-1.0)},
	}})
	b.Make(Resource{Scope: stack, ID: "In", New: awsec2.NewCfnSecurityGroupIngress, Props: &awsec2.CfnSecurityGroupIngressProps{
		GroupId: group.AttrGroupId(), IpProtocol: new("tcp"), CidrIp: new("10.0.0.0/8"), Description: new(`"<é>\ ${x} {{y}}`),
	}})
	b.Make(Resource{Scope: scope, ID: "Out", New: awsec2.NewCfnSecurityGroupEgress, Props: &awsec2.CfnSecurityGroupEgressProps{
		GroupId: group.AttrGroupId(), IpProtocol: new("-1"), DestinationSecurityGroupId: group.AttrGroupId(),
	}})
	b.Make(Resource{Scope: stack, ID: "Route", Needs: []constructs.IDependable{group}, New: awsec2.NewCfnRoute, Props: &awsec2.CfnRouteProps{
		RouteTableId: new("rtb-0123456789abcdef0"), DestinationCidrBlock: new("0.0.0.0/0"), GatewayId: new("igw-0123456789abcdef0"),
	}})
	vpc := awsec2.NewVpc(stack, new("Vpc"), &awsec2.VpcProps{MaxAzs: new(1.0), NatGateways: new(0.0)})
	subnet := (*vpc.IsolatedSubnets())[0].(awsec2.Subnet)
	for i, kind := range routers {
		b.AddRoute(subnet, fmt.Sprintf("Route%d", i), &awsec2.AddRouteOptions{
			RouterType: kind, RouterId: acl.AttrId(), DestinationCidrBlock: new(fmt.Sprintf("10.%d.0.0/16", i)),
		}, group, constructs.NewDependencyGroup(acl))
	}
	b.AddRoute(subnet, "Route0", &awsec2.AddRouteOptions{
		RouterType: routers[0], RouterId: acl.AttrId(), DestinationCidrBlock: new("10.77.0.0/16"),
	})
	b.Set(group, "securityGroupIngress", []any{&awsec2.CfnSecurityGroup_IngressProperty{
		IpProtocol: new("tcp"), FromPort: new(1.0), ToPort: new(65535.0), SourceSecurityGroupId: group.AttrGroupId(),
	}})
	b.Set(group, "securityGroupEgress", []any{})
	b.Tag(group, "Tier", "Web")
	eip := b.Make(Resource{Scope: scope, ID: "EIP", New: awsec2.NewCfnEIP, Props: &awsec2.CfnEIPProps{Domain: new("vpc")}})
	b.Override(eip, "Tags", []any{map[string]any{"Key": "b", "Value": "${x}"}})
	b.Set(b.Child(scope, "EIP"), "publicIpv4Pool", new("pool"))
	id := Get[string](b, eip, "attrAllocationId")
	b.SetJSON(b.Child(scope, "EIP"), "address", map[string]any{"of": acl.AttrId(), "is": []string{"a"}})
	statement := func(action string) map[string]any {
		return map[string]any{"Effect": "Allow", "Principal": map[string]any{"Service": "s"}, "Action": action, "Resource": "*"}
	}
	ready := Get[constructs.IDependable](b, b.Allow(awss3.NewBucket(scope, new("Bucket"), nil), statement("s3:GetObject")), Itself)
	b.Allow(awskms.NewKey(scope, new("Key"), nil), statement("kms:Decrypt"))
	imported := awss3.Bucket_FromBucketName(scope, new("Imported"), new("imported"))
	none := Get[constructs.IDependable](b, b.Allow(imported, statement("s3:GetObject")), Itself)
	b.Run()
	if *none != nil {
		panic("nobody can change the policy of an imported bucket")
	}
	b.Make(Resource{Scope: scope, ID: "NAT", New: awsec2.NewCfnNatGateway, Props: &awsec2.CfnNatGatewayProps{AllocationId: id},
		Needs: []constructs.IDependable{*ready}})
	b.Run()
}

// TestEquality: all kinds of steps have the same result in one call as in Go.
func TestEquality(t *testing.T) {
	files := map[string]string{}
	for _, mode := range []string{"", "off"} {
		t.Setenv("TIERWALL_BATCH", mode)
		stack := cdktest.Stack(t)
		everything(stack)
		dir, err := cdktest.Synth(stack)
		require.NoError(t, err)
		for _, file := range []string{"tree.json", *stack.TemplateFile()} {
			data, err := os.ReadFile(dir + "/" + file)
			require.NoError(t, err)
			files[mode+file] = string(data)
		}
	}
	require.True(t, loadOnce(), "Node loads the module")
	for _, file := range []string{"tree.json", "Test.template.json"} {
		require.Contains(t, files[file], "SecurityGroupIngress")
		assert.Contains(t, files[file], "10.77.0.0/16", "replaces Route0")
		assert.Equal(t, files["off"+file], files[file], file)
	}
}

// ingress is a rule with the id In.
func ingress(stack awscdk.Stack, props *awsec2.CfnSecurityGroupIngressProps) Resource {
	return Resource{Scope: stack, ID: "In", New: awsec2.NewCfnSecurityGroupIngress, Props: props}
}

// TestErrors: what CDK refuses is reported with its path and class.
func TestErrors(t *testing.T) {
	t.Setenv("TIERWALL_BATCH", "")
	for name, test := range map[string]struct {
		fill func(b *Batch, stack awscdk.Stack)
		want []string
	}{
		"a property that is missing": {
			func(b *Batch, stack awscdk.Stack) {
				b.Make(ingress(stack, &awsec2.CfnSecurityGroupIngressProps{}))
			},
			[]string{"Test/In (aws-ec2.CfnSecurityGroupIngress)", "ipProtocol"},
		},
		"an id twice": {
			func(b *Batch, stack awscdk.Stack) {
				for range 2 {
					b.Make(ingress(stack, &awsec2.CfnSecurityGroupIngressProps{IpProtocol: new("tcp")}))
				}
			},
			[]string{"Test/In (aws-ec2.CfnSecurityGroupIngress)", "already a Construct with name"},
		},
		"a property that does not exist": {
			func(b *Batch, stack awscdk.Stack) {
				b.Set(awsec2.NewCfnSecurityGroup(stack, new("Group"), &awsec2.CfnSecurityGroupProps{GroupDescription: new("a group")}),
					"securityGroupIngres", []any{})
			},
			[]string{"Test/Group/securityGroupIngres (set)", "the property securityGroupIngres is not known"},
		},
		"a dependency that does not exist": {
			func(b *Batch, stack awscdk.Stack) {
				r := ingress(stack, &awsec2.CfnSecurityGroupIngressProps{IpProtocol: new("tcp")})
				r.After = []string{"Never"}
				b.Make(r)
			},
			[]string{"Test/In", "Never"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := &Batch{}
			test.fill(b, cdktest.Stack(t))
			got := recovered(b.Run)
			for _, want := range test.want {
				assert.Contains(t, got, want)
			}
		})
	}
}

func TestPropsOfAnotherClass(t *testing.T) {
	r := Resource{New: awsec2.NewCfnRoute, Props: &awsec2.CfnEIPProps{}}
	assert.Equal(t, "batch: awsec2.CfnRoute takes *awsec2.CfnRouteProps, not *awsec2.CfnEIPProps", recovered(func() { (&Batch{}).Make(r) }))
}

// recovered returns what f panics with.
func recovered(f func()) (text string) {
	defer func() { text = fmt.Sprint(recover()) }()
	f()
	return
}

func TestTarball(t *testing.T) {
	t.Parallel()
	assert.Equal(t, tarball(), tarball(), "the same bytes")
	assert.Less(t, len(tarball()), 4000, "bytes")
	assert.Contains(t, string(assembly), fmt.Sprintf("%q: %q", "version", version))
}

// TestGet asks what Go can ask of constructs.
func TestGet(t *testing.T) {
	for _, mode := range []string{"", "off"} {
		t.Setenv("TIERWALL_BATCH", mode)
		stack := cdktest.Stack(t)
		scope := constructs.NewConstruct(stack, new("Scope"))
		kept, gone := constructs.NewConstruct(scope, new("Kept")), constructs.NewConstruct(scope, new("Gone"))
		below := constructs.NewConstruct(gone, new("Below"))
		scope.Node().TryRemoveChild(new("Gone"))
		b := &Batch{}
		var present []*bool
		for _, of := range []any{stack, kept, gone, below, b.Child(scope, "Kept"), b.Child(scope, "Gone")} {
			present = append(present, Get[bool](b, of, Present))
		}
		path, name, of := Get[string](b, kept, "node.path"), Get[string](b, kept, Name), Get[awscdk.Stack](b, kept, Stack)
		absent, found := Get[string](b, b.Child(scope, "Gone"), "node.path"), Get[constructs.Construct](b, b.Child(kept, "/Test"), Itself)
		unset := Get[string](b, b.Make(Resource{Scope: scope, ID: "ACL", New: awsec2.NewCfnNetworkAcl, Props: &awsec2.CfnNetworkAclProps{
			VpcId: new("vpc-0123456789abcdef0"),
		}}), "tagsRaw")
		acl := Get[constructs.Construct](b, b.Child(scope, "ACL"), Itself)
		b.Run()
		for i, want := range []bool{true, true, false, false, true, false} {
			assert.Equal(t, want, *present[i], "mode %q, %d", mode, i)
		}
		assert.Equal(t, "Test/Scope/Kept", *path)
		assert.Equal(t, "Test-Scope-Kept-F0942A72", *name)
		assert.Same(t, stack, *of)
		assert.Empty(t, *absent)
		assert.Empty(t, *unset)
		assert.Same(t, stack, *found)
		assert.Implements(t, (*awsec2.CfnNetworkAcl)(nil), *acl, "typed")

		Get[string](b, kept, "node.pfad")
		assert.Contains(t, recovered(b.Run), "there is no property pfad")

		constructs.NewConstruct(scope, new("Gone"))
		again := Get[bool](b, gone, Present)
		b.Run()
		assert.True(t, *again, "another one has the path")
	}
}

func TestValidate(t *testing.T) {
	for _, mode := range []string{"", "off"} {
		t.Setenv("TIERWALL_BATCH", mode)
		stack := cdktest.Stack(t)
		b := &Batch{}
		for _, id := range []string{"Good", "Bad"} {
			b.Validate(constructs.NewConstruct(stack, &id), func() []string { return map[string][]string{"Bad": {"refused", "again"}}[id] })
		}
		b.Run()
		_, err := cdktest.Synth(stack)
		require.ErrorContains(t, err, "[Test/Bad] refused")
		require.ErrorContains(t, err, "[Test/Bad] again")
		assert.NotContains(t, err.Error(), "Good")
	}
}
