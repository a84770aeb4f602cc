package watch

import (
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/report"
	"github.com/tierwall/tierwall/internal/usage"
	"github.com/tierwall/tierwall/internal/usage/athena"
	"github.com/tierwall/tierwall/internal/wiring"
	"github.com/tierwall/tierwall/tiers"
)

// QueriesProps configures [Queries]. Either FlowLog or Bucket must be set.
//
// Database, table and workgroup have names that are made of the path of the network. If the path or ID changes, CloudFormation replaces
// them: the history of the queries is lost, and so are queries that people saved in the workgroup. The logs and the results stay in their
// buckets. Each change of the declaration replaces the saved queries that hold it, which loses nothing.
type QueriesProps struct {
	// ID is the id of the construct in the network: 1 to 64 letters, digits and hyphens, a letter first. Empty is "Queries". A second call
	// for the same network needs an ID of its own.
	ID string
	// FlowLog is a flow log of the network in a bucket, from [FlowLogs].
	FlowLog *FlowLog
	// Bucket is the bucket of a flow log that something else makes, with Hive-compatible partitions: below the prefix, its folders begin with
	// AWSLogs/aws-account-id=. The flow log must be of the account and the Region of the network's stack.
	Bucket awss3.IBucket
	// Prefix is what precedes AWSLogs in the keys of Bucket, such as "network/shop". Empty is nothing.
	Prefix string
	// Fields are the fields of the flow log in Bucket in their order, in AWS's words: "subnet-id". nil is AWS's default format, version 2.
	Fields []string
	// PlainText says that the files in Bucket are text, not Parquet.
	PlainText bool
	// Daily says that the flow log in Bucket has a folder for each day, not for each hour.
	Daily bool
	// Days is how many days of logs the queries read, up to the day on which they run, in UTC: 1 to 3650; 0 is 30. Whoever runs a query can
	// change its period.
	Days int
	// MaxBytes is how many bytes a query may read. Athena cancels a query that reads more, and AWS charges for what it read. At least
	// 10,000,000; 0 is 100 GB, 100,000,000,000.
	MaxBytes int64
	// Results is the bucket for the results. nil makes a bucket that keeps them for 30 days.
	Results awss3.IBucket
	// Key encrypts the results and a new bucket for them. If Key is nil, S3's own keys do.
	Key awskms.IKey
}

// NetworkQueries are a table over the flow logs of a network, with queries about its flows. Make it with [Queries].
type NetworkQueries struct {
	constructs.Construct
	network  *tiers.Network
	core     *wiring.Network
	props    QueriesProps
	nested   bool // whether they are in a nested stack
	database string
	group    *string // name of the workgroup
	results  awss3.IBucket
	made     []string // ids of children, from the last synthesis
	wrong    error    // why there are no queries
	bytes    int      // of the queries in the template
	blind    bool     // whether the addresses of no tier are known
	problems report.Problems
}

// queriesID is the construct id of queries.
const queriesID = "Queries"

// Queries makes what asks the flow logs of a network, however many there are: a database and a table of AWS Glue over their bucket, a
// workgroup of Amazon Athena with an encrypted place for results and a limit for what a query reads, and saved queries that hold the
// declaration:
//
//   - flows: which declared flows were used, by how many sources, when, and which were not
//   - undeclared: accepted traffic that no flow declares
//   - rejected: rejected traffic by tiers
//   - coverage: which part of the time the logs cover, tier by tier
//   - skipped: records that say nothing about the flows
//
// They say what the command "tierwall usage" says without a list of interfaces. If the network has IPv6, records of IPv6 put all flows in
// doubt, because its block is not known before the deployment. If the addresses of no tier are known, as in a wrapped VPC and in a network
// whose range IPAM chooses, no query can say anything about the flows; a warning says so.
//
// Whoever runs the queries needs permissions for the workgroup, the table and both buckets, and for their keys. If AWS Lake Formation
// governs the account's tables, its administrator must grant the table. Queries cost what they read; nothing runs by itself.
//
// The order of the calls does not matter. Mistakes in props fail synthesis. A nil network panics, and so does a call after synthesis.
func Queries(network *tiers.Network, props *QueriesProps) *NetworkQueries {
	at := diag.Caller()
	core := mustHave(network, "queries", at)
	q := &NetworkQueries{network: network, core: core}
	if props != nil {
		q.props = *props
	}
	if q.props.ID == "" {
		q.props.ID = queriesID
	}
	id := q.props.ID
	wrongID := arch.CheckTierID(id)
	if wrongID != nil {
		id = queriesID
	}
	id, free := take(network, id, at)
	scope, nested := core.WatchScope(id)
	q.nested = nested
	constructs.NewConstruct_Override(q, scope, &id)
	q.problems.Attach(q, at)
	switch {
	case wrongID != nil:
		q.problems.Add("queries-id", "the ID of queries is not valid", wrongID.Error(), "choose another ID", at)
	case !free:
		q.problems.Add("queries-id", "the ID of queries is taken", *network.Node().Path()+"/"+q.props.ID+" exists already",
			"choose another ID", at)
	}
	q.check()
	if q.results = q.props.Results; q.results == nil {
		q.results = q.makeResults()
	}
	q.makeTargets()
	core.Watch(q.fill)
	core.Calls().Cannot(at, "queries are not in the file; call watch.Queries in workloads.go")
	return q
}

