// Proxy makes an egress proxy the only way out of two tiers. Each tier reaches its own names through the proxy, and nothing else. The
// network firewall checks the names again.
package main

import (
	"fmt"
	"log"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecr"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecs"

	"github.com/tierwall/tierwall/endpoints"
	"github.com/tierwall/tierwall/firewall"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/proxy"
)

// digest is that of the proxy's image, which "docker push" prints. This one stands for it.
var digest = "sha256:" + strings.Repeat("0", 64)

func declare(stack awscdk.Stack) *tiers.Network {
	network := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{
		CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a", "eu-west-1b"},
	})
	web, app := tiers.NewWebTier(network, "Web", nil), tiers.NewAppTier(network, "App", nil)
	egress := tiers.NewAppTier(network, "Egress", &tiers.TierProps{Block: 6})
	web.AllowTo(app, tiers.TCP(8080), tiers.Because("orders"))

	images := awsecr.Repository_FromRepositoryName(stack, new("Images"), new("squid")) // The image is there before the tasks.
	out := proxy.New(egress, "Proxy", &proxy.Props{Repository: images, Digest: digest})
	out.Allow([]tiers.AppSource{app}, tiers.Domain("api.stripe.com"), tiers.HTTPS, tiers.Because("payments"))
	out.Allow([]tiers.AppSource{app, web}, tiers.Domain(".example.org"), tiers.HTTPS, tiers.Because("partners"))

	// The proxy's tasks start without a way around the proxy, and wait for the endpoints that they need for that.
	endpoints.Grant(egress, endpoints.Fargate(&endpoints.FargateProps{
		Images: []endpoints.Repository{images}, Logs: []endpoints.LogGroup{out.LogGroup()}, ExecutionRole: out.ExecutionRole(),
	}))
	out.Ready(endpoints.Ready(egress))
	firewall.Inspect(network, &firewall.Props{Paths: firewall.Egress})

	client(stack, app, out)
	return network
}

// client makes a task of the app tier that uses the proxy.
func client(stack awscdk.Stack, app *tiers.AppTier, out *proxy.Proxy) {
	task := awsecs.NewFargateTaskDefinition(stack, new("Orders"), nil)
	task.AddContainer(new("orders"), &awsecs.ContainerDefinitionOptions{
		Image:       awsecs.ContainerImage_FromRegistry(new("orders"), nil),
		Environment: out.Environment(app),
	})
}

func main() {
	app, err := tiers.NewApp(nil)
	if err != nil {
		log.Fatal(err)
	}
	stack := awscdk.NewStack(app, new("Proxy"), &awscdk.StackProps{Env: &awscdk.Environment{Region: new("eu-west-1")}})
	network := declare(stack)
	if err := tiers.Synth(app); err != nil {
		log.Fatal(err)
	}
	fmt.Print(network.Summary())
	fmt.Printf("cloud assembly: %s\n", *app.Outdir())
}
