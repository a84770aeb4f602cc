package dns

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
)

// usual are services whose names are made as AWS makes most of them: "kms" is kms.REGION.amazonaws.com. The names are those of the
// endpoints in AWS SDK for Go 1.55.7. Its table lacks bedrock-agent, bedrock-agent-runtime, bedrock-runtime, ec2messages, email-smtp,
// ssmmessages, sts and sync-states, whose names are not checked against any table.
var usual = strings.Fields("athena autoscaling bedrock bedrock-agent bedrock-agent-runtime bedrock-runtime cloudformation cloudtrail " +
	"codebuild codecommit codepipeline config ec2 ec2messages ecs eks elasticache elasticfilesystem elasticloadbalancing email-smtp " +
	"events glue kms lambda logs monitoring rds rds-data secretsmanager sns sqs ssm ssmmessages states sts sync-states textract xray")

// unusual are services with other names, without the Region and what follows it. The names without an asterisk are checked as those above.
// Those with an asterisk are under names that AWS gives to things of customers: buckets, registries, APIs, accounts. No table has them.
var unusual = map[string]string{
	"dynamodb":          "dynamodb *.ddb",
	"dynamodb-streams":  "streams.dynamodb",
	"ecr.api":           "api.ecr",
	"ecr.dkr":           "*.dkr.ecr",
	"execute-api":       "*.execute-api",
	"kinesis-firehose":  "firehose",
	"kinesis-streams":   "kinesis *.control-kinesis *.data-kinesis",
	"s3":                "s3 *.s3 s3.dualstack *.s3.dualstack *.s3-accesspoint *.s3-accesspoint.dualstack *.s3-control",
	"sagemaker.api":     "api.sagemaker",
	"sagemaker.runtime": "runtime.sagemaker",
}

// dualStackOnly are services whose names end in api.aws: eks-auth.REGION.api.aws.
var dualStackOnly = []string{"eks-auth"}

// serviceNames returns the names of a service in the network's Region; none if they are not known here.
func (b *builder) serviceNames(service string) []string {
	if slices.Contains(dualStackOnly, service) {
		return []string{service + "." + b.region() + ".api.aws"}
	}
	prefixes := unusual[service]
	if slices.Contains(usual, service) {
		prefixes = service
	}
	var out []string
	for prefix := range strings.FieldsSeq(prefixes) {
		out = append(out, prefix+"."+b.region()+"."+b.suffix())
	}
	return out
}

// ServiceNames returns the names of the AWS services that a tier's grants use, in alphabetical order, with "*." before a name for all names
// below it. If only the deployment knows the Region, names hold "${AWS::Region}" and "${AWS::URLSuffix}". Services whose names are not
// known here are left out.
func ServiceNames(m *arch.Model, tier string) []string {
	b, names := builder{m: m}, map[string]bool{}
	for _, g := range m.Grants {
		for _, need := range g.Needs {
			if g.Tier == tier && need.Service != "" {
				for _, name := range b.serviceNames(need.Service) {
					names[name] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// services adds the names of the AWS services that the grants use.
func (b *builder) services() {
	unknown := map[string]bool{}
	for _, g := range b.m.Grants {
		for _, need := range g.Needs {
			if need.Service == "" {
				continue
			}
			because := fmt.Sprintf("%s: %s", g.Tier, g.Use)
			names := b.serviceNames(need.Service)
			for _, name := range names {
				b.add(ServicesID, name, because, "")
			}
			unknown[need.Service] = len(names) == 0
			if !need.Gateway {
				b.add(ServicesID, "*."+b.region()+".vpce."+b.suffix(), "endpoints have names of their own here",
					"names of endpoints of other accounts in this Region")
			}
		}
	}
	for _, service := range slices.Sorted(maps.Keys(unknown)) {
		if unknown[service] {
			b.unknownService(service)
		}
	}
}

// unknownService warns about a service whose names are not known here.
func (b *builder) unknownService(service string) {
	b.warn("dns-service", service,
		fmt.Sprintf("the names of the AWS service %s are not known to tierwall, so DNS does not allow them", service),
		"AWS publishes no list of the names of endpoints",
		b.m.Network.Say("state them with Names, as the query log shows them while the mode is DNSObserve",
			"state them under `names`, as the query log shows them with `mode: observe`"))
}

// region returns the network's Region as names have it.
func (b *builder) region() string { return cmp.Or(b.m.Network.Region(), "${AWS::Region}") }

// suffix returns the end of AWS's names in the network's partition.
func (b *builder) suffix() string {
	switch b.m.Network.Partition() {
	case "aws", "aws-us-gov":
		return "amazonaws.com"
	case "aws-cn":
		return "amazonaws.com.cn"
	}
	return "${AWS::URLSuffix}"
}
