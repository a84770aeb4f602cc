package batch

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"
)

// oneByOne carries out steps from Go.
func oneByOne(steps []step, objects []any) {
	for _, s := range steps {
		carryOut(objects[s.Scope].(constructs.IConstruct), s)
	}
	for _, s := range steps {
		connect(objects[s.Scope].(constructs.IConstruct), s, objects)
	}
}

// carryOut carries out a step but for its dependencies.
func carryOut(on constructs.IConstruct, s step) {
	switch s.Does {
	case makeResource:
		made := resource(on.(constructs.Construct), &s.ID, s.Value)
		for key, value := range s.Metadata {
			made.AddMetadata(&key, value)
		}
	case addRoute:
		on.Node().TryRemoveChild(&s.ID)
		on.(awsec2.Subnet).AddRoute(&s.ID, s.Value.(*awsec2.AddRouteOptions))
	case setProperty:
		set(l1(on), s.ID, s.Value)
	case setTag:
		value := s.Value.(string)
		l1(on).(awscdk.ITaggable).Tags().SetTag(&s.ID, &value, nil, nil)
	}
}

// connect adds the dependencies of a step, when all constructs exist.
func connect(scope constructs.IConstruct, s step, objects []any) {
	for _, id := range s.After {
		scope.Node().FindChild(&s.ID).(awscdk.CfnResource).AddResourceDependency(scope.Node().FindChild(&id).(awscdk.CfnResource), nil)
	}
	for _, i := range s.Needs {
		scope.Node().FindChild(&s.ID).Node().AddDependency(objects[i].(constructs.IDependable))
	}
}

// l1 returns the L1 construct of a construct.
func l1(of constructs.IConstruct) constructs.IConstruct {
	if r, ok := of.(awscdk.CfnResource); ok {
		return r
	}
	return of.Node().DefaultChild()
}

// resource makes the resource of props.
func resource(scope constructs.Construct, id *string, props any) awscdk.CfnResource {
	switch p := props.(type) {
	case *awsec2.CfnSecurityGroupIngressProps:
		return awsec2.NewCfnSecurityGroupIngress(scope, id, p)
	case *awsec2.CfnSecurityGroupEgressProps:
		return awsec2.NewCfnSecurityGroupEgress(scope, id, p)
	case *awsec2.CfnNetworkAclEntryProps:
		return awsec2.NewCfnNetworkAclEntry(scope, id, p)
	case *awsec2.CfnSubnetNetworkAclAssociationProps:
		return awsec2.NewCfnSubnetNetworkAclAssociation(scope, id, p)
	case *awsec2.CfnRouteProps:
		return awsec2.NewCfnRoute(scope, id, p)
	}
	panic(fmt.Errorf("batch: %T is not known", props))
}

// set sets a property of an L1 construct.
func set(of constructs.IConstruct, property string, value any) {
	list := value.([]any)
	switch group := of.(awsec2.CfnSecurityGroup); property {
	case "securityGroupIngress":
		group.SetSecurityGroupIngress(&list)
	case "securityGroupEgress":
		group.SetSecurityGroupEgress(&list)
	default:
		panic(fmt.Errorf("batch: the property %s is not known", property))
	}
}
