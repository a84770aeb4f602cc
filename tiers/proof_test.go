package tiers_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cdktest"
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/tierstest"
)

// layers are three tiers that talk to each other.
func layers(stack awscdk.Stack, props *tiers.NetworkProps) (web *tiers.WebTier, services *tiers.AppTier, db *tiers.DataTier) {
	n := tiers.NewNetwork(stack, "Network", props)
	lb := tiers.NewEdgeTier(n, "Edge", nil)
	web, services, db = tiers.NewWebTier(n, "Web", nil), tiers.NewAppTier(n, "App", nil), tiers.NewDataTier(n, "Data", nil)
	lb.AllowFrom(tiers.Internet, tiers.HTTPS)
	lb.AllowTo(web, tiers.HTTPS)
	web.AllowTo(services, tiers.TCP(8080))
	services.AllowTo(db, tiers.PostgreSQL)
	services.AllowTo(tiers.Internet, tiers.HTTPS)
	return web, services, db
}

// openDatabase opens the database as a construct without knowledge of tiers may do: with a rule on the id of the group.
func openDatabase(scope awscdk.Stack, db *tiers.DataTier, cidr string) {
	awsec2.NewCfnSecurityGroupIngress(scope, new("Hole"), &awsec2.CfnSecurityGroupIngressProps{
		GroupId: db.SecurityGroup().SecurityGroupId(), IpProtocol: new("tcp"), FromPort: new(5432.0), ToPort: new(5432.0), CidrIp: &cidr,
	})
}

// TestHoleFailsTheSynth: an undeclared rule fails synthesis, in the network's own stack and in another one.
func TestHoleFailsTheSynth(t *testing.T) {
	for name, elsewhere := range map[string]bool{"same stack": false, "other stack": true} {
		t.Run(name, func(t *testing.T) {
			app := cdktest.App(t)
			stack := cdktest.StackIn(app, "Shop")
			_, _, db := layers(stack, twoZones())
			scope := stack
			if elsewhere {
				scope = cdktest.StackIn(app, "Other")
			}
			openDatabase(scope, db, "10.0.0.0/8")
			// The network ACL allows only the app tier. It does not filter traffic within its own subnets.
			const id = "excess[Shop/Network:10.0.48.0-10.0.71.255->Data:tcp/5432]"
			err := tiers.Synth(app)
			require.Error(t, err)
			text, readErr := os.ReadFile(filepath.Join(*app.Outdir(), "validation-report.json"))
			require.NoError(t, readErr)
			assert.Contains(t, string(text), id)
			assert.Contains(t, string(text), "witness: tcp/5432 from 10.0.48.4 to Data at 10.0.64.4")
			assert.Contains(t, string(text), "tiers/proof_test.go:", "the tier's declaration is named")
			assert.Contains(t, string(text), "ingress tcp/5432 from 10.0.0.0/8")

			awscdk.Validations_Of(stack).Acknowledge(&awscdk.Acknowledgment{Id: new("tierwall::" + id), Reason: new("a migration, until Friday")})
			assert.NoError(t, tiers.Synth(app), "acknowledged")
		})
	}
}

func TestProofCanBeSwitchedOff(t *testing.T) {
	app := cdktest.App(t)
	stack := cdktest.StackIn(app, "Shop")
	props := twoZones()
	props.SkipProof = true
	_, _, db := layers(stack, props)
	openDatabase(stack, db, "10.0.0.0/8")
	require.NoError(t, tiers.Synth(app))
	assert.Equal(t, map[string]string{"proof-off[Shop/Network]": "warning"}, report(t, app))
}

