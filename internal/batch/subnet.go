package batch

import (
	"encoding/json"
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go/runtime"
)

// Subnet is a subnet to make.
type Subnet struct {
	ID    string              `json:"id"`
	Props *awsec2.SubnetProps `json:"props"`
	Tags  []Tag               `json:"tags"`
}

// Tag is a tag of a construct, which CDK's aspect sets.
type Tag struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// MakeSubnets makes subnets in a scope. Those with IPv6 depend on range6, the IPv6 range of their VPC, which is nil if it has none.
// MakeSubnets returns the subnets and their ids, which are tokens.
func MakeSubnets(scope constructs.Construct, subnets []Subnet, range6 awsec2.CfnVPCCidrBlock) (made []awsec2.Subnet, ids []*string) {
	if !load() {
		return subnetsFromGo(scope, subnets, range6)
	}
	needs := []awscdk.CfnResource{}
	if range6 != nil {
		needs = append(needs, range6)
	}
	text, err := json.Marshal(subnets)
	if err != nil {
		panic(fmt.Errorf("batch: %w", err))
	}
	var answer any
	runtime.StaticInvoke(class, "subnets", []any{scope, string(text), needs}, &answer)
	for _, pair := range answer.([]any) {
		made, ids = append(made, pair.([]any)[0].(awsec2.Subnet)), append(ids, new(pair.([]any)[1].(string)))
	}
	return made, ids
}

// subnetsFromGo makes subnets one by one.
func subnetsFromGo(scope constructs.Construct, subnets []Subnet, range6 awsec2.CfnVPCCidrBlock) (made []awsec2.Subnet, ids []*string) {
	for _, s := range subnets {
		subnet := awsec2.NewSubnet(scope, &s.ID, s.Props)
		if s.Props.Ipv6CidrBlock != nil {
			subnet.Node().DefaultChild().(awscdk.CfnResource).AddResourceDependency(range6, nil)
		}
		tags := awscdk.Tags_Of(subnet)
		for _, tag := range s.Tags {
			tags.Add(&tag.Key, &tag.Value, nil)
		}
		made, ids = append(made, subnet), append(ids, subnet.SubnetId())
	}
	return made, ids
}

// SelectSubnets returns the subnets of a selection. It asks CDK only if the selection does not list them.
func SelectSubnets(vpc awsec2.IVpc, s *awsec2.SubnetSelection) []awsec2.ISubnet {
	switch {
	case s != nil && s.Subnets != nil && s.SubnetType == "" && s.SubnetGroupName == nil:
		return *s.Subnets
	case !load():
		return *vpc.SelectSubnets(s).Subnets
	}
	var found []awsec2.ISubnet
	runtime.StaticInvoke(class, "selected", []any{vpc, s}, &found)
	return found
}
