package watch

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsathena"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsglue"

	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/usage/athena"
)

// queriesTable is the name of the table in the database.
const queriesTable = "flow_logs"

// makeTargets makes the database and the workgroup. Their names are literal, because the queries hold them.
func (q *NetworkQueries) makeTargets() {
	name := construct.Name(q, "")
	q.database = strings.ToLower(strings.ReplaceAll(*name, "-", "_"))
	if q.database[0] >= '0' && q.database[0] <= '9' {
		q.database = "_" + q.database
	}
	awsglue.NewCfnDatabase(q, new("Database"), &awsglue.CfnDatabaseProps{
		CatalogId: awscdk.Stack_Of(q).Account(),
		DatabaseInput: &awsglue.CfnDatabase_DatabaseInputProperty{
			Name: &q.database, Description: new("Flow logs of " + q.core.Path()),
		},
	})
	group := awsathena.NewCfnWorkGroup(q, new("WorkGroup"), &awsathena.CfnWorkGroupProps{
		Name: name, Description: new("Queries about the flow logs of " + q.core.Path()), State: new("ENABLED"),
		// Without it, CloudFormation cannot delete a workgroup that has a history.
		RecursiveDeleteOption: true,
		WorkGroupConfiguration: &awsathena.CfnWorkGroup_WorkGroupConfigurationProperty{
			EnforceWorkGroupConfiguration: true, PublishCloudWatchMetricsEnabled: true, BytesScannedCutoffPerQuery: new(float64(q.maxBytes())),
			ResultConfiguration: q.resultConfiguration(),
		},
	})
	q.group = group.Ref()
}

func (q *NetworkQueries) resultConfiguration() *awsathena.CfnWorkGroup_ResultConfigurationProperty {
	encryption := &awsathena.CfnWorkGroup_EncryptionConfigurationProperty{EncryptionOption: new("SSE_S3")}
	if q.props.Key != nil {
		encryption = &awsathena.CfnWorkGroup_EncryptionConfigurationProperty{EncryptionOption: new("SSE_KMS"), KmsKey: q.props.Key.KeyArn()}
	}
	out := &awsathena.CfnWorkGroup_ResultConfigurationProperty{
		OutputLocation: new("s3://" + *q.results.BucketName() + "/"), EncryptionConfiguration: encryption,
	}
	if q.props.Results == nil {
		out.ExpectedBucketOwner = awscdk.Stack_Of(q).Account()
	}
	return out
}

// emitTable makes the table.
func (q *NetworkQueries) emitTable(t *athena.Table) {
	q.made = append(q.made, "Table")
	columns := func(all []athena.Column) []any {
		var out []any
		for _, c := range all {
			out = append(out, &awsglue.CfnTable_ColumnProperty{Name: &c.Name, Type: &c.Type})
		}
		return out
	}
	table := awsglue.NewCfnTable(q, new("Table"), &awsglue.CfnTableProps{
		CatalogId: awscdk.Stack_Of(q).Account(), DatabaseName: &q.database,
		TableInput: &awsglue.CfnTable_TableInputProperty{
			Name: &t.Name, Description: new("Flow logs of " + q.core.Path()), TableType: new("EXTERNAL_TABLE"), Parameters: t.Parameters,
			PartitionKeys: columns(t.PartitionKeys),
			StorageDescriptor: &awsglue.CfnTable_StorageDescriptorProperty{
				Columns: columns(t.Columns), Location: &t.Location, InputFormat: &t.InputFormat, OutputFormat: &t.OutputFormat,
				SerdeInfo: &awsglue.CfnTable_SerdeInfoProperty{SerializationLibrary: &t.SerDe, Parameters: t.SerDeParameters},
			},
		},
	})
	table.Node().AddDependency(q.Node().FindChild(new("Database")))
}

// emitQuery makes a saved query.
func (q *NetworkQueries) emitQuery(one athena.Query) {
	id := "Query-" + one.Name
	q.made = append(q.made, id)
	encoded, err := json.Marshal(one.SQL)
	if err == nil { // A text can always be written.
		q.bytes += len(encoded)
	}
	awsathena.NewCfnNamedQuery(q, &id, &awsathena.CfnNamedQueryProps{
		Name: &one.Name, Description: new(fmt.Sprintf("%s The last %d days.", one.Description, q.days())), Database: &q.database,
		QueryString: &one.SQL, WorkGroup: q.group,
	})
}
