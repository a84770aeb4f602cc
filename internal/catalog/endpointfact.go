package catalog

import (
	"slices"
	"sync"
)

// AWS publishes these facts only in prose, or not at all. They are as of AsOf.

// iamPrefixes holds the prefixes of actions for services with another name.
var iamPrefixes = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"airflow.api":                       "airflow",
		"airflow.env":                       "airflow",
		"airflow.ops":                       "airflow",
		"analytics-omics":                   "omics",
		"appconfigdata":                     "appconfig",
		"appmesh-envoy-management":          "appmesh",
		"apprunner.requests":                "apprunner",
		"appstream.api":                     "appstream",
		"appstream.streaming":               "appstream",
		"appsync-api":                       "appsync",
		"aps-workspaces":                    "aps",
		"arsenal-discovery":                 "discovery",
		"bedrock-agent":                     "bedrock",
		"bedrock-agent-runtime":             "bedrock",
		"bedrock-agentcore.gateway":         "bedrock-agentcore",
		"bedrock-data-automation":           "bedrock",
		"bedrock-data-automation-runtime":   "bedrock",
		"bedrock-runtime":                   "bedrock",
		"cloudcontrolapi":                   "cloudformation",
		"cloudhsmv2":                        "cloudhsm",
		"codeartifact.api":                  "codeartifact",
		"codeartifact.repositories":         "codeartifact",
		"codecatalyst.git":                  "codecatalyst",
		"codecatalyst.packages":             "codecatalyst",
		"codeconnections.api":               "codeconnections",
		"codestar-connections.api":          "codestar-connections",
		"control-storage-omics":             "omics",
		"data-servicediscovery":             "servicediscovery",
		"deadline.management":               "deadline",
		"deadline.scheduling":               "deadline",
		"deviceadvisor.iot":                 "iotdeviceadvisor",
		"dicom-medical-imaging":             "medical-imaging",
		"dynamodb-streams":                  "dynamodb",
		"ecr-public.api":                    "ecr-public",
		"ecr.api":                           "ecr",
		"ecr.dkr":                           "ecr",
		"ecs-agent":                         "ecs",
		"ecs-telemetry":                     "ecs",
		"eks-proxy":                         "eks",
		"elasticbeanstalk-health":           "elasticbeanstalk",
		"email":                             "ses",
		"email-smtp":                        "ses",
		"emr-serverless-services.livy":      "emr-serverless",
		"emr-serverless.dashboard":          "emr-serverless",
		"evidently-dataplane":               "evidently",
		"experiments":                       "sagemaker",
		"forecastquery":                     "forecast",
		"geo.geofencing":                    "geo",
		"geo.maps":                          "geo",
		"geo.metadata":                      "geo",
		"geo.places":                        "geo",
		"geo.routes":                        "geo",
		"geo.tracking":                      "geo",
		"git-codecommit":                    "codecommit",
		"glue.dashboard":                    "glue",
		"grafana-workspace":                 "grafana",
		"guardduty-data":                    "guardduty",
		"iot.credentials":                   "iot",
		"iot.data":                          "iot",
		"iot.fleethub.api":                  "iotfleethub",
		"iotsitewise.api":                   "iotsitewise",
		"iotsitewise.data":                  "iotsitewise",
		"iottwinmaker.api":                  "iottwinmaker",
		"iottwinmaker.data":                 "iottwinmaker",
		"iotwireless.api":                   "iotwireless",
		"kinesis-firehose":                  "firehose",
		"kinesis-streams":                   "kinesis",
		"lorawan.cups":                      "iotwireless",
		"lorawan.lns":                       "iotwireless",
		"mail-manager":                      "ses",
		"managedblockchain.bitcoin.mainnet": "managedblockchain",
		"managedblockchain.bitcoin.testnet": "managedblockchain",
		"memory-db":                         "memorydb",
		"models-v2-lex":                     "lex",
		"monitoring":                        "cloudwatch",
		"neptune-graph-data":                "neptune-graph",
		"networkflowmonitorreports":         "networkflowmonitor",
		"notebook":                          "sagemaker",
		"partner-app":                       "sagemaker",
		"payment-cryptography.controlplane": "payment-cryptography",
		"payment-cryptography.dataplane":    "payment-cryptography",
		"personalize-events":                "personalize",
		"personalize-runtime":               "personalize",
		"pinpoint":                          "mobiletargeting",
		"pinpoint-sms-voice-v2":             "sms-voice",
		"pipes-data":                        "pipes",
		"pricing.api":                       "pricing",
		"qldb.session":                      "qldb",
		"quicksight-website":                "quicksight",
		"rum-dataplane":                     "rum",
		"runtime-medical-imaging":           "medical-imaging",
		"runtime-v2-lex":                    "lex",
		"s3-global.accesspoint":             "s3",
		"sagemaker.api":                     "sagemaker",
		"sagemaker.featurestore-runtime":    "sagemaker",
		"sagemaker.metrics":                 "sagemaker",
		"sagemaker.runtime":                 "sagemaker",
		"service.user-subscriptions":        "user-subscriptions",
		"servicecatalog-appregistry":        "servicecatalog",
		"storage-omics":                     "omics",
		"streaming-rekognition":             "rekognition",
		"studio":                            "sagemaker",
		"sync-states":                       "states",
		"tagging":                           "tag",
		"tags-omics":                        "omics",
		"thinclient.api":                    "thinclient",
		"transcribestreaming":               "transcribe",
		"transfer.server":                   "transfer",
		"workflows-omics":                   "omics",
	}
})

// Support says whether an endpoint of a service supports a policy.
type Support int

// These are the values of Support.
const (
	UnknownSupport Support = iota
	Supported
	Unsupported // AWS rejects a policy
)

// PolicySupport says whether an endpoint of a service supports a policy. AWS answers that per account and publishes no
// list. Known are services whose guides describe policies, services for which AWS publishes policies or reference
// configurations, and services that the PrivateLink guide names as not supporting policies.
func PolicySupport(name string) Support {
	switch {
	case slices.Contains(withoutPolicy, name):
		return Unsupported
	case slices.Contains(withPolicy, name):
		return Supported
	}
	return UnknownSupport
}

// withoutPolicy holds the services that the PrivateLink guide names.
var withoutPolicy = []string{"appmesh-envoy-management", "apprunner.requests", "appstream.api", "appstream.streaming", "awsconnector",
	"transfer.server"}

// withPolicy holds the services whose guides describe an endpoint policy, or for which AWS publishes one.
var withPolicy = []string{
	"access-analyzer", "application-autoscaling", "athena", "autoscaling", "backup", "bedrock", "bedrock-agent", "bedrock-agent-runtime",
	"bedrock-runtime",
	"cassandra", "cloudformation", "cloudtrail", "codebuild", "codecommit", "codepipeline", "config", "dynamodb", "ebs", "ec2",
	"ec2messages", "ecr.api", "ecr.dkr",
	"ecs", "ecs-agent", "ecs-telemetry", "eks", "elasticache", "elasticfilesystem", "elasticloadbalancing", "email-smtp", "events",
	"execute-api", "glue", "iam",
	"imagebuilder", "kinesis-firehose", "kinesis-streams", "kms", "lambda", "logs", "monitoring", "rds", "rds-data", "s3", "s3express",
	"sagemaker.api", "sagemaker.runtime",
	"secretsmanager", "servicecatalog", "sns", "sqs", "ssm", "ssmmessages", "states", "sts", "sync-states", "textract", "xray",
}
