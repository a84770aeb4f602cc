package catalog_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/catalog"
)

// specified returns the resource types of the specification, and the further types that the catalog must know.
func specified(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("testdata/types.txt")
	require.NoError(t, err)
	return strings.Fields(string(text))
}

func TestClassOf(t *testing.T) {
	t.Parallel()
	const refs, interfaces, vpc, region = catalog.ReachRefs, catalog.ReachInterfaces, catalog.ReachVPC, catalog.ReachRegion
	for resourceType, want := range map[string]catalog.Class{
		"AWS::EC2::VPC":                                 {Kind: catalog.Evaluated},
		"AWS::EC2::EIP":                                 {Kind: catalog.Evaluated},
		"AWS::EC2::VPCBlockPublicAccessOptions":         {Kind: catalog.Evaluated},
		"Custom::VpcRestrictDefaultSG":                  {Kind: catalog.Evaluated},
		"AWS::Lambda::Function":                         {Kind: catalog.Places},
		"AWS::RDS::DBSubnetGroup":                       {Kind: catalog.Places},
		"AWS::Serverless::Function":                     {Kind: catalog.Places},
		"AWS::S3::Bucket":                               {Kind: catalog.Harmless},
		"AWS::EC2::SnapshotBlockPublicAccess":           {Kind: catalog.Harmless},
		"AWS::EC2::TransitGatewayRoute":                 {Kind: catalog.Harmless},
		"AWS::CDK::Metadata":                            {Kind: catalog.Harmless},
		"Alexa::ASK::Skill":                             {Kind: catalog.Harmless},
		"Custom::LogRetention":                          {Kind: catalog.Harmless},
		"AWS::Serverless::GraphQLApi":                   {Kind: catalog.Harmless},
		"AWS::Serverless::Application":                  {Reach: refs},
		"AWS::CloudFormation::StackSet":                 {Reach: refs},
		"AWS::CloudFormation::CustomResource":           {Reach: refs},
		"AWS::EC2::VPCEndpointService":                  {Reach: interfaces},
		"AWS::ElasticBeanstalk::Environment":            {Reach: refs},
		"AWS::EC2::TrafficMirrorSession":                {Reach: interfaces},
		"AWS::Lambda::EventSourceMapping":               {Reach: refs}, // it names its function, which it does not change
		"Custom::AWSCDK-EKS-Cluster":                    {Kind: catalog.Places},
		"AWS::RAM::ResourceShare":                       {Reach: refs},
		"AWS::StepFunctions::StateMachine":              {Reach: refs},
		"Custom::AWS":                                   {Reach: refs},
		"Custom::Mine":                                  {Reach: refs},
		"AWS::Newer::Thing":                             {Reach: refs},
		"AWS::S3::Newer":                                {Reach: refs},
		"Vendor::Product::Thing":                        {Reach: refs},
		"Company::Network::Base::MODULE":                {Reach: refs},
		"":                                              {Reach: refs},
		"AWS::EC2::VPCEncryptionControl":                {Reach: vpc},
		"AWS::NetworkManager::VpcAttachment":            {Reach: vpc},
		"AWS::VpcLattice::ServiceNetworkVpcAssociation": {Reach: vpc},
		"AWS::FMS::Policy":                              {Reach: region},
		"AWS::FMS::Newer":                               {Reach: region},
		"AWS::FMS::ResourceSet":                         {Kind: catalog.Harmless},
		"AWS::NetworkSecurityManager::Policy":           {Reach: region},
		"AWS::NetworkSecurityManager::Newer":            {Reach: region},
		"AWS::Config::RemediationConfiguration":         {Reach: region},
	} {
		got := catalog.ClassOf(resourceType)
		assert.Equal(t, want.Kind == catalog.Harmless || want.Kind == catalog.Unknown, got.Reason != "", "the reason of %s", resourceType)
		got.Reason = ""
		assert.Equal(t, want, got, resourceType)
	}
}

// A type that is not listed has a reason of its own kind.
func TestUnlisted(t *testing.T) {
	t.Parallel()
	for resourceType, want := range map[string]string{
		"Custom::Mine":                   "is a custom resource, and no template shows what its code does",
		"Company::Network::Base::MODULE": "is a module, whose resources were not read",
		"AWS::S3::Newer":                 "is not in the specification of resource types that this version knows",
		"Vendor::Product::Thing":         "is a type of another publisher, and no template shows what its code does",
		"AWS::S3::":                      "is not in the specification of resource types that this version knows",
		"::":                             "is a type of another publisher, and no template shows what its code does",
	} {
		assert.Equal(t, catalog.Class{Reason: want}, catalog.ClassOf(resourceType), resourceType)
	}
}

