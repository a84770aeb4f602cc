package watch

import (
	"maps"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/gen/calls"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/wiring"
	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/logs"
)

// This file records what watches a network in the terms of architecture.yaml, for the command "tierwall export".

// said returns what watches the network, as its calls have said so far.
func said(c *calls.Calls) *document.Watch {
	if c.Watch == nil {
		c.Watch = &document.Watch{}
	}
	return c.Watch
}

// record keeps the call in the network.
func (f *FlowLog) record(core *wiring.Network) {
	c, p := core.Calls(), f.props
	out := document.FlowLog{
		RejectedOnly: p.RejectedOnly, Interval: construct.Seconds(p.Interval), Fields: p.Fields, TierTag: p.TierTag, NewLogGroup: p.NewLogGroup,
		PlainText: p.PlainText, Retention: int(p.Retention.Hours() / 24), At: f.problems.At,
	}
	if p.ID != defaultID {
		out.ID = p.ID
	}
	for _, t := range p.Tiers {
		out.Tiers = append(out.Tiers, wiring.TierOf(t, "a tier of flow logs", f.problems.At).ID())
	}
	out.To, out.Prefix = destinationOf(c, p.To)
	if p.Key != nil {
		out.Key = c.Resource(*p.Key.KeyArn(), "key")
	}
	said(c).FlowLogs = append(said(c).FlowLogs, out)
}

// destinationOf returns a destination and the prefix in it.
func destinationOf(c *calls.Calls, d logs.Destination) (to, prefix string) {
	bucket, prefix := d.Bucket()
	switch {
	case d.IsNone():
		return "none", ""
	case bucket != nil:
		return c.Resource(*bucket.BucketArn(), "bucket"), prefix
	case d.LogGroup() != nil:
		return c.Resource(*d.LogGroup().LogGroupArn(), "log-group"), ""
	case d.Firehose() != "":
		return c.Resource(d.Firehose(), "delivery-stream"), ""
	}
	return "", ""
}

// record keeps the call in the network.
func (a *NetworkAlarms) record(network *tiers.Network) {
	c, p := a.core.Calls(), a.props
	out := &document.Alarms{
		RecordDeniedCalls: p.RecordDeniedCalls, Contributors: p.Contributors, NoDashboard: p.NoDashboard, Off: p.Off,
		Thresholds: maps.Clone(p.Thresholds), At: a.problems.At,
	}
	if p.Topic != nil {
		out.Topic = c.Resource(*p.Topic.TopicArn(), "topic")
	}
	if p.FlowLog != nil {
		a.recordFlowLog(c, network, out)
	}
	if p.DeniedCalls != nil {
		out.DeniedCalls = c.Resource(*p.DeniedCalls.LogGroupArn(), "log-group")
	}
	said(c).Alarms = out
}

// recordFlowLog records which flow log the alarms use: one of this network by its id, and others by their log groups.
func (a *NetworkAlarms) recordFlowLog(c *calls.Calls, network *tiers.Network, out *document.Alarms) {
	arn := *a.props.FlowLog.LogGroupArn()
	for _, child := range *network.Node().Children() {
		f, ok := child.(*FlowLog)
		if !ok || f.destination.group == nil || *f.destination.group.LogGroupArn() != arn {
			continue
		}
		switch same := slices.Equal(a.props.FlowLogFields, f.Fields()) && len(f.props.Tiers) == 0; {
		case same:
			out.FlowLog = f.props.ID
			return
		case f.props.NewLogGroup:
			c.Cannot(a.problems.At, "the alarms use the flow log "+f.props.ID+" with other fields than its own, or of some tiers; set "+
				"FlowLogFields to those that Fields returns, of a flow log without Tiers")
			return
		}
	}
	out.FlowLog, out.FlowLogFields = c.Resource(arn, "log-group"), a.props.FlowLogFields
}

// record keeps the call in the network.
func (d *DNSFirewall) record(c *calls.Calls) {
	p := d.props
	out := &document.DNS{
		Names: p.Names, PrivateZones: p.PrivateZones, Response: strings.ToLower(string(p.Response)),
		Advanced: strings.ToLower(string(p.Advanced)), Failure: map[DNSFailure]string{DNSFailOpen: "open", DNSFailClosed: "closed"}[p.Failure],
		Priority: p.Priority, Production: &p.Production, At: d.problems.At,
	}
	if p.Mode == DNSObserve {
		out.Mode = "observe"
	}
	l := document.DNSLogs{Retention: c.Days(string(p.Retention), d.problems.At)}
	l.To, l.Prefix = destinationOf(c, p.QueryLogs)
	if p.Key != nil {
		l.Key = c.Resource(*p.Key.KeyArn(), "key")
	}
	if l != (document.DNSLogs{}) {
		out.Logs = &l
	}
	said(c).DNS = out
}

// record keeps the call in the network.
func (c *NetworkCalendar) record(to *calls.Calls, props *CalendarProps) {
	out := &document.Calendar{Days: props.Days, At: c.problems.At}
	if props.Days != nil && len(props.Days) == 0 {
		to.Cannot(c.problems.At, "a calendar without days sends no messages; remove it, or leave out Days")
	}
	if props.Topic != nil {
		out.Topic = to.Resource(*props.Topic.TopicArn(), "topic")
	}
	said(to).Calendar = out
}
