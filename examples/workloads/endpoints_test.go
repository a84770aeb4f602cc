package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecr"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsecs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskinesis"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskinesisfirehose"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsrds"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsssm"

	"github.com/tierwall/tierwall/endpoints"
)

// The resources of the CDK library are what grants take, and those with policies what OnlyFrom takes.
var (
	_ endpoints.Bucket         = awss3.IBucket(nil)
	_ endpoints.Table          = awsdynamodb.ITable(nil)
	_ endpoints.Table          = awsdynamodb.ITableV2(nil)
	_ endpoints.Queue          = awssqs.IQueue(nil)
	_ endpoints.Topic          = awssns.ITopic(nil)
	_ endpoints.SecretValue    = awssecretsmanager.ISecret(nil)
	_ endpoints.ParameterValue = awsssm.IParameter(nil)
	_ endpoints.Key            = awskms.IKey(nil)
	_ endpoints.AssumedRole    = awsiam.IRole(nil)
	_ endpoints.LogGroup       = awslogs.ILogGroup(nil)
	_ endpoints.Repository     = awsecr.IRepository(nil)
	_ endpoints.Function       = awslambda.IFunction(nil)
	_ endpoints.EventBus       = awsevents.IEventBus(nil)
	_ endpoints.Stream         = awskinesis.IStream(nil)
	_ endpoints.DeliveryStream = awskinesisfirehose.IDeliveryStream(nil)
	_ endpoints.Cluster        = awsecs.ICluster(nil)
	_ endpoints.Cluster        = awsrds.IDatabaseCluster(nil)

	_ endpoints.Restrictable = awss3.IBucket(nil)
	_ endpoints.Restrictable = awssqs.IQueue(nil)
	_ endpoints.Restrictable = awssns.ITopic(nil)
	_ endpoints.Restrictable = awssecretsmanager.ISecret(nil)
	_ endpoints.Restrictable = awsdynamodb.Table(nil)
)