// Every type of the specification has a class, and the classes have plausible sizes.
func TestClassesCoverTheSpecification(t *testing.T) {
	t.Parallel()
	count := map[catalog.ClassKind]int{}
	all, listed := specified(t), map[catalog.ClassKind][]string{}
	for _, kind := range []catalog.ClassKind{catalog.Unknown, catalog.Evaluated, catalog.Places, catalog.Harmless} {
		listed[kind] = catalog.TypesOf(kind)
	}
	for _, resourceType := range all {
		class := catalog.ClassOf(resourceType)
		count[class.Kind]++
		assert.NotContains(t, class.Reason, "not in the specification", resourceType)
		assert.NotContains(t, class.Reason, "another publisher", resourceType)
		assert.Contains(t, listed[class.Kind], resourceType)
	}
	assert.Greater(t, len(all), 1800)
	assert.InDelta(t, 1500, count[catalog.Harmless], 100)
	assert.InDelta(t, 110, count[catalog.Unknown], 30)
	assert.InDelta(t, 172, count[catalog.Places], 20)
	for kind, types := range listed {
		assert.Len(t, types, count[kind], "no type is listed that does not exist")
	}
}

// The engine that evaluates traffic must read these types. Adding a type here requires adding its reader.
func TestEvaluated(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []string{
		"AWS::CloudFormation::Stack", "AWS::EC2::EIP", "AWS::EC2::EIPAssociation", "AWS::EC2::EgressOnlyInternetGateway",
		"AWS::EC2::GatewayRouteTableAssociation", "AWS::EC2::InternetGateway", "AWS::EC2::NatGateway", "AWS::EC2::NetworkAcl",
		"AWS::EC2::NetworkAclEntry", "AWS::EC2::PrefixList", "AWS::EC2::Route", "AWS::EC2::RouteTable", "AWS::EC2::SecurityGroup",
		"AWS::EC2::SecurityGroupEgress", "AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupVpcAssociation",
		"AWS::EC2::Subnet", "AWS::EC2::SubnetCidrBlock", "AWS::EC2::SubnetNetworkAclAssociation",
		"AWS::EC2::SubnetRouteTableAssociation", "AWS::EC2::TransitGateway", "AWS::EC2::TransitGatewayAttachment",
		"AWS::EC2::TransitGatewayVpcAttachment", "AWS::EC2::VPC", "AWS::EC2::VPCBlockPublicAccessExclusion",
		"AWS::EC2::VPCBlockPublicAccessOptions", "AWS::EC2::VPCCidrBlock", "AWS::EC2::VPCGatewayAttachment",
		"AWS::EC2::VPCPeeringConnection", "AWS::EC2::VPNGateway", "AWS::EC2::VPNGatewayRoutePropagation",
		"AWS::NetworkFirewall::Firewall", "AWS::NetworkFirewall::FirewallPolicy", "AWS::NetworkFirewall::LoggingConfiguration",
		"AWS::NetworkFirewall::RuleGroup", "AWS::NetworkFirewall::TLSInspectionConfiguration",
		"AWS::NetworkFirewall::VpcEndpointAssociation", "Custom::VpcRestrictDefaultSG",
	}, catalog.TypesOf(catalog.Evaluated))
}

// These types can change traffic in a whole Region, although they name no part of a network.
func TestReachRegion(t *testing.T) {
	t.Parallel()
	var got []string
	for _, resourceType := range catalog.TypesOf(catalog.Unknown) {
		if catalog.ClassOf(resourceType).Reach == catalog.ReachRegion {
			got = append(got, resourceType)
		}
	}
	assert.Equal(t, []string{
		"AWS::Config::ConformancePack", "AWS::Config::OrganizationConformancePack", "AWS::Config::RemediationConfiguration",
		"AWS::FMS::Policy", "AWS::Organizations::Policy",
	}, got)
}

