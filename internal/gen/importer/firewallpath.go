package importer

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/lazyregexp"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/reach/address"
)

// inspectedPaths returns the paths that the routes lead through a firewall. Subnets to which packets from the internet come through it
// answer through it as well, which is not egress.
func (i *importer) inspectedPaths(firewall *cfn.Resource) []string {
	entrances, translating := i.entrances(firewall), i.translating()
	var egress, eastWest bool
	for _, s := range i.top.Subnets {
		if s.Table == nil || translating[s] {
			continue // From a NAT gateway, only answers come back.
		}
		for _, r := range s.Table.Routes {
			switch {
			case r.Target.Kind != reach.Middlebox || r.Target.Resource != firewall:
			case isWithin(r.Block, s.VPC):
				eastWest = true
			default:
				egress = egress || !isEntrance(s, entrances)
			}
		}
	}
	return pathWords(egress, len(entrances) > 0, eastWest)
}

// translating are the subnets of NAT gateways.
func (i *importer) translating() map[*reach.Subnet]bool {
	out := map[*reach.Subnet]bool{}
	for r := range i.assembly.OfType("AWS::EC2::NatGateway") {
		out[i.top.Subnet(r.Get("SubnetId"))] = true
	}
	return out
}

// isWithin reports whether a block is in a VPC.
func isWithin(b reach.Block, v *reach.VPC) bool {
	return v != nil && b.IsValid() && slices.ContainsFunc(v.Blocks, func(own reach.Block) bool {
		return own.Holds(address.CellOf(b)) == address.Yes
	})
}

func isEntrance(s *reach.Subnet, entrances []reach.Block) bool {
	return slices.ContainsFunc(entrances, func(b reach.Block) bool {
		return slices.ContainsFunc(s.Blocks, func(own reach.Block) bool { return b.Holds(address.CellOf(own)) != address.No })
	})
}

// entrances are the blocks to which the tables of internet gateways lead through a firewall.
func (i *importer) entrances(firewall *cfn.Resource) []reach.Block {
	var out []reach.Block
	for a := range i.assembly.OfType("AWS::EC2::GatewayRouteTableAssociation") {
		table := a.Get("RouteTableId")
		for r := range i.assembly.OfType("AWS::EC2::Route") {
			if of := r.Get("RouteTableId"); table.IsMissing() || of.String() != table.String() || !i.leadsTo(r.Get("VpcEndpointId"), firewall) {
				continue
			}
			if b, err := i.top.BlockOf(r.Get("DestinationCidrBlock"), false); err == nil {
				out = append(out, b)
			}
		}
	}
	return out
}

// leadsTo reports whether the target of a route is an endpoint of a firewall.
func (i *importer) leadsTo(v cfn.Value, firewall *cfn.Resource) bool {
	for ref := range v.References() {
		r := ref.Resource
		if e := ref.Entry(); e != nil {
			r = e.Resource
		}
		if r == firewall {
			return true
		}
		if r != nil && r.Type == "AWS::NetworkFirewall::VpcEndpointAssociation" && r.Get("FirewallArn").Resource == firewall {
			return true
		}
	}
	return false
}

// logs makes the logs of a firewall; nil if they are the product's: new log groups for alerts and connections.
func (r firewallReader) logs() *document.FirewallLogs {
	out := document.FirewallLogs{Alert: none, Flow: none}
	for n, l := range r.Logs {
		at := map[string]*string{"ALERT": &out.Alert, "FLOW": &out.Flow, "TLS": &out.TLS}[l.Type]
		if at == nil {
			r.unsaid(r.Logging[0], "LoggingConfiguration", "a log of %s is known only at deployment", r.Resource.ID)
			continue
		}
		switch bucket := l.Destination["bucketName"]; {
		case l.Kind == "S3" && bucketName.MatchString(bucket):
			*at = "arn:aws:s3:::" + bucket
			if l.Destination["prefix"] != "" {
				r.unsaid(r.Logging[0], logPath(n), "the prefix of a log in the bucket %s has no word in the format", bucket)
			}
		case l.Kind == "CloudWatchLogs":
			*at = ""
			if !r.retention(&out, l.Destination["logGroup"]) {
				r.unsaid(r.Logging[0], logPath(n), "the %s log of %s goes to %.80q, which is not in the templates: the new firewall gets a new log "+
					"group",
					strings.ToLower(l.Type), r.Resource.ID, l.Destination["logGroup"])
			}
		default:
			*at = ""
			r.unsaid(r.Logging[0], logPath(n), "the %s log of %s gets a new log group in place of %.80q", strings.ToLower(l.Type), r.Resource.ID,
				l.Kind)
		}
	}
	if out == (document.FirewallLogs{}) {
		return nil
	}
	return &out
}

func logPath(n int) string {
	return "LoggingConfiguration.LogDestinationConfigs[" + string(rune('0'+min(n, 9))) + "]"
}

// none is the word for no destination.
const none = "none"

// retention keeps the days for which a log group of the templates keeps logs. It returns false if the group is not in the templates.
func (r firewallReader) retention(out *document.FirewallLogs, name string) bool {
	found := false
	for _, l := range r.Logging {
		for ref := range l.References() {
			if ref.Resource == nil || ref.Resource.Type != "AWS::Logs::LogGroup" {
				continue
			}
			stated, _ := ref.Resource.Get("LogGroupName").Literal()
			if name != stated && !strings.Contains(name, ref.Resource.ID) {
				continue
			}
			found = true
			if days, ok := ref.Resource.Get("RetentionInDays").Int(); ok && days != defaultRetention {
				out.Retention = document.Days(days)
			}
		}
	}
	return found
}

// defaultRetention is the number of days for which new log groups keep logs.
const defaultRetention = 90

// bucketName is the form of a bucket's name.
var bucketName = lazyregexp.New(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
