package alarms

import (
	"cmp"
	"slices"

	"github.com/tierwall/tierwall/internal/alarm"
	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan"
)

// Network is what to watch.
type Network struct {
	Plan *plan.Plan
	// Namespace is the namespace of the metrics that are made from logs. No other network of the account has the same.
	Namespace string
	// Firewall describes the network firewall beyond the plan; nil if there is none.
	Firewall *Firewall
	// Fields are the fields of the VPC flow log in CloudWatch Logs, in their order, in the words of AWS: "subnet-id". There are none if the
	// flow log is elsewhere, or is not known.
	Fields []string
	// RejectedOnly says that the flow log is known to have only traffic that is rejected.
	RejectedOnly bool
	// Balancers are the load balancers in edge tiers.
	Balancers []Balancer
	// Attachments are the ids of the attachments to transit gateways.
	Attachments []string
	// Denials says that a trail writes the network activity events of the VPC endpoints to CloudWatch Logs.
	Denials bool
	// Insights says that there are to be rules of Contributor Insights.
	Insights bool
}

// Firewall is what the plan does not say about a network firewall.
type Firewall struct {
	Alerts  bool // whether its alert log is in CloudWatch Logs
	Threats bool // whether it has rule groups beside those of the declared flows
	TLS     bool // whether it inspects TLS
}

// Balancer is a load balancer in an edge tier.
type Balancer struct {
	Tier, ID    string
	Application bool // or a network load balancer
}

// Watch is what watches a network.
type Watch struct {
	Alarms   []alarm.Alarm // by ID
	Filters  []Filter      // by ID
	Queries  []Query       // by ID
	Insights []Insight     // by ID
	Graphs   []Graph       // by layer
	// Selectors are what a trail must record for the alarm on denied calls; none without it.
	Selectors []Selector
	// Gaps say what is not watched, and why.
	Gaps []string
}

// Resources counts the resources that watch the network, without a topic, a trail and a dashboard.
func (w Watch) Resources() int {
	return len(w.Alarms) + len(w.Filters) + len(w.Queries) + len(w.Insights)
}

// Filter makes a metric from the events of a log group.
type Filter struct {
	ID      string // and the name of the metric
	Log     arch.Operand
	Pattern alarm.Text
	// Zero says that the metric is 0 while there are events but no match. An alarm that compares with the past needs that.
	Zero bool
}

// Of derives what watches a network.
func Of(n Network) Watch {
	b := &builder{Network: n}
	b.balancers()
	b.webACLs()
	b.firewall()
	b.nat()
	b.transit()
	b.endpoints()
	b.tiers()
	w := b.watch
	slices.SortStableFunc(w.Alarms, func(x, y alarm.Alarm) int { return cmp.Compare(x.ID, y.ID) })
	slices.SortStableFunc(w.Filters, func(x, y Filter) int { return cmp.Compare(x.ID, y.ID) })
	slices.SortStableFunc(w.Queries, func(x, y Query) int { return cmp.Compare(x.ID, y.ID) })
	slices.SortStableFunc(w.Insights, func(x, y Insight) int { return cmp.Compare(x.ID, y.ID) })
	return w
}

// builder collects what watches a network.
type builder struct {
	Network
	watch Watch
}

func (b *builder) model() *arch.Model { return b.Plan.Model }

// gap records something that is not watched.
func (b *builder) gap(text string) { b.watch.Gaps = append(b.watch.Gaps, text) }

// alarm adds an alarm with the values that most alarms have.
func (b *builder) alarm(a alarm.Alarm) {
	if a.Period == 0 {
		a.Period = fiveMinutes
	}
	if a.Missing == "" {
		a.Missing = alarm.MissingIsFine
	}
	if a.Band > 0 {
		a.Comparison = alarm.AboveBand
	}
	b.watch.Alarms = append(b.watch.Alarms, a)
}

// filter adds a filter, and returns its metric.
func (b *builder) filter(f Filter) alarm.Metric {
	b.watch.Filters = append(b.watch.Filters, f)
	return alarm.Metric{Namespace: b.Namespace, Name: f.ID, Statistic: alarm.Sum}
}

const (
	fiveMinutes = 300
	hour        = 3600
	// band is the width of bands around the past, in standard deviations. CloudWatch's console proposes 2; wider bands go off less often.
	band = 3
)

// short cuts a text that becomes a part of a description or of a name.
func short(text string) string {
	const longest = 90
	if runes := []rune(text); len(runes) > longest {
		return string(runes[:longest]) + "..."
	}
	return text
}

// text returns a dimension whose value is known.
func text(name, value string) alarm.Dimension {
	return alarm.Dimension{Name: name, Value: arch.Operand{Text: value}}
}

// symbol returns a dimension whose value only a deployment knows.
func symbol(name string, value arch.Operand) alarm.Dimension {
	return alarm.Dimension{Name: name, Value: value}
}