// The custom resources of the CDK library cause no unknown in an ordinary app. The exceptions run what the app defines:
// any operation of an AWS service, or objects of a Kubernetes cluster.
func TestCustomResourcesOfTheLibrary(t *testing.T) {
	t.Parallel()
	var unknown []string
	for _, resourceType := range specified(t) {
		if strings.HasPrefix(resourceType, "Custom::") && catalog.ClassOf(resourceType).Kind == catalog.Unknown {
			unknown = append(unknown, resourceType)
		}
	}
	assert.Equal(t, []string{
		"Custom::AWS", "Custom::AWSCDK-EKS-HelmChart", "Custom::AWSCDK-EKS-KubernetesPatch", "Custom::AWSCDK-EKS-KubernetesResource",
	}, unknown)
	for _, resourceType := range []string{
		"Custom::CDKBucketDeployment", "Custom::CrossRegionExportReader", "Custom::CrossRegionExportWriter", "Custom::LogRetention",
		"Custom::S3AutoDeleteObjects", "Custom::S3BucketNotifications", "Custom::Trigger",
	} {
		assert.Equal(t, catalog.Harmless, catalog.ClassOf(resourceType).Kind, resourceType)
	}
}

// These types occur in ordinary apps. The types at the end are unknown only as far as they name parts of a network
// themselves.
func TestOrdinaryTypes(t *testing.T) {
	t.Parallel()
	for _, resourceType := range []string{
		"AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api", "AWS::AppSync::GraphQLApi", "AWS::ApplicationAutoScaling::ScalableTarget",
		"AWS::AutoScaling::AutoScalingGroup", "AWS::Backup::BackupPlan", "AWS::Batch::JobDefinition", "AWS::Batch::JobQueue",
		"AWS::CertificateManager::Certificate", "AWS::CloudFront::Distribution", "AWS::CloudWatch::Alarm", "AWS::CodeBuild::Project",
		"AWS::Cognito::UserPool", "AWS::DynamoDB::Table", "AWS::EC2::EIP", "AWS::EC2::FlowLog", "AWS::EC2::LaunchTemplate",
		"AWS::EC2::NatGateway", "AWS::ECR::Repository", "AWS::ECS::Cluster", "AWS::ECS::Service", "AWS::ECS::TaskDefinition",
		"AWS::EFS::FileSystem", "AWS::EKS::AccessEntry", "AWS::EKS::Addon", "AWS::ElasticLoadBalancingV2::Listener", "AWS::Events::Rule",
		"AWS::Glue::Job", "AWS::IAM::Role", "AWS::KMS::Key", "AWS::Kinesis::Stream", "AWS::Lambda::Function", "AWS::Lambda::Url",
		"AWS::Logs::LogGroup", "AWS::RDS::DBParameterGroup", "AWS::RDS::DBProxyTargetGroup", "AWS::Route53::RecordSet", "AWS::S3::Bucket",
		"AWS::SNS::Topic", "AWS::SQS::Queue", "AWS::SSM::Document", "AWS::SecretsManager::RotationSchedule", "AWS::ServiceDiscovery::Service",
		"AWS::Synthetics::Canary", "AWS::WAFv2::WebACL",
	} {
		assert.NotEqual(t, catalog.Unknown, catalog.ClassOf(resourceType).Kind, resourceType)
	}
	for _, resourceType := range []string{
		"AWS::CodePipeline::Pipeline", "AWS::Lambda::EventSourceMapping", "AWS::StepFunctions::StateMachine", "AWS::SSM::Association",
		"AWS::CloudFormation::CustomResource", "Custom::AWS",
	} {
		class := catalog.ClassOf(resourceType)
		assert.Equal(t, catalog.Class{Reason: class.Reason, Reach: catalog.ReachRefs}, class, resourceType)
	}
}

// The reason of a class completes a sentence that starts with the type.
func TestReasons(t *testing.T) {
	t.Parallel()
	sentence := regexp.MustCompile(`^[a-z][A-Za-z0-9 ,:;'-]+[a-z0-9A-Z]$`)
	for _, resourceType := range specified(t) {
		class := catalog.ClassOf(resourceType)
		switch class.Kind {
		case catalog.Harmless, catalog.Unknown:
			assert.Regexp(t, sentence, class.Reason, resourceType)
		default:
			assert.Empty(t, class.Reason, resourceType)
		}
		if class.Kind != catalog.Unknown {
			assert.Zero(t, class.Reach, resourceType)
		}
	}
}

func BenchmarkClassOf(b *testing.B) {
	for b.Loop() {
		catalog.ClassOf("AWS::SQS::Queue")
	}
}

// The table is read when it is first used.
func BenchmarkClasses(b *testing.B) {
	for b.Loop() {
		catalog.Reload()
		catalog.ClassOf("AWS::SQS::Queue")
	}
}

func TestIsInert(t *testing.T) {
	t.Parallel()
	harmless := catalog.TypesOf(catalog.Harmless)
	for _, resourceType := range specified(t) {
		assert.Equal(t, slices.Contains(harmless, resourceType), catalog.IsHarmless(resourceType), resourceType)
	}
}
