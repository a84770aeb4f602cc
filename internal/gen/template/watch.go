package template

import (
	"github.com/tierwall/tierwall/internal/plan/alarms"
	"github.com/tierwall/tierwall/internal/plan/dns"
	"github.com/tierwall/tierwall/internal/plan/flowlogs"
)

// Watch is the choices for what watches the network.
type Watch struct {
	FlowLogs []FlowLog
	Alarms   *Alarms
	DNS      *DNS
	Calendar *Calendar
}

// FlowLog is the choices for a flow log.
type FlowLog struct {
	ID      string   // of its construct
	Tiers   []string // whose subnets are logged; none logs the whole VPC
	Choices flowlogs.Choices
	To      Log // a destination that exists
	Key     any // as in Firewall
}

// Alarms is the choices for alarms.
type Alarms struct {
	// Network is what the alarms watch. Its Plan, Namespace and Attachments are set here.
	Network  alarms.Network
	Settings alarms.Settings
	Topic    any // the ARN of a topic, or an expression for it; nil makes one
	// FlowLog is the id of a flow log of Watch with a new log group. If it is empty, FlowLogGroup is the name of the log group of another flow
	// log, or an expression for it; nil without.
	FlowLog      string
	FlowLogGroup any
	Denied       any  // the name of the log group of a trail with denied calls, or an expression for it; nil without
	Record       bool // makes such a trail
	NoDashboard  bool
}

// DNS is the choices for a DNS firewall.
type DNS struct {
	Choices    dns.Choices
	Failure    string // in AWS's words; empty leaves it to the VPC
	Priority   int
	Log        Log
	Retention  int // of a new log group, in days; 0 is 90, and -1 has no end
	Key        any // as in Firewall
	Production bool
}

// Calendar is the choices for a calendar.
type Calendar struct {
	Topic any // as in Alarms
	Days  []int
}

// watch makes what watches the network.
func (r *renderer) watch() {
	for _, f := range r.in.Watch.FlowLogs {
		r.flowLog(f)
	}
	if d := r.in.Watch.DNS; d != nil {
		r.dns(*d)
	}
	if c := r.in.Watch.Calendar; c != nil {
		r.calendar(*c)
	}
	if a := r.in.Watch.Alarms; a != nil {
		r.alarms(*a)
	}
}
