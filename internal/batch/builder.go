package batch

import (
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/constructs-go/constructs/v10"
)

// builder carries out steps one by one in Go.
type builder struct {
	known map[string]constructs.IConstruct
}

func newBuilder(root constructs.Construct) builder {
	return builder{map[string]constructs.IConstruct{"": root}}
}

func (b builder) run(steps []step) {
	for _, s := range steps {
		switch s.Does {
		case "make":
			b.make(s)
		case "set":
			set(b.find(s.Scope), s.ID, s.Value)
		case "tag":
			value := s.Value.(string)
			b.find(s.Scope).(awscdk.ITaggable).Tags().SetTag(&s.ID, &value, nil, nil)
		}
	}
	for _, s := range steps {
		for _, id := range s.After {
			b.resource(s.Scope, s.ID).AddResourceDependency(b.resource(s.Scope, id), nil)
		}
	}
}

func (b builder) resource(scope, id string) awscdk.CfnResource {
	return b.find(scope + "/" + id).(awscdk.CfnResource)
}

func (b builder) find(path string) constructs.IConstruct {
	if found, ok := b.known[path]; ok {
		return found
	}
	parent, id := "", path
	if cut := strings.LastIndexByte(path, '/'); cut >= 0 {
		parent, id = path[:cut], path[cut+1:]
	}
	b.known[path] = b.find(parent).Node().FindChild(&id)
	return b.known[path]
}

func (b builder) make(s step) {
	scope := b.find(s.Scope).(constructs.Construct)
	made := construct(scope, &s.ID, s.Value)
	for key, value := range s.Metadata {
		made.AddMetadata(&key, value)
	}
}

// construct makes the L1 construct of props.
func construct(scope constructs.Construct, id *string, props any) awscdk.CfnResource {
	switch p := props.(type) {
	case *awsec2.CfnSecurityGroupIngressProps:
		return awsec2.NewCfnSecurityGroupIngress(scope, id, p)
	case *awsec2.CfnSecurityGroupEgressProps:
		return awsec2.NewCfnSecurityGroupEgress(scope, id, p)
	case *awsec2.CfnNetworkAclEntryProps:
		return awsec2.NewCfnNetworkAclEntry(scope, id, p)
	}
	panic(fmt.Errorf("batch: %T is not known", props))
}

// set sets a property of an L1 construct.
func set(of constructs.IConstruct, property string, value any) {
	list := value.([]any)
	group := of.(awsec2.CfnSecurityGroup)
	switch property {
	case "securityGroupIngress":
		group.SetSecurityGroupIngress(&list)
	case "securityGroupEgress":
		group.SetSecurityGroupEgress(&list)
	default:
		panic(fmt.Errorf("batch: the property %s is not known", property))
	}
}
