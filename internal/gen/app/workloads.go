package app

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/gen/document"
)

// stub is the code that makes a resource in workloads.go. ID stands for the construct id in quotes, and APP for the variable of the app.
type stub struct{ code, imports string }

var stubs = map[string]stub{
	"bucket": {"awss3.NewBucket(stack, new(ID), &awss3.BucketProps{\n" +
		"BlockPublicAccess: awss3.BlockPublicAccess_BLOCK_ALL(), EnforceSSL: new(true), Versioned: new(true),\n})", "awss3"},
	"table": {"awsdynamodb.NewTable(stack, new(ID), &awsdynamodb.TableProps{\n" +
		`PartitionKey: &awsdynamodb.Attribute{Name: new("id"), Type: awsdynamodb.AttributeType_STRING},` + "\n" +
		"BillingMode: awsdynamodb.BillingMode_PAY_PER_REQUEST,\n})", "awsdynamodb"},
	"queue":     {"awssqs.NewQueue(stack, new(ID), &awssqs.QueueProps{EnforceSSL: new(true)})", "awssqs"},
	"topic":     {"awssns.NewTopic(stack, new(ID), &awssns.TopicProps{EnforceSSL: new(true)})", "awssns"},
	"secret":    {"awssecretsmanager.NewSecret(stack, new(ID), nil)", "awssecretsmanager"},
	"parameter": {`awsssm.NewStringParameter(stack, new(ID), &awsssm.StringParameterProps{StringValue: new("set me")})`, "awsssm"},
	"key":       {"awskms.NewKey(stack, new(ID), &awskms.KeyProps{EnableKeyRotation: new(true)})", "awskms"},
	"role": {"awsiam.NewRole(stack, new(ID), &awsiam.RoleProps{\n" +
		`AssumedBy: awsiam.NewServicePrincipal(new("SERVICE"), nil),` + "\n})", "awsiam"},
	"log-group": {"awslogs.NewLogGroup(stack, new(ID), &awslogs.LogGroupProps{Retention: awslogs.RetentionDays_THREE_MONTHS})", "awslogs"},
	"repository": {"awsecr.NewRepository(stack, new(ID), &awsecr.RepositoryProps{\n" +
		"ImageTagMutability: awsecr.TagMutability_IMMUTABLE, ImageScanOnPush: new(true),\n})", "awsecr"},
	"function": {"awslambda.NewFunction(stack, new(ID), &awslambda.FunctionProps{\n" +
		`Runtime: awslambda.Runtime_NODEJS_22_X(), Handler: new("index.handler"),` + "\n" +
		`Code: awslambda.Code_FromInline(new("exports.handler = async () => {}")),` + "\n})", "awslambda"},
	"event-bus": {"awsevents.NewEventBus(stack, new(ID), nil)", "awsevents"},
	"state-machine": {"awsstepfunctions.NewStateMachine(stack, new(ID), &awsstepfunctions.StateMachineProps{\n" +
		`DefinitionBody: awsstepfunctions.DefinitionBody_FromString(new(` + "`" + `{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}` +
		"`" + `)),` + "\n})", "awsstepfunctions"},
	"stream": {"awskinesis.NewStream(stack, new(ID), nil)", "awskinesis"},
	"delivery-stream": {"awskinesisfirehose.NewDeliveryStream(stack, new(ID), &awskinesisfirehose.DeliveryStreamProps{\n" +
		"Destination: awskinesisfirehose.NewS3Bucket(awss3.NewBucket(stack, new(SECOND), &awss3.BucketProps{\n" +
		"BlockPublicAccess: awss3.BlockPublicAccess_BLOCK_ALL(), EnforceSSL: new(true),\n}), nil),\n})", "awskinesisfirehose awss3"},
	"cluster": {"awsecs.NewCluster(stack, new(ID), &awsecs.ClusterProps{Vpc: APP.Network.Vpc()})", "awsecs"},
	"trust-store": {"awselasticloadbalancingv2.NewTrustStore(stack, new(ID), &awselasticloadbalancingv2.TrustStoreProps{\n" +
		"Bucket: awss3.Bucket_FromBucketName(stack, new(SECOND), new(\"authorities\")), Key: new(\"authorities.pem\"),\n})",
		"awselasticloadbalancingv2 awss3"},
	"certificate": {"awscertificatemanager.NewCertificate(stack, new(ID), &awscertificatemanager.CertificateProps{\n" +
		"DomainName: new(HOST), Validation: awscertificatemanager.CertificateValidation_FromDns(nil),\n})", "awscertificatemanager"},
	"load-balancer": {"awselasticloadbalancingv2.NewApplicationLoadBalancer(stack, new(ID),\n" +
		"&awselasticloadbalancingv2.ApplicationLoadBalancerProps{\n" +
		"Vpc: APP.Network.Vpc(), InternetFacing: new(PUBLIC),\nVpcSubnets: TIER.Subnets(), SecurityGroup: TIER.SecurityGroup(),\n},\n)",
		"awselasticloadbalancingv2"},
}

// workloads returns the body of workloads and the packages that it imports.
func (g *generator) workloads() (code, imports string) {
	var b strings.Builder
	var fields []string
	used := map[string]bool{"github.com/aws/aws-cdk-go/awscdk/v2": true}
	variables := names{"stack": true, "env": true, local(g.typ, "App"): true}
	for _, r := range g.doc.Resources {
		field := g.made[r.Name]
		if field == "" {
			continue
		}
		s := g.stub(r)
		for p := range strings.FieldsSeq(s.imports) {
			used[cdk+p] = true
		}
		v := variables.unique(local(r.Name, "Resource"), "Resource")
		fmt.Fprintf(&b, "%s := %s\n", v, s.code)
		if r.Type == "certificate" {
			v = "endpoints.ARN(*" + v + ".CertificateArn())"
			used[module+"endpoints"] = true
		}
		fields = append(fields, field+": "+v)
	}
	if b.Len() > 0 {
		b.WriteByte('\n')
	}
	b.WriteString(local(g.typ, "App") + ".Attach(" + list("Resources{", fields, "}") + ")\n")
	declaration := importDeclaration(used)
	return b.String(), strings.TrimSuffix(strings.TrimPrefix(declaration, "import (\n"), ")\n\n")
}

// stub returns the code that makes a resource.
func (g *generator) stub(r document.Resource) stub {
	s := stubs[r.Type]
	if r.Type == "cluster" {
		s = g.clusterStub(r)
	}
	tier, public := g.balancerTier(r.Name)
	s.code = strings.NewReplacer(
		"ID", strconv.Quote(exported(r.Name)), "SECOND", strconv.Quote(exported(r.Name)+"Bucket"), "APP", local(g.typ, "App"),
		"TIER", local(g.typ, "App")+"."+tier, "PUBLIC", strconv.FormatBool(public), "HOST", strconv.Quote(g.host()), "SERVICE", g.service(r.Name),
	).Replace(s.code)
	return s
}
