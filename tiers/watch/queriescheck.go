package watch

import (
	"fmt"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/catalog"
	"github.com/tierwall/tierwall/internal/plan/flowlogs"
	"github.com/tierwall/tierwall/internal/usage/athena"
)

// minBytes is the smallest limit that Athena accepts (Amazon Athena API Reference, WorkGroupConfiguration).
const minBytes = 10_000_000

func (q *NetworkQueries) maxBytes() int64 {
	if q.props.MaxBytes == 0 {
		return 100_000_000_000
	}
	return q.props.MaxBytes
}

// check reports the mistakes in props.
func (q *NetworkQueries) check() {
	p := q.props
	fail := func(rule, summary, detail, fix string) { q.problems.Add(rule, summary, detail, fix, q.problems.At) }
	switch {
	case p.FlowLog == nil && p.Bucket == nil:
		fail("queries-logs", "the queries have no logs", "FlowLog and Bucket are both nil",
			"set FlowLog to what watch.FlowLogs returns, or Bucket to the bucket of another flow log")
	case p.FlowLog != nil && (p.Bucket != nil || p.Prefix != "" || p.Fields != nil || p.PlainText || p.Daily):
		fail("queries-logs", "FlowLog and the properties of a bucket are both set",
			"the flow log says itself where it is and what it holds", "remove Bucket, Prefix, Fields, PlainText and Daily, or remove FlowLog")
	case p.FlowLog != nil && p.FlowLog.network != q.network:
		fail("queries-logs", "the flow log of the queries is of another network",
			"it is of "+*p.FlowLog.network.Node().Path()+", whose addresses are not those of "+q.core.Path(), "choose a flow log of this network")
	case p.FlowLog != nil && p.FlowLog.destination.bucket == nil:
		fail("queries-logs", "the flow log of the queries is not in a bucket", "Athena reads flow logs in Amazon S3",
			"choose a flow log in a bucket, or make one: watch.FlowLogs without NewLogGroup and To")
	case p.Prefix != "" && !arch.IsToken(p.Prefix) && !flowlogs.IsKeyPrefix(p.Prefix):
		fail("queries-logs", "the prefix of the logs is not valid",
			fmt.Sprintf("got %.200q; allowed are letters, digits and !_.'()=- between slashes", p.Prefix), `write it in the form "network/shop"`)
	}
	if p.Days < 0 || p.Days > athena.MaxDays {
		fail("queries-days", "the days of queries are not valid", fmt.Sprintf("got %d; allowed are 1 to %d", p.Days, athena.MaxDays),
			"write the number of days to read, or leave it out for 30")
	}
	if p.MaxBytes != 0 && p.MaxBytes < minBytes {
		fail("queries-bytes", "the limit of queries is not valid", fmt.Sprintf("got %d bytes; Athena allows %d and more", p.MaxBytes, minBytes),
			"write a larger number of bytes, or leave it out for 100 GB")
	}
	q.problems.Later = append(q.problems.Later, q.checkMade)
}

// checkMade reports why a plan has no queries, or too long ones.
func (q *NetworkQueries) checkMade() {
	if q.wrong != nil {
		q.problems.Add("queries", "the queries cannot be made", q.wrong.Error(),
			"correct Prefix and Fields; if the declaration is too large, remove the call of watch.Queries", q.problems.At)
	}
	if q.blind {
		q.problems.Warn("queries-addresses", q.problems.Path, "the queries cannot tell the tiers apart",
			"the addresses of the tiers are not known at synthesis, so every flow will be \"not seen\"",
			"remove the call of watch.Queries, and read the logs with \"tierwall usage --interfaces\"", q.problems.At)
	}
	if problem := tooLong(q.nested, q.bytes); problem != "" {
		q.problems.Add("template-size", "the queries do not fit into a template", problem,
			"before the first deployment, set the network's Layout to tiers.NestedStacks; or remove the call of watch.Queries, and print the "+
				"queries with \"tierwall usage --sql\"", q.problems.At)
	}
}

// tooLong returns what is too long for a template, or an empty string. A quarter of a template that holds the network too is left to the
// network.
func tooLong(nested bool, bytes int) string {
	allowed := catalog.TemplateBytes
	if !nested {
		allowed = allowed * 3 / 4
	}
	if bytes <= allowed {
		return ""
	}
	return fmt.Sprintf("they have %d bytes, of %d that a template may have; allowed here are %d", bytes, catalog.TemplateBytes, allowed)
}
