package proxy_test

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecr"

	"github.com/tierwall/tierwall/endpoints"
	"github.com/tierwall/tierwall/firewall"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/proxy"
)

// Two tiers reach their names through the proxy, and have no other way out.
func ExampleNew() {
	stack := awscdk.NewStack(awscdk.NewApp(nil), new("Shop"), nil)
	shop := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{
		CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a", "eu-west-1b"},
	})
	web, app := tiers.NewWebTier(shop, "Web", nil), tiers.NewAppTier(shop, "App", nil)
	egress := tiers.NewAppTier(shop, "Egress", &tiers.TierProps{Block: 6})
	images := awsecr.Repository_FromRepositoryName(stack, new("Images"), new("egress-proxy"))

	out := proxy.New(egress, "Proxy", &proxy.Props{Repository: images, Digest: "sha256:" + strings.Repeat("0", 64)})
	out.Allow([]tiers.AppSource{app}, tiers.Domain("api.stripe.com"), tiers.HTTPS, tiers.Because("payments"))
	out.Allow([]tiers.AppSource{app, web}, tiers.Domain(".example.org"), tiers.HTTPS, tiers.Because("partners"))

	endpoints.Grant(egress, endpoints.Fargate(&endpoints.FargateProps{
		Images: []endpoints.Repository{images}, Logs: []endpoints.LogGroup{out.LogGroup()}, ExecutionRole: out.ExecutionRole(),
	}))
	out.Ready(endpoints.Ready(egress))
	firewall.Inspect(shop, &firewall.Props{Paths: firewall.Egress})
}
