package shield_test

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/tiers/loadbalancer"
	"github.com/tierwall/tierwall/waf"
	"github.com/tierwall/tierwall/waf/shield"
)

// A load balancer that Shield Advanced protects. Shield may add rules to its web ACL that block an attack.
func Example() {
	var stack awscdk.Stack
	var public *loadbalancer.Application // from loadbalancer.NewApplication
	var acl *waf.WebACL                  // from waf.NewWebACL

	arn := *public.LoadBalancer().LoadBalancerArn()
	association := acl.Associate("Public", waf.LoadBalancer(public.LoadBalancer()))
	shield.Protect(stack, "Protection", &shield.Props{
		Resource: arn, Response: shield.Block, After: []constructs.IDependable{association},
	})
}
