package watch

import (
	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan/flowlogs"
)

// choices returns the choices that do not depend on the network.
func (p FlowLogsProps) choices() flowlogs.Choices {
	out := flowlogs.Choices{
		RejectedOnly: p.RejectedOnly, Interval: p.Interval, Fields: p.Fields, TierTag: p.TierTag, NewLogGroup: p.NewLogGroup,
		PlainText: p.PlainText, Retention: p.Retention, Key: p.Key != nil, ARN: p.To.Firehose(),
	}
	bucket, prefix := p.To.Bucket()
	switch out.Prefix = prefix; {
	case p.To.IsNone():
		out.To = flowlogs.None
	case bucket != nil:
		out.To = flowlogs.Bucket
	case p.To.LogGroup() != nil:
		out.To = flowlogs.LogGroup
	case out.ARN != "":
		out.To = flowlogs.Stream
	}
	return out
}

// Fields returns the names of the fields of a record, in their order in text.
func (f *FlowLog) Fields() []string { return f.choices.Names() }

// check records the mistakes in props. It reports whether the destination is usable.
func (f *FlowLog) check() (usable bool) {
	problems, usable := f.choices.Check(arch.GoDialect)
	for _, p := range problems {
		f.problems.Add(p.Rule, p.Summary, p.Detail, p.Fix, f.problems.At)
	}
	return usable
}
