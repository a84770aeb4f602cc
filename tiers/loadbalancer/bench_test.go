package loadbalancer_test

import (
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsecr"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"

	"github.com/tierwall/tierwall/endpoints"
	"github.com/tierwall/tierwall/internal/cdktest"
	"github.com/tierwall/tierwall/internal/wiring"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/loadbalancer"
	"github.com/tierwall/tierwall/tiers/tierstest"
	"github.com/tierwall/tierwall/waf"
)

// recorded declares a network with a load balancer, a web ACL, roles and grants: all that calls are recorded of.
func recorded(b *testing.B) (net *tiers.Network, synth func()) {
	b.Helper()
	stack := tierstest.Stack(b)
	n := declare(stack, nil)
	n.lb.AllowFrom(tiers.Internet, tiers.HTTPS, tiers.Because("customers"))
	n.lb.AllowTo(n.web, tiers.HTTPS, tiers.Because("requests"))
	balancer := loadbalancer.NewApplication(n.lb, "Balancer", &loadbalancer.ApplicationProps{
		Certificates: []string{certificate}, To: loadbalancer.Target{Tier: n.web},
	})
	waf.Protect(n.lb, "WebACL", &waf.Props{Resource: waf.LoadBalancer(balancer.LoadBalancer())})
	bucket, jobs := awss3.NewBucket(stack, new("Uploads"), nil), awssqs.NewQueue(stack, new("Jobs"), nil)
	role := awsiam.NewRole(stack, new("Role"), &awsiam.RoleProps{AssumedBy: awsiam.NewServicePrincipal(new("ec2.amazonaws.com"), nil)})
	endpoints.Roles(n.app, role)
	endpoints.Grant(n.app, endpoints.S3(bucket).Read("*"), endpoints.SQS(jobs).Send(),
		endpoints.ECR(awsecr.NewRepository(stack, new("Images"), nil)).Pull())
	return n.Network, func() {
		if _, err := cdktest.Synth(stack); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRecording compares a synthesis with the record of its calls, which is a part of it.
func BenchmarkRecording(b *testing.B) {
	b.Run("declare and synth", func(b *testing.B) {
		for b.Loop() {
			_, synth := recorded(b)
			synth()
		}
	})
	b.Run("record", func(b *testing.B) {
		net, synth := recorded(b)
		synth()
		for b.Loop() {
			wiring.NetworkOf(net).Recorded()
		}
	})
}
