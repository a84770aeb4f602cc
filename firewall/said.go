package firewall

import (
	"github.com/tierwall/tierwall/internal/construct"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/calls"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/networkfirewall"
	"github.com/tierwall/tierwall/internal/wiring"
	"github.com/tierwall/tierwall/tiers/logs"
)

// This file records an inspection in the terms of architecture.yaml, for the command "tierwall export".

// record keeps in the network what the model does not have.
func (i *inspection) record(props *Props) {
	n := wiring.NetworkOf(i.net)
	c := n.Calls()
	out := &document.Inspection{Name: props.Name, Production: &props.Production, Managed: managed(props.Managed), At: i.at}
	if props.Logging != nil {
		out.Logs = props.Logging.said(c, i.at)
	}
	for _, g := range props.Threats {
		if g == nil {
			continue // An error.
		}
		if g.model == nil && g.arn != nil {
			if arn, ok := n.InFile(*g.arn); ok {
				out.Threats = append(out.Threats, document.Threat{ID: *g.Node().Id(), ARN: arn, Capacity: g.capacity})
			} else {
				c.Cannot(i.at, "the ARN of the threat group "+*g.Node().Id()+" is known only to CDK; state it under inspection.threats")
			}
			continue
		}
		c.Cannot(i.at, "the rules of the threat group "+*g.Node().Id()+" are in Go; write them into a file, and name it under inspection.threats")
	}
	if p := props.Policy; p != nil {
		i.recordPolicy(n, out, p)
	}
	c.Inspection = out
}

func (i *inspection) recordPolicy(n *wiring.Network, out *document.Inspection, p *Policy) {
	c := n.Calls()
	if p.cfn == nil {
		c.Cannot(i.at, "the firewall's policy is imported; call firewall.Inspect in workloads.go")
		return
	}
	s := p.stated
	out.Managed = managed(s.Managed)
	policy := document.FirewallPolicy{IdleTimeout: construct.Seconds(s.IdleTimeout)}
	known := false
	if policy.HomeNet, known = n.AllInFile(s.HomeNet); !known {
		c.Cannot(i.at, "a block of the firewall's HomeNet is known only to CDK; state it under inspection.policy.homeNet")
	}
	if s.Midstream != "" {
		out.Midstream = string(s.Midstream)
	}
	if t := s.TLSInspection; t != nil {
		if policy.TLS, known = n.InFile(*t.arn); !known {
			c.Cannot(i.at, "the TLS inspection is made in Go; import it by its ARN under inspection.policy.tls")
			policy.TLS = ""
		}
	}
	out.Policy = &policy
	if path := *p.Node().Path(); path != *i.net.Node().Path()+"/"+policyID {
		c.Cannot(i.at, "the firewall's policy "+path+" has another construct id in a generated app, which replaces it")
	}
	if s.HoldTLSSessions || s.Unlogged || s.Description != "" || s.Name != "" {
		c.Cannot(i.at, "the name, the description, HoldTLSSessions and Unlogged of a firewall's policy are not in the file")
	}
}

// policyID is the construct id of the policy in a generated app.
const policyID = "FirewallPolicy"

func managed(groups []ManagedGroup) []document.ManagedGroup {
	var out []document.ManagedGroup
	for _, g := range groups {
		m := document.ManagedGroup{Name: g.name, Drop: g.drops}
		if networkfirewall.ManagedCapacity(g.name) != g.capacity {
			m.Capacity = g.capacity
		}
		out = append(out, m)
	}
	return out
}

func (p *LoggingProps) said(c *calls.Calls, at diag.Position) *document.FirewallLogs {
	out := &document.FirewallLogs{Alert: destination(c, p.Alert, at), Flow: destination(c, p.Flow, at), TLS: destination(c, p.TLS, at),
		Retention: c.Days(string(p.Retention), at)}
	if p.Key != nil {
		out.Key = c.Resource(*p.Key.KeyArn(), "key")
	}
	return out
}

func destination(c *calls.Calls, d logs.Destination, at diag.Position) string {
	bucket, prefix := d.Bucket()
	if prefix != "" {
		c.Cannot(at, "the prefix of the keys of the firewall's logs in a bucket is not in the file")
	}
	switch {
	case d.IsNone():
		return "none"
	case bucket != nil:
		return c.Resource(*bucket.BucketArn(), "bucket")
	case d.LogGroup() != nil:
		return c.Resource(*d.LogGroup().LogGroupArn(), "log-group")
	case d.Firehose() != "":
		return c.Resource(d.Firehose(), "delivery-stream")
	}
	return ""
}
