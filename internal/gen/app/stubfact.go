package app

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/gen/document"
)

// usedWith reports whether a use with a verb names a resource.
func (g *generator) usedWith(verb, resource string) bool {
	for _, grant := range g.doc.Grants {
		for _, u := range grant.Uses {
			if w := strings.Fields(u.Use); len(w) > 1 && w[0] == verb && w[1] == resource {
				return true
			}
		}
	}
	return false
}

// clusterStub returns the code of a cluster: what uses name it decides whether it is one of EKS, RDS or ECS.
func (g *generator) clusterStub(r document.Resource) stub {
	tier := func(kind string) string {
		for _, t := range g.doc.Tiers {
			if t.Kind == kind {
				return "APP." + g.fields[t.ID]
			}
		}
		return ""
	}
	switch {
	case g.usedWith("eks-nodes", r.Name) && tier("app") != "":
		control := tier("app")
		return stub{"awseksv2.NewCluster(stack, new(ID), &awseksv2.ClusterProps{\n" +
			"Version: awseksv2.KubernetesVersion_V1_33(), EndpointAccess: awseksv2.EndpointAccess_PRIVATE(),\n" +
			"Vpc: APP.Network.Vpc(), SecurityGroup: " + control + ".SecurityGroup(),\n" +
			"VpcSubnets: &[]*awsec2.SubnetSelection{" + control + ".Subnets()},\n" +
			"DefaultCapacityType: awseksv2.DefaultCapacityType_NODEGROUP, DefaultCapacity: new(0.0),\n})", "awseksv2 awsec2"}
	case g.usedWith("data-api", r.Name) && tier("data") != "":
		data := tier("data")
		return stub{"awsrds.NewDatabaseCluster(stack, new(ID), &awsrds.DatabaseClusterProps{\n" +
			"Engine: awsrds.DatabaseClusterEngine_AuroraPostgres(&awsrds.AuroraPostgresClusterEngineProps{\n" +
			"Version: awsrds.AuroraPostgresEngineVersion_VER_16_6(),\n}),\n" +
			"Writer: awsrds.ClusterInstance_ServerlessV2(new(\"Writer\"), nil), EnableDataApi: new(true), StorageEncrypted: new(true),\n" +
			"Vpc: APP.Network.Vpc(),\nVpcSubnets: " + data + ".Subnets(), SecurityGroups: " + data + ".SecurityGroups(),\n})", "awsrds"}
	}
	return stubs["cluster"]
}

// balancerTier returns the field of the tier of a load balancer that workloads.go makes, and whether it is public.
func (g *generator) balancerTier(resource string) (field string, public bool) {
	for _, w := range g.doc.WebACLs {
		if w.Resource == resource {
			return g.fields[w.Tier], !entry(g.doc.Tiers, w.Tier, tierID).Internal
		}
	}
	for _, t := range g.doc.Tiers {
		if t.Kind == "edge" {
			return g.fields[t.ID], !t.Internal
		}
	}
	return g.fields[g.doc.Tiers[0].ID], false
}

// host returns a host name of the app.
func (g *generator) host() string {
	for _, w := range g.doc.WebACLs {
		for _, h := range w.Hosts {
			return strings.TrimPrefix(h, ".")
		}
	}
	return "www.example.com"
}

// service returns the AWS service that runs the workloads with a role.
func (g *generator) service(role string) string {
	for _, grant := range g.doc.Grants {
		for _, u := range grant.Uses {
			if !roleOf(grant, u, role) {
				continue
			}
			verb, _, _ := strings.Cut(u.Use, " ")
			switch {
			case verb == "lambda-functions":
				return "lambda.amazonaws.com"
			case verb == "rds-proxy":
				return "rds.amazonaws.com"
			case u.Fargate != nil || verb == "exec-into-containers":
				return "ecs-tasks.amazonaws.com"
			}
		}
	}
	return "ec2.amazonaws.com"
}

// roleOf reports whether a use is one of a role.
func roleOf(grant document.Grant, u document.Use, role string) bool {
	if u.Fargate != nil && u.Fargate.ExecutionRole == role {
		return true
	}
	of := grant.Roles
	if len(u.For) > 0 {
		of = u.For
	}
	for _, name := range of {
		if name == role {
			return true
		}
	}
	return false
}

// expectations returns first lines for expectations.txt: the entrance is open, and the internet does not reach the data.
func (g *generator) expectations() []string {
	var out []string
	for _, f := range g.doc.Flows {
		if f.From == "internet" {
			out = append(out, fmt.Sprintf("accept internet -> %s %s", f.To, f.Service))
			break
		}
	}
	for _, t := range g.doc.Tiers {
		if t.Kind == "data" && t.Import == nil {
			out = append(out, "deny internet -> "+t.ID+" tcp/1-65535")
		}
	}
	return out
}
