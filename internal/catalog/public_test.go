package catalog_test

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/catalog"
)

func TestPublic(t *testing.T) {
	t.Parallel()
	const never, always, bySubnet, unsure = catalog.PublicNever, catalog.PublicAlways, catalog.PublicBySubnet, catalog.PublicUnsure
	for _, each := range []struct {
		resourceType, value, kind string
		want                      catalog.PublicRule
	}{
		{"AWS::Lambda::Function", "", "", never},
		{"AWS::EFS::MountTarget", "", "", never},
		{"AWS::EC2::VPCEndpoint", "", "", never},
		{"AWS::ElastiCache::ReplicationGroup", "", "", never},
		{"AWS::RDS::DBProxy", "", "", never},
		{"AWS::EC2::Instance", "", "", bySubnet},
		{"AWS::EC2::Instance", "true", "", always},
		{"AWS::EC2::Instance", "false", "", never},
		{"AWS::EC2::LaunchTemplate", "true", "", always},
		{"AWS::AutoScaling::AutoScalingGroup", "", "", bySubnet},
		{"AWS::AutoScaling::LaunchConfiguration", "false", "", never},
		{"AWS::EKS::Nodegroup", "", "", bySubnet},
		{"AWS::ElasticLoadBalancingV2::LoadBalancer", "", "", always},
		{"AWS::ElasticLoadBalancingV2::LoadBalancer", "", "application", always},
		{"AWS::ElasticLoadBalancingV2::LoadBalancer", "internal", "network", never},
		{"AWS::ElasticLoadBalancingV2::LoadBalancer", "internet-facing", "network", always},
		{"AWS::ElasticLoadBalancingV2::LoadBalancer", "", "gateway", never},
		{"AWS::ElasticLoadBalancing::LoadBalancer", "", "", always},
		{"AWS::ElasticLoadBalancing::LoadBalancer", "internal", "", never},
		{"AWS::ECS::Service", "", "", never},
		{"AWS::ECS::Service", "ENABLED", "", always},
		{"AWS::ECS::Service", "DISABLED", "", never},
		{"AWS::RDS::DBInstance", "", "", unsure},
		{"AWS::RDS::DBInstance", "true", "", always},
		{"AWS::RDS::DBInstance", "false", "", never},
		{"AWS::RDS::DBCluster", "", "postgres", never},
		{"AWS::RDS::DBCluster", "true", "postgres", always},
		{"AWS::RDS::DBCluster", "true", "aurora-postgresql", never},
		{"AWS::Neptune::DBInstance", "", "", never},
		{"AWS::Neptune::DBInstance", "true", "", always},
		{"AWS::ECS::CapacityProvider", "", "", bySubnet},
		{"AWS::DMS::ReplicationInstance", "", "", always},
		{"AWS::Redshift::Cluster", "", "", never},
		{"AWS::MSK::Cluster", "SERVICE_PROVIDED_EIPS", "", always},
		{"AWS::MSK::Cluster", "DISABLED", "", never},
		{"AWS::Transfer::Server", "", "", never},
		{"AWS::Transfer::Server", "eipalloc-1", "", always},
		{"AWS::Batch::ComputeEnvironment", "", "", unsure},
	} {
		found, ok := catalog.InterfacesOf(each.resourceType)
		assert.True(t, ok, each.resourceType)
		assert.Equal(t, each.want, found.Public.Of(each.value, each.kind), "%+v", each)
	}
}

func TestPublicIsWellFormed(t *testing.T) {
	t.Parallel()
	path := regexp.MustCompile(`^[A-Za-z0-9]+(\[\])?(\.[A-Za-z0-9]+(\[\])?)*$`)
	for _, resourceType := range catalog.Types() {
		found, _ := catalog.InterfacesOf(resourceType)
		public := found.Public
		assert.Equal(t, public.Kind == "", public.Private == nil, resourceType)
		for _, each := range []string{public.Property, public.Kind} {
			assert.Regexp(t, `^$|`+path.String(), each, resourceType)
		}
		if public.Property == "" {
			assert.Nil(t, public.When, resourceType)
		}
		if found.Holder && public.Property == "" {
			assert.Zero(t, public, "%s: a holder has no interface", resourceType)
		}
	}
}
