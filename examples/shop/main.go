// Shop is the flagship example: a web shop behind a load balancer, with its services, databases and a bastion.
//
// It writes a cloud assembly to cdk.out, or to the folder in CDK_OUTDIR, and prints what was derived. It needs no AWS account.
package main

import (
	"fmt"
	"log"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/endpoints"
	"github.com/tierwall/tierwall/firewall"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/loadbalancer"
	"github.com/tierwall/tierwall/tiers/watch"
	"github.com/tierwall/tierwall/waf"
)

// environment holds the differences between production and test.
type environment struct {
	cidr  string
	zones []string
	nat   tiers.NAT
	// certificate is the ARN of the certificate for the shop's name.
	certificate string
	// roles is the prefix of the ARNs of the workloads' roles.
	roles string
	// password is the ARN of the secret with the database's password.
	password string
	// dns is DNSObserve until the query log shows no more names that are wanted, and then DNSEnforce.
	dns watch.DNSMode
	// production protects resources from deletion by mistake.
	production bool
}

// shop declares the shop's network. It is the same for every environment.
func shop(scope constructs.Construct, env environment) *tiers.Network {
	network := tiers.NewNetwork(scope, "Network", &tiers.NetworkProps{
		CIDR:              env.cidr,
		AvailabilityZones: env.zones,
		NAT:               env.nat,
	})
	lb := tiers.NewEdgeTier(network, "LoadBalancer", nil)
	web := tiers.NewWebTier(network, "Web", nil)
	app := tiers.NewAppTier(network, "App", nil)
	worker := tiers.NewAppTier(network, "Worker", &tiers.TierProps{SharesWith: app})
	db := tiers.NewDataTier(network, "Database", nil)
	cache := tiers.NewDataTier(network, "Cache", &tiers.TierProps{Block: 6})
	bastion := tiers.NewBastionTier(network, "Bastion", nil)

	lb.AllowFrom(tiers.Internet, tiers.HTTPS, tiers.Because("customers"))
	lb.AllowTo(web, tiers.HTTPS, tiers.Because("customers"))
	web.AllowTo(app, tiers.TCP(8080), tiers.Because("storefront calls the services"))
	app.AllowTo(db, tiers.PostgreSQL, tiers.Because("orders and catalogue"))
	app.AllowTo(cache, tiers.Redis, tiers.Because("sessions"))
	worker.AllowTo(db, tiers.PostgreSQL, tiers.Because("nightly billing"), tiers.Owner("billing"), tiers.Expires("2099-12-31"))
	app.AllowTo(tiers.Domain("api.payments.example"), tiers.HTTPS, tiers.Because("payment provider"), tiers.Owner("payments"))

	bastion.AllowFrom(tiers.CIDR("203.0.113.0/24"), tiers.SSH, tiers.Because("operations office"))
	bastion.AllowTo(web, tiers.SSH, tiers.Because("operations"))
	bastion.AllowTo(app, tiers.SSH, tiers.Because("operations"))
	bastion.AllowTo(db, tiers.PostgreSQL, tiers.Because("operations"))

	network.Except(tiers.Exception{
		From: web, To: cache, Service: tiers.Redis,
		Reason: "session lookup without a round trip to the app", Owner: "storefront",
	})

	uploads := awss3.NewBucket(scope, new("Uploads"), &awss3.BucketProps{
		BlockPublicAccess: awss3.BlockPublicAccess_BLOCK_ALL(), EnforceSSL: new(true), Versioned: new(true),
	})
	endpoints.RoleARNs(app, env.roles+"shop-app")
	endpoints.Grant(app,
		endpoints.S3(uploads).Read("pictures/*"), endpoints.S3(uploads).Write("pictures/*"),
		endpoints.Secret(endpoints.ARN(env.password)).Read())
	endpoints.RoleARNs(worker, env.roles+"shop-worker")
	endpoints.Grant(worker, endpoints.S3(uploads).Write("invoices/*"), endpoints.Secret(endpoints.ARN(env.password)).Read())
	endpoints.RoleARNs(web, env.roles+"shop-web")
	endpoints.Grant(web, endpoints.AutoScalingGroup(endpoints.AmazonLinux2023), endpoints.PutMetrics())

	balancer := loadbalancer.NewApplication(lb, "Balancer", &loadbalancer.ApplicationProps{
		Certificates: []string{env.certificate}, To: loadbalancer.Target{Tier: web, IPs: true, HealthPath: "/health"}, Production: env.production,
	})
	waf.Protect(lb, "WebACL", &waf.Props{
		Resource: waf.LoadBalancer(balancer.LoadBalancer()),
		Serves: waf.Serves{
			Hosts: []string{"shop.example.com"}, Technologies: []waf.Technology{waf.Linux},
			Routes: []waf.Route{
				{Path: "/"}, {Path: "/static/*", Methods: []string{"GET"}}, {Path: "/cart*", Methods: []string{"GET", "POST"}}, {Path: "/api/*"},
			},
			Login: []string{"/login"}, Admin: []string{"/admin"}, AdminSources: []tiers.BlockPeer{tiers.CIDR("203.0.113.0/24")},
		},
	})
	firewall.Inspect(network, &firewall.Props{Paths: firewall.Egress | firewall.EastWest, Production: env.production})
	watchOver(network, env)
	return network
}

// watchOver shows the traffic of the network: all of it in a bucket, for questions that come later, and what is rejected in a log group,
// for alarms that tell today.
func watchOver(network *tiers.Network, env environment) {
	watch.FlowLogs(network, nil)
	rejected := watch.FlowLogs(network, &watch.FlowLogsProps{
		ID: "Rejected", RejectedOnly: true, NewLogGroup: true, Interval: time.Minute,
	})
	watch.Alarms(network, &watch.AlarmsProps{FlowLog: rejected.LogGroup(), FlowLogFields: rejected.Fields()})
	watch.DNS(network, &watch.DNSProps{Mode: env.dns, Production: env.production})
	watch.Calendar(network, nil)
}

func main() {
	app, err := tiers.NewApp(nil)
	if err != nil {
		log.Fatal(err)
	}
	stack := awscdk.NewStack(app, new("Shop"), nil)
	network := shop(stack, environment{
		cidr: "10.0.0.0/16", zones: []string{"eu-west-1a", "eu-west-1b"}, nat: tiers.NATPerZone, production: true,
		roles: "arn:aws:iam::123456789012:role/", password: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/database-AbCdEf",
		certificate: "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000", dns: watch.DNSObserve,
	})
	if err := tiers.Synth(app); err != nil {
		log.Fatal(err)
	}
	fmt.Print(network.Summary())
	fmt.Printf("cloud assembly: %s\n", *app.Outdir())
}
