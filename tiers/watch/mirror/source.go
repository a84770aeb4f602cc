package mirror

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"

	"github.com/tierwall/tierwall/internal/wiring"
	"github.com/tierwall/tierwall/tiers"
)

// Source is a network interface whose packets are copied. Make it with [Interface] or [Instance].
type Source struct {
	tier     tiers.Tier
	id       string
	instance awsec2.Instance
}

// Interface returns the source that is a network interface of a tier, by its id: "eni-0123456789abcdef0", or a CDK token such as AttrId of
// a CfnNetworkInterface. The interface has the tier's security group and is in the tier's subnets: tierwall checks the group if the
// interface is in the app, and cannot if it is not. AWS mirrors the interfaces of instances on Nitro and of some older types, not those
// that AWS manages, such as a load balancer's.
func Interface(tier tiers.Tier, id string) Source { return Source{tier: tier, id: id} }

// Instance returns the source that is the first network interface of an instance. CloudFormation does not tell the id of an interface that
// EC2 makes with an instance. So the instance must name an interface that the same stack makes: set NetworkInterfaces of its
// CfnInstance, with the id of a CfnNetworkInterface. Otherwise synthesis fails.
func Instance(tier tiers.Tier, instance awsec2.Instance) Source {
	return Source{tier: tier, instance: instance}
}

// source is a Source that is usable.
type source struct {
	tier *wiring.Tier
	id   string // of the interface: a literal or a token
	name string // of the interface, the same in each run
}

// interfaceOf returns the id of the first network interface of an instance, or why it is not known.
func interfaceOf(instance awsec2.Instance) (id, problem string) {
	cfn, ok := instance.Node().DefaultChild().(awsec2.CfnInstance)
	if !ok {
		return "", "the instance is not made in this app"
	}
	stack := awscdk.Stack_Of(cfn)
	all, _ := stack.Resolve(cfn.NetworkInterfaces()).([]any)
	for _, one := range all {
		fields, _ := one.(map[string]any)
		if fmt.Sprint(fields["deviceIndex"]) != "0" {
			continue
		}
		switch v := fields["networkInterfaceId"].(type) {
		case string:
			return v, ""
		case map[string]any:
			return madeIn(stack, v)
		}
	}
	return "", "CloudFormation does not tell the id of an interface that EC2 makes with an instance"
}

// madeIn finds the network interface of a stack to which a resolved value refers.
func madeIn(stack awscdk.Stack, v map[string]any) (id, problem string) {
	for _, c := range *stack.Node().FindAll("") {
		made, ok := c.(awsec2.CfnNetworkInterface)
		if !ok || *awscdk.Stack_Of(made).Node().Path() != *stack.Node().Path() {
			continue
		}
		logical := fmt.Sprint(stack.Resolve(made.LogicalId()))
		if v["Ref"] == logical || fmt.Sprint(v["Fn::GetAtt"]) == fmt.Sprint([]any{logical, "Id"}) {
			return *made.AttrId(), ""
		}
	}
	return "", "its first interface is not a CfnNetworkInterface of the same stack"
}
