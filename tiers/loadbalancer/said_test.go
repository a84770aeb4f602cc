package loadbalancer_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsecr"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/endpoints"
	"github.com/tierwall/tierwall/internal/cdktest"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/gen/export"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/loadbalancer"
	"github.com/tierwall/tierwall/tiers/logs"
	"github.com/tierwall/tierwall/tiers/tierstest"
	"github.com/tierwall/tierwall/waf"
)

// TestWhatCallsSay: the words of calls of several packages come back as a file, which can be read.
func TestWhatCallsSay(t *testing.T) {
	stack := tierstest.Stack(t)
	n := declare(stack, nil)
	n.lb.AllowFrom(tiers.Internet, tiers.Services(tiers.HTTPS, tiers.TCP(8883)), tiers.Because("customers"))
	n.lb.AllowTo(n.web, tiers.TCP(443, 8883), tiers.Because("requests"))
	n.lb.AllowTo(n.app, tiers.TCP(80), tiers.Because("the API"))
	bucket := awss3.NewBucket(stack, new("Access"), nil)
	alb := loadbalancer.NewApplication(n.lb, "Balancer", &loadbalancer.ApplicationProps{
		Certificates: []string{certificate}, IdleTimeout: 30 * time.Second, Production: true, To: loadbalancer.Target{Tier: n.web},
		Routes:    []loadbalancer.Route{{Paths: []string{"/v1/*"}, To: loadbalancer.Target{Tier: n.app, Plain: true, IPs: true}}},
		MutualTLS: &loadbalancer.MutualTLS{}, Logs: loadbalancer.Logs{To: logs.ToBucket(bucket, "shop")},
	})
	loadbalancer.NewNetwork(n.lb, "Devices", &loadbalancer.NetworkProps{
		Listeners: []loadbalancer.Listener{{Port: 8883, To: loadbalancer.Target{Tier: n.web, Port: 8883}}}, PreserveClientIP: true,
		Logs: loadbalancer.Logs{To: logs.None},
	})
	acl := waf.Protect(n.lb, "WebACL", &waf.Props{Logging: &waf.LoggingProps{RedactHeaders: []string{}, RedactPath: true}})
	acl.Associate("Balancer", waf.LoadBalancer(alb.LoadBalancer()))
	role := awsiam.Role_FromRoleArn(stack, new("Execution"), new("arn:aws:iam::123456789012:role/execution"), nil)
	images := awsecr.NewRepository(stack, new("Images"), nil)
	jobs := awssqs.NewQueue(stack, new("Jobs"), nil)
	endpoints.Grant(n.app, endpoints.Fargate(&endpoints.FargateProps{Images: []endpoints.Repository{images}, ExecutionRole: role}),
		endpoints.SQS(jobs).Send().And(endpoints.SQS(jobs).Consume()).AsCDK(),
		endpoints.Service("xray").Actions("PutTraceSegments").On("*"),
		endpoints.DataAPI(endpoints.ARN("arn:aws:rds:eu-west-1:123456789012:cluster:orders"),
			endpoints.ARN("arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders-AbCdEf")))

	folder, err := cdktest.Synth(stack)
	require.NoError(t, err)
	data, err := os.ReadFile(filepath.Join(folder, proof.FileName))
	require.NoError(t, err)
	assert.NotContains(t, string(data), "Token[")
	declared, err := proof.Decode(data)
	require.NoError(t, err)
	d, _, err := export.From(declared.Networks[0])
	require.NoError(t, err)
	_, problems := document.Parse("architecture.yaml", d.Write())
	require.False(t, problems.HasErrors(), "%s\n%s", problems.Error(), d.Write())
	_, said, _ := strings.Cut(string(d.Write()), "\nresources:\n")
	assert.Equal(t, wantSaid, said)
}

const wantSaid = `  certificate:
    type: certificate
    arn: arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000
  access: bucket
  execution: {type: role, arn: "arn:aws:iam::123456789012:role/execution"}
  images: repository
  jobs: queue
  orders: {type: cluster, arn: "arn:aws:rds:eu-west-1:123456789012:cluster:orders"}
  orders-secret: {type: secret, arn: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders-AbCdEf"}

grants:
  App:
    uses:
      - fargate: {images: [images], executionRole: execution}
      - {use: send jobs, asCDK: true}
      - {use: consume jobs, asCDK: true}
      - call xray PutTraceSegments on *
      - data-api orders orders-secret

loadBalancers:
  Balancer:
    tier: LoadBalancer
    certificates: [certificate]
    to: {tier: Web}
    routes:
      - {paths: [/v1/*], to: {tier: App, plain: true, ips: true}}
    mutualTLS: {}
    idleTimeout: 30
    logs: {to: access, prefix: shop}
  Devices:
    tier: LoadBalancer
    listeners:
      - {port: 8883, to: {tier: Web, port: 8883}}
    preserveClientIP: true
    production: false
    logs: {to: none}

webACLs:
  WebACL:
    tier: LoadBalancer
    resource: Balancer
    logs: {redactHeaders: [], redactPath: true}
`