// Database returns the name of the database in the Glue catalog.
func (q *NetworkQueries) Database() string { return q.database }

// Table returns the name of the table in the database.
func (*NetworkQueries) Table() string { return queriesTable }

// WorkGroup returns the name of the workgroup.
func (q *NetworkQueries) WorkGroup() *string { return q.group }

// Results returns the bucket for the results.
func (q *NetworkQueries) Results() awss3.IBucket { return q.results }

// makeResults makes a bucket for results, like that of flow logs.
func (q *NetworkQueries) makeResults() awss3.IBucket {
	p := &awss3.BucketProps{
		Encryption: awss3.BucketEncryption_S3_MANAGED, BlockPublicAccess: awss3.BlockPublicAccess_BLOCK_ALL(), EnforceSSL: new(true),
		ObjectOwnership: awss3.ObjectOwnership_BUCKET_OWNER_ENFORCED, RemovalPolicy: awscdk.RemovalPolicy_RETAIN,
		LifecycleRules: &[]*awss3.LifecycleRule{{Expiration: awscdk.Duration_Days(new(30.0))}},
	}
	if q.props.Key != nil {
		p.Encryption, p.EncryptionKey, p.BucketKeyEnabled = awss3.BucketEncryption_KMS, q.props.Key, new(true)
	}
	return awss3.NewBucket(q, new("Results"), p)
}

// options returns what the flow log says of the table.
func (q *NetworkQueries) options() athena.Options {
	p := q.props
	o := athena.Options{
		Database: q.database, Table: queriesTable, Days: q.days(), Fields: p.Fields, Parquet: !p.PlainText, PerHour: !p.Daily,
	}
	bucket, prefix := p.Bucket, p.Prefix
	if f := p.FlowLog; f != nil {
		bucket, prefix = f.destination.bucket, f.destination.prefix
		o.Fields, o.Parquet, o.PerHour = f.Fields(), !f.props.PlainText, true
	}
	stack := awscdk.Stack_Of(q.network)
	folder := "AWSLogs/aws-account-id=" + *stack.Account() + "/aws-service=vpcflowlogs/aws-region=" + *stack.Region() + "/"
	if prefix = strings.TrimSuffix(prefix, "/"); prefix != "" {
		folder = prefix + "/" + folder
	}
	o.Location = "s3://" + *bucket.BucketName() + "/" + folder
	return o
}

func (q *NetworkQueries) days() int {
	if q.props.Days == 0 {
		return 30
	}
	return q.props.Days
}

// fill makes the table and the queries for a plan, in place of those for the previous one.
func (q *NetworkQueries) fill(p *plan.Plan) {
	for _, id := range q.made {
		q.Node().TryRemoveChild(&id)
	}
	q.made, q.wrong, q.bytes, q.blind = nil, nil, 0, false
	if q.problems.List.HasErrors() {
		return // The props are wrong.
	}
	o := q.options()
	table, err := athena.Define(o)
	if err != nil {
		q.wrong = err
		return
	}
	n := &usage.Network{Model: p.Model, VPC: *q.core.Vpc().VpcId()}
	q.blind = !slices.ContainsFunc(n.Tables().Areas, func(a usage.Area) bool { return len(a.Tiers) > 0 })
	queries, err := athena.Queries(n, o)
	if err != nil {
		q.wrong = err
		return
	}
	q.emitTable(table)
	for _, one := range queries {
		q.emitQuery(one)
	}
}