// TestDeclarationFindsItsParts: in every layout, the file beside the templates has the place of each tier's group, and the proof of the
// written templates is exact.
func TestDeclarationFindsItsParts(t *testing.T) {
	for name, make := range map[string]func(app awscdk.App){
		"one stack": func(app awscdk.App) { layers(cdktest.StackIn(app, "Shop"), twoZones()) },
		"dual stack": func(app awscdk.App) {
			props := twoZones()
			props.IPv6 = true
			layers(cdktest.StackIn(app, "Shop"), props)
		},
		"addresses from IPAM": func(app awscdk.App) {
			layers(cdktest.StackIn(app, "Shop"), &tiers.NetworkProps{
				IPAM: &tiers.IPAM{PoolID: "ipam-pool-0123456789abcdef0", NetmaskLength: 16}, AvailabilityZones: []string{"eu-west-1a"},
			})
		},
		"nested stacks": func(app awscdk.App) {
			props := twoZones()
			props.Layout = tiers.NestedStacks
			layers(cdktest.StackIn(app, "Shop"), props)
		},
		"stage": func(app awscdk.App) {
			layers(awscdk.NewStack(awscdk.NewStage(app, new("Prod"), nil), new("Shop"), nil), twoZones())
		},
		"two networks": func(app awscdk.App) {
			layers(cdktest.StackIn(app, "One"), twoZones())
			layers(cdktest.StackIn(app, "Two"), twoZones())
		},
		"wrapped VPC of another repository": func(app awscdk.App) {
			stack := cdktest.StackIn(app, "Shop")
			vpc := awsec2.Vpc_FromVpcAttributes(stack, new("Vpc"), &awsec2.VpcAttributes{
				VpcId: new("vpc-0123456789abcdef0"), AvailabilityZones: &[]*string{new("eu-west-1a")},
				PrivateSubnetIds: &[]*string{new("subnet-0123456789abcdef0")},
			})
			n := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{Vpc: vpc})
			subnets := &tiers.TierProps{VpcSubnets: &awsec2.SubnetSelection{SubnetType: awsec2.SubnetType_PRIVATE_WITH_EGRESS}}
			web, services := tiers.NewWebTier(n, "Web", subnets), tiers.NewAppTier(n, "App", subnets)
			web.AllowTo(services, tiers.TCP(8080))
			services.AllowTo(tiers.Internet, tiers.HTTPS)
		},
		"symbols": func(app awscdk.App) {
			stack := cdktest.StackIn(app, "Shop")
			list := awscdk.NewCfnParameter(stack, new("List"), &awscdk.CfnParameterProps{Type: new("String")})
			_, services, _ := layers(stack, twoZones())
			services.AllowTo(tiers.PrefixList(*list.ValueAsString(), 5), tiers.TCP(8443))
		},
	} {
		t.Run(name, func(t *testing.T) {
			app := cdktest.App(t)
			make(app)
			require.NoError(t, tiers.Synth(app))
			file := filepath.Join(*app.Outdir(), proof.FileName)
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			declared, err := proof.Decode(data)
			require.NoError(t, err)
			assembly, err := cfn.Load([]string{*app.Outdir()}, nil)
			require.NoError(t, err)
			require.NotEmpty(t, declared.Networks)
			for _, n := range declared.Networks {
				for id, tier := range n.Tiers {
					group, err := assembly.Evaluate(tier.Group.Template, tier.Group.Expression)
					require.NoError(t, err)
					require.Equal(t, cfn.Reference, group.Kind, id)
					assert.Equal(t, "AWS::EC2::SecurityGroup", group.Resource.Type)
					assert.NotEmpty(t, tier.Subnets)
				}
			}
			result, err := proof.Prove(assembly, declared)
			require.NoError(t, err)
			assert.Empty(t, result.Diagnostics().String())
			assert.GreaterOrEqual(t, len(result.Pairs), 2)

			require.NoError(t, os.Remove(file))
			app.Synth(&awscdk.StageSynthesisOptions{Force: new(true)})
			again, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Equal(t, string(data), string(again))
		})
	}
}

func TestRequireExact(t *testing.T) {
	stack := tierstest.Stack(t)
	layers(stack, twoZones())
	tierstest.RequireExact(t, stack)
}
