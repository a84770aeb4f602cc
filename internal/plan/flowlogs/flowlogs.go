// Package flowlogs derives the VPC flow logs of a network from a few choices: their fields and properties, and what is wrong with the
// choices.
//
// It must not know tiers, templates or CDK.
package flowlogs

import (
	"slices"
	"strings"
	"time"

	"github.com/tierwall/tierwall/internal/catalog"
)

// Destination is the kind of destination that somebody states.
type Destination int

// The kinds of destinations.
const (
	New      Destination = iota // none is stated, so that one is made
	None                        // no logs are kept, which flow logs do not accept
	Bucket                      // a bucket
	LogGroup                    // a log group
	Stream                      // a delivery stream
)

// Choices are the choices for flow logs that do not depend on the network.
type Choices struct {
	RejectedOnly bool
	Interval     time.Duration // 1 or 10 minutes; 0 is 10 minutes
	Fields       []string      // further fields
	TierTag      bool
	To           Destination
	Prefix       string // of the keys in a bucket
	ARN          string // of a delivery stream, if it is known
	NewLogGroup  bool   // the destination that is made is a log group, and not a bucket
	PlainText    bool
	Retention    time.Duration // of a destination that is made; 0 is the default
	Key          bool          // whether a key is stated
}

// TierTag is the key of the tag that names a tier. Subnets and network ACLs have it too.
const TierTag = "Tier"

// baseFields are the fields of every record, in their order: what the command "tierwall usage" reads, and what people ask next: where the
// interface is, and which way packets took. A change of this list replaces the flow logs of all users.
const baseFields = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status " +
	"vpc-id subnet-id tcp-flags type pkt-srcaddr pkt-dstaddr flow-direction traffic-path az-id resource-id"

// tagField is the field with the tag of the network interface.
const tagField = "interface-tag"

// Names returns the names of the fields of a record, in their order in text.
func (c Choices) Names() []string {
	out := strings.Fields(baseFields)
	for _, name := range c.Fields {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	if c.TierTag {
		out = append(out, tagField)
	}
	return out
}

// Format returns the format of records, as AWS writes it.
func (c Choices) Format() string {
	names := c.Names()
	for i := range names {
		names[i] = "${" + names[i] + "}"
	}
	return strings.Join(names, " ")
}

// TrafficType returns AWS's word for the traffic that is logged.
func (c Choices) TrafficType() string {
	if c.RejectedOnly {
		return "REJECT"
	}
	return "ALL"
}

// FileFormat returns AWS's word for the format of files in a bucket.
func (c Choices) FileFormat() string {
	if c.PlainText {
		return "plain-text"
	}
	return "parquet"
}

// Longest returns the longest time that one record covers.
func (c Choices) Longest() time.Duration {
	if c.Interval == 0 {
		return longInterval
	}
	return c.Interval
}

const (
	shortInterval = time.Minute
	longInterval  = 10 * time.Minute
	day           = 24 * time.Hour
	defaultDays   = 90
)

// Days returns the days that a new destination keeps logs. It is the default if the stated retention is not valid.
func (c Choices) Days() int {
	kept := int(c.Retention / day)
	if kept <= 0 || c.NewLogGroup && !slices.Contains(catalog.LogRetentionDays, kept) {
		return defaultDays
	}
	return kept
}
