package waf

import (
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/gen/calls"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/tiers/logs"
)

// This file records web ACLs in the terms of architecture.yaml, for the command "tierwall export".

// record keeps in the network what the model does not have.
func (p *protector) record(c *calls.Calls, tier, id string, at diag.Position) {
	props := p.props
	out := document.WebACL{ID: id, Tier: tier, ShieldResponse: props.ShieldResponse, Name: props.Name, At: at}
	if arn := props.Resource.arn; arn != nil {
		out.Resource = c.Resource(*arn, "load-balancer")
	}
	if props.Origin != nil {
		out.Origin = &document.Origin{Header: props.Origin.Header}
		for _, secret := range props.Origin.Secrets {
			out.Origin.Secrets = append(out.Origin.Secrets, c.Resource(secret, "secret"))
		}
	}
	if l := props.Logging; l != nil {
		out.Logs = l.said(c, at)
	}
	if props.CloudFront != nil {
		c.Cannot(at, "the web ACL "+id+" is for a distribution; call waf.Protect in workloads.go")
	}
	if len(props.Bodies) > 0 {
		c.Cannot(at, "the web ACL "+id+" has bodies for rules of your own; call waf.Protect in workloads.go")
	}
	p.acl.cannot = func(at diag.Position) {
		c.Cannot(at, "a rule is added to the web ACL "+id+"; add it in workloads.go")
	}
	i := len(c.WebACLs)
	p.acl.takes = func(arn string, at diag.Position) {
		if c.WebACLs[i].Resource != "" {
			c.Cannot(at, "the web ACL "+id+" protects a second resource; call Associate in workloads.go")
			return
		}
		c.WebACLs[i].Resource = c.Resource(arn, "load-balancer")
	}
	c.WebACLs = append(c.WebACLs, out)
}

func (p *LoggingProps) said(c *calls.Calls, at diag.Position) *document.WebACLLogs {
	out := &document.WebACLLogs{
		Retention: c.Days(string(p.Retention), at), RedactQueryString: p.RedactQueryString, RedactPath: p.RedactPath, DropRest: p.DropRest,
		To: destination(c, p.To),
	}
	if p.Key != nil {
		out.Key = c.Resource(*p.Key.KeyArn(), "key")
	}
	if p.RedactHeaders != nil {
		out.RedactHeaders = &p.RedactHeaders
	}
	for _, f := range p.Filters {
		filter := document.LogFilter{Drop: f.Drop, Labels: f.Labels, All: f.All}
		for _, a := range f.Actions {
			filter.Actions = append(filter.Actions, string(a))
		}
		out.Filters = append(out.Filters, filter)
	}
	return out
}

func destination(c *calls.Calls, d logs.Destination) string {
	bucket, _ := d.Bucket()
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
