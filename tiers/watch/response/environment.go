package response

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/lazyregexp"
	model "github.com/tierwall/tierwall/internal/response"
)

// maxConfig is the size of the largest configuration. Lambda allows 4 KB for all variables, and the others need some.
const maxConfig = 2800

// serviceName is the name of a service in ip-ranges.json.
var serviceName = lazyregexp.New(`^[A-Z][A-Z0-9_]{1,60}$`)

// fill gives the function its configuration, which has the addresses of the whole network.
func (r *Response) fill(m *arch.Model) {
	stack := awscdk.Stack_Of(r)
	r.wrong = nil
	c := r.config(m)
	for _, problem := range c.Problems() {
		r.later("the properties of the response are not valid", problem, "correct the Props of response.New")
	}
	c.Account, c.Region = *stack.Account(), *stack.Region()
	text, err := json.Marshal(c)
	if err != nil {
		panic(err)
	}
	if len(text) > maxConfig {
		r.later("the configuration of the response is too long",
			fmt.Sprintf("it has %d bytes; the environment of a function has room for %d", len(text), maxConfig),
			"join blocks and names in Allow, or name fewer findings and feeds")
	}
	variables := map[string]*string{
		"RESPONSE": new(string(text)), "TABLE": r.table.Ref(),
		"IP_SETS_4": r.ipSets["IPv4"].AttrArn(), "IP_SETS_6": r.ipSets["IPv6"].AttrArn(),
		"PREFIX_LISTS_4": new(fmt.Sprintf("%s=%d", *r.lists["IPv4"].AttrPrefixListId(), listSize)),
		"PREFIX_LISTS_6": new(fmt.Sprintf("%s=%d", *r.lists["IPv6"].AttrPrefixListId(), listSize)),
	}
	if own := r.ownAddresses(); len(own) > 0 {
		variables["OWN_ADDRESSES"] = new(strings.Join(own, ","))
	}
	if r.group != nil {
		variables["QUARANTINE"] = new(*r.network.Vpc().VpcId() + "=" + *r.group.AttrGroupId())
	}
	if r.names != nil {
		variables["NAME_GROUP"] = r.names.ARN()
	}
	if len(r.firewalls) > 0 {
		variables["FIREWALLS"] = new(r.flushed(m))
	}
	r.function.SetEnvironment(&awslambda.CfnFunction_EnvironmentProperty{Variables: &variables})
}

// wrong is a mistake that the last plan showed.
type wrong struct{ summary, detail, fix string }

func (r *Response) later(summary, detail, fix string) {
	r.wrong = append(r.wrong, wrong{summary, detail, fix})
}

// check reports the mistakes that the last plan showed.
func (r *Response) check() {
	for _, w := range r.wrong {
		r.problems.Add("response", w.summary, w.detail, w.fix, r.problems.At)
	}
	r.checkNames()
}

// flushed are the firewalls with their zones, as the function reads them.
func (r *Response) flushed(m *arch.Model) string {
	var zones, out []string
	for _, z := range m.Zones {
		zones = append(zones, z.Name)
	}
	for _, f := range r.firewalls {
		out = append(out, *f.ARN()+"="+strings.Join(zones, "|"))
	}
	return strings.Join(out, ",")
}

func (r *Response) config(m *arch.Model) model.Config {
	p := r.props
	c := model.Config{
		Enforce: p.Enforce, Isolate: p.Isolate, PerHour: p.PerHour, AWSServices: p.AWSServices, Networks: networks(m),
	}
	c.Allowed, c.AllowedNames = r.allowed()
	if r.hasNames() {
		c.Names = neededNames(m)
	} else {
		c.AllowedNames = nil // Nothing needs them, and there is little room.
	}
	for _, f := range p.Findings {
		c.Rules = append(c.Rules, model.Rule{Type: f.Type, Severity: f.Severity, Action: f.Action.model(), Minutes: minutes(f.For)})
	}
	for _, a := range p.Alarms {
		c.Alarms = append(c.Alarms, model.AlarmRule{Name: a.Name, Dimension: a.Dimension, Minutes: minutes(a.For)})
	}
	for _, w := range p.WebACLRules {
		c.WebACLRules = append(c.WebACLRules, model.WebACLRule{WebACL: w.WebACL, Rule: w.Rule, Minutes: minutes(w.For)})
	}
	for _, f := range p.Feeds {
		source := model.FeedSource{Name: f.Name, URL: f.URL, Form: string(f.Form), SHA256URL: f.SHA256, Minutes: minutes(f.Every)}
		if f.Every == 0 {
			source.Minutes = 12 * 60
		}
		c.Feeds = append(c.Feeds, source)
	}
	return c
}

// allowed reads the blocks and the names that are never blocked.
func (r *Response) allowed() (blocks []netip.Prefix, names []string) {
	for _, text := range r.props.Allow {
		p, err := netip.ParsePrefix(text)
		switch _, noAddress := netip.ParseAddr(text); {
		case err == nil && p == p.Masked():
			blocks = append(blocks, p)
		case err == nil || noAddress == nil || strings.Contains(text, "/"):
			r.later("a block in Allow is not valid", fmt.Sprintf("got %.100q; allowed are blocks in CIDR notation, and domain names", text),
				"write an address as a block, such as 198.51.100.7/32")
		default:
			if name, ok := r.allowedName(text); ok {
				names = append(names, name)
			}
		}
	}
	for _, s := range r.props.AWSServices {
		if !serviceName.MatchString(s) {
			r.later("the name of an AWS service is not valid", fmt.Sprintf("got %.100q", s),
				"use a service of https://ip-ranges.amazonaws.com/ip-ranges.json, such as CLOUDFRONT")
		}
	}
	return blocks, names
}

// networks are the network's range and the blocks that its flows name. A block that only a deployment knows is not among them; such blocks
// are private addresses, which are never blocked.
func networks(m *arch.Model) []netip.Prefix {
	var out []netip.Prefix
	add := func(text string) {
		if p, err := netip.ParsePrefix(text); err == nil && p.Bits() > 0 {
			out = append(out, p.Masked())
		}
	}
	if !m.Network.Range.Symbolic {
		add(m.Network.Range.Text)
	}
	for _, f := range m.Flows {
		for _, peer := range []arch.Peer{f.From, f.To} {
			if peer.Kind == arch.CIDR && !peer.Symbolic {
				add(peer.Text)
			}
		}
	}
	slices.SortFunc(out, netip.Prefix.Compare)
	return slices.Compact(out)
}

// ownAddresses are the addresses of the network's NAT gateways, and those of the user.
func (r *Response) ownAddresses() []string {
	out := slices.Clone(r.props.OwnAddresses)
	for _, c := range *r.network.Node().FindAll(constructs.ConstructOrder_PREORDER) {
		if address, ok := c.(awsec2.CfnEIP); ok && *awscdk.Stack_Of(address).Node().Path() == *awscdk.Stack_Of(r).Node().Path() {
			out = append(out, *address.Ref())
		}
	}
	return out
}
