package alarms_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tierwall/tierwall/internal/alarm"
	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan/alarms"
	"github.com/tierwall/tierwall/internal/plan/plantest"
)

var (
	internet = arch.Peer{Kind: arch.Internet}
	edge     = arch.TierPeer(arch.Edge, "Edge")
	web      = arch.TierPeer(arch.Web, "Web")
	app      = arch.TierPeer(arch.App, "App")
	stripe   = arch.Peer{Kind: arch.Domain, Operand: arch.Operand{Text: "api.stripe.com"}}
)

// shop is an architecture with everything that has alarms.
func shop(paths arch.Paths, mode arch.Mode) arch.Architecture {
	return arch.Architecture{
		Network: arch.Network{
			Path: "Shop/Network", Range: arch.Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a", "eu-west-1b"},
			Inspection: &arch.Inspection{Paths: paths, Mode: mode},
		},
		Tiers: []arch.Tier{{ID: "Edge", Kind: arch.Edge}, {ID: "Web", Kind: arch.Web}, {ID: "App", Kind: arch.App},
			{ID: "Jobs", Kind: arch.App, SharesWith: "App"}},
		Flows: []arch.Flow{
			{From: internet, To: edge, Service: "https"}, {From: edge, To: web, Service: "https"}, {From: web, To: app, Service: "tcp/8080"},
			{From: app, To: stripe, Service: "https"}, {From: app, To: stripe, Service: "http"},
		},
		Protections: []arch.Protection{{Tier: "Edge"}},
		Grants: []arch.Grant{{Tier: "App", Use: "send", Needs: []arch.Need{{Service: "sqs", Actions: []string{"sqs:SendMessage"},
			Resources: []string{"arn:aws:sqs:eu-west-1:111122223333:orders"}}}}, {Tier: "App", Use: "read", Needs: []arch.Need{{Service: "s3",
			Gateway: true, Actions: []string{"s3:GetObject"}, Resources: []string{"arn:aws:s3:::uploads/*"}}}}},
		Roles: []arch.TierRole{{Tier: "App", ARN: "arn:aws:iam::111122223333:role/app"}},
	}
}

var fields = []string{"version", "interface-id", "subnet-id", "srcaddr", "dstaddr", "srcport", "dstport", "protocol", "bytes", "action"}

// everything watches all of an architecture.
func everything(t require.TestingT, a arch.Architecture) alarms.Network {
	return alarms.Network{
		Plan: plantest.Make(t, a), Namespace: "Tierwall/Shop", Fields: fields, Denials: true, Insights: true,
		Attachments: []string{"tgw-0123456789abcdef0"},
		Firewall:    &alarms.Firewall{Alerts: true, Threats: true, TLS: true},
		Balancers:   []alarms.Balancer{{Tier: "Edge", ID: "Public", Application: true}, {Tier: "Edge", ID: "Raw"}},
	}
}

// data is data for an alarm: the values of its metrics in one period.
type data struct {
	calm  []float64 // on a healthy network with traffic
	below []float64 // just not enough
	above []float64 // just enough
	upper float64   // the end of the band, for alarms that compare with the past
}

// dataOf has data on both sides of each alarm.
var dataOf = map[string]data{
	`NAT.*Ports`: {calm: []float64{0}, below: []float64{0}, above: []float64{1}},
	`NAT.*Loss`: {calm: []float64{3, 200, 200}, below: []float64{100, 600_000, 400_000},
		above: []float64{101, 600_000, 400_000}},
	`NAT.*Bandwidth`: {calm: []float64{1e9, 1e10, 1e9, 1e10}, below: []float64{1.49e12, 0.5e12, 0.5e12, 0.5e12},
		above: []float64{1.5e12, 0.5e12, 0.5e12, 0.5e12}},
	`NAT.*Bytes`:            {calm: []float64{9e8}, below: []float64{5e9}, above: []float64{5.1e9}, upper: 5e9},
	`Firewall.*Midstream`:   {calm: []float64{5}, below: []float64{99}, above: []float64{100}},
	`Firewall.*TLS`:         {calm: []float64{9}, below: []float64{40}, above: []float64{41}, upper: 40},
	`FirewallDefaultDrops`:  {calm: []float64{1}, below: []float64{9}, above: []float64{10}},
	`FirewallDrop\d+`:       {calm: []float64{0}, below: []float64{0}, above: []float64{1}},
	`FirewallThreats`:       {calm: []float64{0}, below: []float64{0}, above: []float64{1}},
	`WebACL\..*\.Blocks`:    {calm: []float64{99}, below: []float64{900}, above: []float64{901}, upper: 900},
	`WebACL\..*\.Limit\..*`: {calm: []float64{20}, below: []float64{999}, above: []float64{1000}},
	`Balancer\..*`:          {calm: []float64{0}, below: []float64{0}, above: []float64{1}},
	`Transit\..*`:           {calm: []float64{3}, below: []float64{99}, above: []float64{100}},
	`EndpointLoss`:          {calm: []float64{2}, below: []float64{99}, above: []float64{100}},
	`EndpointDenials`:       {calm: []float64{0}, below: []float64{0}, above: []float64{1}},
	`Rejected.*`:            {calm: []float64{99}, below: []float64{450}, above: []float64{451}, upper: 450},
	`FlowLogSilence`:        {calm: []float64{5000}, below: []float64{1}, above: []float64{0}},
}

// dataFor returns the data of an alarm.
func dataFor(t *testing.T, id string) data {
	t.Helper()
	var found []data
	for pattern, d := range dataOf {
		if regexp.MustCompile("^(?:" + pattern + ")$").MatchString(id) {
			found = append(found, d)
		}
	}
	require.Len(t, found, 1, "the alarm %s has no data on both sides of it", id)
	return found[0]
}

// point is the data point of an alarm for some values of its metrics.
func point(a alarm.Alarm, values []float64, upper float64) alarm.Point {
	var points []alarm.Point
	for _, v := range values {
		points = append(points, alarm.Point{Value: v})
	}
	p := a.Signal.Value(points, a.Period)
	p.Upper = upper
	return p
}

// ranges are the evaluation ranges that CloudWatch might use, beyond the periods of an alarm.
const ranges = 5

// TestBothSides: on each side of each alarm there is data on which it goes off and data on which it does not.
func TestBothSides(t *testing.T) {
	t.Parallel()
	for _, paths := range []arch.Paths{arch.EgressPath | arch.EastWestPath, arch.EgressPath | arch.IngressPath} {
		fromInternet := paths&arch.IngressPath != 0
		for _, a := range alarms.Of(everything(t, shop(paths, arch.Enforce))).Alarms {
			d := dataFor(t, a.ID)
			if a.Band > 0 && d.upper == 0 { // Scanned from the internet: it compares with the past.
				require.True(t, fromInternet, a.ID)
				d = data{calm: []float64{99}, below: []float64{700}, above: []float64{701}, upper: 700}
			}
			assert.Empty(t, a.Check(), a.ID)
			for extra := range ranges {
				inRange := func(good, bad []float64, bads int) []alarm.Point {
					var out []alarm.Point
					for i := range a.Periods + extra {
						values := good
						if i >= a.Periods+extra-bads {
							values = bad
						}
						out = append(out, point(a, values, d.upper))
					}
					return out
				}
				assert.Equal(t, alarm.OK, a.State(inRange(d.calm, d.calm, 0), alarm.OK), "%s: calm", a.ID)
				assert.Equal(t, alarm.OK, a.State(inRange(d.below, d.below, 0), alarm.OK), "%s: below", a.ID)
				assert.Equal(t, alarm.OK, a.State(inRange(d.below, d.above, a.Breaching-1), alarm.OK), "%s: too short", a.ID)
				assert.Equal(t, alarm.InAlarm, a.State(inRange(d.below, d.above, a.Breaching), alarm.OK), "%s: above", a.ID)
			}
		}
	}
}

// TestQuiet: no alarm goes off on a network without traffic, on one with the least data, and on one that has just been made. A band around
// a past without events has no width, so that only the floor keeps an alarm quiet.
func TestQuiet(t *testing.T) {
	t.Parallel()
	for _, a := range alarms.Of(everything(t, shop(arch.EgressPath|arch.IngressPath, arch.Enforce))).Alarms {
		d := dataFor(t, a.ID)
		for extra := range ranges {
			silent := slices.Repeat([]alarm.Point{alarm.None}, a.Periods+extra)
			if a.ReportsSilence {
				assert.Equal(t, alarm.InsufficientData, a.State(silent, alarm.OK), "%s reports silence", a.ID)
				assert.Equal(t, alarm.InsufficientData, a.State(silent, alarm.InsufficientData), "%s is no news before the first data", a.ID)
			} else {
				assert.Equal(t, alarm.OK, a.State(silent, alarm.InsufficientData), a.ID)
			}
			if a.Band > 0 {
				noise := d.calm
				if d.upper == 0 { // Scanned from the internet.
					noise = []float64{99}
				}
				flat := slices.Repeat([]alarm.Point{point(a, noise, 0)}, a.Periods+extra)
				assert.Equal(t, alarm.OK, a.State(flat, alarm.OK), "%s: a little after a past with nothing", a.ID)
			}
			once := slices.Clone(silent)
			once[len(once)-1] = point(a, d.calm, 0)
			assert.Equal(t, alarm.OK, a.State(once, alarm.OK), a.ID)
			once[0] = point(a, d.calm, 0)
			assert.Equal(t, alarm.OK, a.State(once, alarm.OK), a.ID)
		}
	}
}

func ids[T any](list []T, id func(T) string) []string {
	var out []string
	for _, x := range list {
		out = append(out, id(x))
	}
	return out
}

func alarmIDs(w alarms.Watch) []string {
	return ids(w.Alarms, func(a alarm.Alarm) string { return a.ID })
}

var anySID = regexp.MustCompile(`Drop\d+`)

// spell writes when an alarm goes off: "2 of 3 in 300 s: m1 >= 1".
func spell(a alarm.Alarm) string {
	signal := a.Signal.Expression(a.Period)
	if a.Signal.Query != nil {
		signal = "query"
	}
	against := map[alarm.Comparison]string{
		alarm.AtLeast: fmt.Sprint(">= ", a.Threshold), alarm.Above: fmt.Sprint("> ", a.Threshold), alarm.Below: fmt.Sprint("< ", a.Threshold),
		alarm.AboveBand: fmt.Sprintf("> band of %g", a.Band),
	}[a.Comparison]
	id := anySID.ReplaceAllString(a.ID, "DropSID")
	return fmt.Sprintf("%s: %d of %d in %d s: %s %s", id, a.Breaching, a.Periods, a.Period, signal, against)
}

// TestShop lists what watches a network with everything.
func TestShop(t *testing.T) {
	t.Parallel()
	w := alarms.Of(everything(t, shop(arch.EgressPath|arch.EastWestPath, arch.Enforce)))
	var got []string
	for _, a := range w.Alarms {
		got = append(got, spell(a))
	}
	assert.Equal(t, []string{
		"Balancer.Edge.Public.Rejected: 2 of 3 in 300 s: m1 >= 1",
		"Balancer.Edge.Raw.Ports: 2 of 3 in 300 s: m1 >= 1",
		"Balancer.Edge.Raw.Rejected: 2 of 3 in 300 s: m1 >= 1",
		"EndpointDenials: 1 of 1 in 300 s: m1 >= 1",
		"EndpointLoss: 3 of 3 in 300 s: query >= 100",
		"FirewallDefaultDrops: 3 of 3 in 300 s: m1 >= 10",
		"FirewallDropSID: 2 of 3 in 300 s: m1 >= 1",
		"FirewallDropSID: 2 of 3 in 300 s: m1 >= 1",
		"FirewallDropSID: 2 of 3 in 300 s: m1 >= 1",
		"FirewallDropSID: 2 of 3 in 300 s: m1 >= 1",
		"FirewallSlot0Midstream: 3 of 3 in 300 s: m1 >= 100",
		"FirewallSlot0TLS: 3 of 3 in 300 s: IF(m1 < 10, 0, m1) > band of 3",
		"FirewallSlot1Midstream: 3 of 3 in 300 s: m1 >= 100",
		"FirewallSlot1TLS: 3 of 3 in 300 s: IF(m1 < 10, 0, m1) > band of 3",
		"FirewallThreats: 1 of 1 in 300 s: m1 >= 1",
		"FlowLogSilence: 4 of 4 in 900 s: m1 < 1",
		"NATSlot0Bandwidth: 3 of 3 in 300 s: 8*(m1+m2+m3+m4)/300/1000000000 >= 80",
		"NATSlot0Bytes: 2 of 3 in 3600 s: IF(m1 < 1000000000, 0, m1) > band of 3",
		"NATSlot0Loss: 3 of 3 in 300 s: IF(m1 < 10, 0, 100*m1/(m2+m3)) > 0.01",
		"NATSlot0Ports: 2 of 3 in 300 s: m1 >= 1",
		"NATSlot1Bandwidth: 3 of 3 in 300 s: 8*(m1+m2+m3+m4)/300/1000000000 >= 80",
		"NATSlot1Bytes: 2 of 3 in 3600 s: IF(m1 < 1000000000, 0, m1) > band of 3",
		"NATSlot1Loss: 3 of 3 in 300 s: IF(m1 < 10, 0, 100*m1/(m2+m3)) > 0.01",
		"NATSlot1Ports: 2 of 3 in 300 s: m1 >= 1",
		"Rejected.Endpoints: 3 of 3 in 300 s: IF(m1 < 100, 0, m1) > band of 3",
		"RejectedApp: 3 of 3 in 300 s: IF(m1 < 100, 0, m1) > band of 3",
		"RejectedEdge: 3 of 3 in 300 s: IF(m1 < 100, 0, m1) > band of 3",
		"RejectedWeb: 3 of 3 in 300 s: IF(m1 < 100, 0, m1) > band of 3",
		"Transit.tgw-0123456789abcdef0.Blackhole: 3 of 3 in 300 s: m1 >= 100",
		"Transit.tgw-0123456789abcdef0.NoRoute: 3 of 3 in 300 s: m1 >= 100",
		"WebACL.Edge.Blocks: 3 of 3 in 300 s: IF(m1 < 100, 0, m1) > band of 3",
		"WebACL.Edge.Limit.RateLimit: 2 of 3 in 300 s: m1 >= 1000",
	}, got)
	assert.Empty(t, w.Gaps)
	var names []string
	for _, q := range w.Queries {
		names = append(names, q.Name)
	}
	assert.Equal(t, []string{
		"Most bytes", "Dropped by the firewall", "Dropped by the firewall: from Endpoints", "Dropped by the firewall: from App, Jobs",
		"Dropped by the firewall: from Edge", "Dropped by the firewall: from Web", "Rejected: all tiers", "Rejected: Endpoints",
		"Rejected: App, Jobs", "Rejected: Edge", "Rejected: Web",
	}, names)
}

// TestFromInternet: where the firewall inspects traffic from the internet, scanners decide what is usual.
func TestFromInternet(t *testing.T) {
	t.Parallel()
	var got []string
	for _, a := range alarms.Of(everything(t, shop(arch.EgressPath|arch.IngressPath, arch.Enforce))).Alarms {
		if strings.HasPrefix(a.ID, "FirewallD") || a.ID == "FirewallThreats" {
			got = append(got, spell(a))
		}
	}
	assert.ElementsMatch(t, []string{
		"FirewallDefaultDrops: 3 of 3 in 300 s: IF(m1 < 100, 0, m1) > band of 3",
		"FirewallDropSID: 2 of 3 in 300 s: IF(m1 < 100, 0, m1) > band of 3", // more bytes than a connection may have undeclared
		"FirewallDropSID: 2 of 3 in 300 s: m1 >= 1", "FirewallDropSID: 2 of 3 in 300 s: m1 >= 1", "FirewallDropSID: 2 of 3 in 300 s: m1 >= 1",
		"FirewallThreats: 3 of 3 in 300 s: IF(m1 < 100, 0, m1) > band of 3",
	}, got)
}

// TestLong: many names, shared subnets and rules fit into the limits of CloudWatch.
func TestLong(t *testing.T) {
	t.Parallel()
	a := shop(arch.EgressPath, arch.Enforce)
	for i := range 60 {
		name := fmt.Sprintf("host-with-a-long-name-%d.example.com", i)
		a.Flows = append(a.Flows, arch.Flow{From: app, To: arch.Peer{Kind: arch.Domain, Operand: arch.Operand{Text: name}}, Service: "http"})
		id := fmt.Sprintf("TierThatSharesSubnets%d", i)
		a.Tiers = append(a.Tiers, arch.Tier{ID: id, Kind: arch.App, SharesWith: "App"})
	}
	w := alarms.Of(everything(t, a))
	for _, x := range w.Alarms {
		assert.Empty(t, x.Check(), x.ID)
	}
	for _, q := range w.Queries {
		assert.Less(t, len(q.Name), 255-121, "with the name of the network in front")
		assert.Less(t, len(q.Text.Resolve(resolve)), 10_000)
	}
	n := everything(t, shop(arch.EgressPath, arch.Enforce))
	for i := range 60 {
		n.Fields = append(n.Fields, fmt.Sprintf("field-number-%d", i))
	}
	assert.Contains(t, strings.Join(alarms.Of(n).Gaps, "\n"), "so many fields that a filter cannot name them")
}

// resolve spells symbols.
func resolve(o arch.Operand) string { return "<" + o.Text + ">" }

// TestTexts: patterns and queries in the languages of CloudWatch.
func TestTexts(t *testing.T) {
	t.Parallel()
	w := alarms.Of(everything(t, shop(arch.EgressPath|arch.EastWestPath, arch.Enforce)))
	patterns := map[string]string{}
	for _, f := range w.Filters {
		patterns[f.ID] = f.Pattern.Resolve(resolve)
	}
	assert.Equal(t, `[version, interface_id, subnet_id="<subnet/Block2Slot0>" || subnet_id="<subnet/Block2Slot1>", srcaddr, dstaddr, `+
		`srcport, dstport, protocol, bytes, action=REJECT]`, patterns["RejectedWeb"])
	assert.Equal(t, `{ ($.event.alert.signature_id = 2 || $.event.alert.signature_id = 4 || $.event.alert.signature_id = 6 || `+
		`$.event.alert.signature_id = 8) && $.event.verdict.action = "drop" }`, patterns["FirewallDefaultDrops"])
	assert.Equal(t, `{ $.event.alert.signature_id > 8 && $.event.alert.signature_id < 536870912 && $.event.verdict.action = "drop" }`,
		patterns["FirewallThreats"])
	assert.Equal(t, `{ $.errorCode = "VpceAccessDenied" && ($.vpcEndpointId = "<endpoint//s3>" || $.vpcEndpointId = "<endpoint/sqs>") }`,
		patterns["EndpointDenials"])
	for _, f := range w.Filters {
		assert.LessOrEqual(t, len(patterns[f.ID]), 1024, f.ID)
	}
	queries := map[string]string{}
	for _, q := range w.Queries {
		queries[q.ID] = q.Text.Resolve(resolve)
	}
	assert.Equal(t, "parse @message \"* * * * * * * * * *\" as version, interface_id, subnet_id, srcaddr, dstaddr, srcport, dstport, "+
		"protocol, bytes, action\n| filter action = \"REJECT\" and (isIpv4InSubnet(dstaddr, \"10.0.32.0/22\") or "+
		"isIpv4InSubnet(dstaddr, \"10.0.36.0/22\") or isIpv4InSubnet(srcaddr, \"10.0.32.0/22\") or isIpv4InSubnet(srcaddr, \"10.0.36.0/22\"))\n"+
		"| stats count(*) as records, sum(bytes) as total_bytes by srcaddr, dstaddr, dstport, protocol\n| sort records desc\n| limit 100",
		queries["RejectedQueryWeb"])
	assert.True(t, strings.HasPrefix(queries["DropsQueryWeb"], `filter event.verdict.action = "drop" and (isIpv4InSubnet(event.src_ip, `+
		`"10.0.32.0/22") or isIpv4InSubnet(event.src_ip, "10.0.36.0/22"))`+"\n| stats "), queries["DropsQueryWeb"])
	var rules []string
	for _, i := range w.Insights {
		rules = append(rules, fmt.Sprint(i.RuleBody("group")))
	}
	assert.Equal(t, []string{
		"map[AggregateOn:Count Contribution:map[Filters:[map[In:[drop] Match:$.event.verdict.action]] Keys:[$.event.src_ip $.event.dest_ip " +
			"$.event.dest_port]] LogFormat:JSON LogGroupNames:[group] Schema:map[Name:CloudWatchLogRule Version:1]]",
		"map[AggregateOn:Count Contribution:map[Filters:[map[EqualTo:REJECT Match:action]] Keys:[srcaddr dstaddr dstport]] " +
			"Fields:map[10:action 4:srcaddr 5:dstaddr 7:dstport] LogFormat:CLF LogGroupNames:[group] Schema:map[Name:CloudWatchLogRule Version:1]]",
	}, rules)
}

// TestSelectors: a trail records each service once, with the endpoints of this network alone.
func TestSelectors(t *testing.T) {
	t.Parallel()
	a := shop(arch.EgressPath, arch.Enforce)
	a.Grants = append(a.Grants, arch.Grant{Tier: "App", Use: "log", Needs: []arch.Need{{Service: "logs",
		Actions: []string{"logs:PutLogEvents"}, Resources: []string{"*"}}}})
	w := alarms.Of(everything(t, a))
	assert.Equal(t, []alarms.Selector{{"s3.amazonaws.com", []arch.Operand{alarm.Symbol("endpoint//s3")}},
		{"sqs.amazonaws.com", []arch.Operand{alarm.Symbol("endpoint/sqs")}}}, w.Selectors)
	assert.Equal(t, []string{"CloudTrail is not known to record calls that these VPC endpoints deny: logs."}, w.Gaps)
}

// TestPinned: rules with pinned SIDs are not threats, although their numbers are below those of the other generated rules.
func TestPinned(t *testing.T) {
	t.Parallel()
	a := shop(arch.EgressPath, arch.Enforce)
	a.Flows[4].SID = 1_500_000
	w := alarms.Of(everything(t, a))
	i := slices.IndexFunc(w.Filters, func(f alarms.Filter) bool { return f.ID == "FirewallThreats" })
	pattern := w.Filters[i].Pattern.Resolve(resolve)
	assert.Contains(t, pattern, "$.event.alert.signature_id != 1500000 &&")
	assert.Contains(t, alarmIDs(w), "FirewallDrop1500000")
}

// TestGaps: what is not watched is said, with the reason.
func TestGaps(t *testing.T) {
	t.Parallel()
	paths := arch.EgressPath
	for want, make := range map[string]func() alarms.Network{
		"no traffic passes it yet": func() alarms.Network {
			a := shop(paths, arch.Prepare)
			a.Flows = a.Flows[:3]
			return everything(t, a)
		},
		"It drops nothing": func() alarms.Network { return everything(t, shop(paths, arch.Observe)) },
		"alert log is not in CloudWatch Logs": func() alarms.Network {
			n := everything(t, shop(paths, arch.Enforce))
			n.Firewall = &alarms.Firewall{}
			return n
		},
		"No VPC flow log in CloudWatch Logs is given": func() alarms.Network {
			n := everything(t, shop(paths, arch.Enforce))
			n.Fields = nil
			return n
		},
		"may be silent on a healthy network": func() alarms.Network {
			n := everything(t, shop(paths, arch.Enforce))
			n.RejectedOnly = true
			assert.NotContains(t, alarmIDs(alarms.Of(n)), "FlowLogSilence")
			return n
		},
		"no field subnet-id": func() alarms.Network {
			n := everything(t, shop(paths, arch.Enforce))
			n.Fields = slices.DeleteFunc(slices.Clone(fields), func(f string) bool { return f == "subnet-id" })
			return n
		},
		"no field action, so rejected connections have no alarms": func() alarms.Network {
			n := everything(t, shop(paths, arch.Enforce))
			n.Fields = []string{"srcaddr"}
			return n
		},
		"No log group of a trail": func() alarms.Network {
			n := everything(t, shop(paths, arch.Enforce))
			n.Denials = false
			return n
		},
		"Its metrics are in us-east-1": func() alarms.Network {
			a := shop(paths, arch.Enforce)
			a.Protections[0].CloudFront = true
			return everything(t, a)
		},
		"The web ACL of Edge only observes": func() alarms.Network {
			a := shop(paths, arch.Enforce)
			a.Protections[0].Mode = arch.Observe
			return everything(t, a)
		},
		"no interface that is always there": func() alarms.Network {
			a := shop(0, arch.Enforce)
			a.Network.Inspection, a.Grants, a.Roles, a.Flows = nil, nil, nil, a.Flows[:3]
			n := everything(t, a)
			n.Balancers, n.Attachments = nil, nil
			return n
		},
	} {
		assert.Contains(t, strings.Join(alarms.Of(make()).Gaps, "\n"), want)
	}
}

// TestNothing: a network with nothing to watch has a dashboard that says so.
func TestNothing(t *testing.T) {
	t.Parallel()
	a := shop(0, arch.Enforce)
	a.Network.Inspection, a.Grants, a.Roles, a.Flows, a.Protections = nil, nil, nil, nil, nil
	w := alarms.Of(alarms.Network{Plan: plantest.Make(t, a)})
	assert.Empty(t, w.Alarms)
	body := fmt.Sprint(w.Dashboard("Shop/*Network*", resolve, func(id string) string { return id }))
	assert.Contains(t, body, `# Shop/\*Network\*`)
	assert.Contains(t, body, "Not watched")
}

// TestDashboard: each layer has a row, each alarm is shown, and no two widgets overlap.
func TestDashboard(t *testing.T) {
	t.Parallel()
	w := alarms.Of(everything(t, shop(arch.EgressPath|arch.EastWestPath, arch.Enforce)))
	shown := map[string]bool{}
	body := w.Dashboard("Shop", resolve, func(id string) string { shown[id] = true; return "arn:" + id })
	assert.Len(t, shown, len(w.Alarms))
	taken := map[[2]int]string{}
	var headers []string
	for _, widget := range body["widgets"].([]any) {
		at := widget.(map[string]any)
		properties := at["properties"].(map[string]any)
		if text, ok := properties["markdown"].(string); ok {
			headers = append(headers, text)
		}
		for x := range at["width"].(int) {
			for y := range at["height"].(int) {
				cell := [2]int{at["x"].(int) + x, at["y"].(int) + y}
				assert.Less(t, cell[0], 24)
				assert.Empty(t, taken[cell], "%v", at)
				taken[cell] = "taken"
			}
		}
	}
	assert.Equal(t, []string{"# Shop", "## Load balancers", "## Web ACLs", "## Network firewall", "## NAT gateways",
		"## Transit gateways", "## VPC endpoints", "## Tiers"}, headers)
}

func TestSettings(t *testing.T) {
	t.Parallel()
	w := alarms.Of(everything(t, shop(arch.EgressPath, arch.Enforce)))
	before := len(w.Alarms)
	wrong := w.Apply(alarms.Settings{
		Off:        []string{"EndpointLoss", "Nothing"},
		Thresholds: map[string]float64{"FirewallDefaultDrops": 50, "RejectedWeb": 500, "None": 1, "RejectedApp": -1},
	})
	assert.Len(t, w.Alarms, before-1)
	require.Len(t, wrong, 3)
	assert.Contains(t, wrong[0], `no alarm "None"; it has Balancer.Edge.Public.Rejected, `)
	assert.Contains(t, wrong[1], "the threshold of the alarm RejectedApp is -1; allowed are numbers above 0")
	assert.Contains(t, wrong[2], `no alarm "Nothing"`)
	for _, a := range w.Alarms {
		switch a.ID {
		case "FirewallDefaultDrops":
			assert.InDelta(t, 50, a.Threshold, 0)
		case "RejectedWeb":
			assert.InDelta(t, 500, a.Signal.Floor, 0)
		}
	}
}

// TestRandomArchitectures: ids are unique, every alarm is one that CloudWatch accepts, and the order of declaration does not matter.
func TestRandomArchitectures(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := plantest.Architectures(t)
		n := everything(t, a)
		w := alarms.Of(n)
		for _, list := range [][]string{
			alarmIDs(w), ids(w.Filters, func(f alarms.Filter) string { return f.ID }), ids(w.Queries, func(q alarms.Query) string { return q.ID }),
			ids(w.Queries, func(q alarms.Query) string { return q.Name }), ids(w.Insights, func(i alarms.Insight) string { return i.ID }),
		} {
			assert.Len(t, slices.Compact(slices.Sorted(slices.Values(list))), len(list), "%v", list)
		}
		for _, x := range w.Alarms {
			assert.Empty(t, x.Check(), x.ID)
		}
		slices.Reverse(a.Flows)
		assert.Equal(t, w, alarms.Of(everything(t, a)))
	})
}

// TestStable: another tier changes no alarm of the others.
func TestStable(t *testing.T) {
	t.Parallel()
	a := shop(arch.EgressPath|arch.EastWestPath, arch.Enforce)
	before := alarms.Of(everything(t, a))
	a.Tiers = append([]arch.Tier{{ID: "Admin", Kind: arch.App, Block: 9}}, a.Tiers...)
	after := alarms.Of(everything(t, a))
	added := slices.DeleteFunc(alarmIDs(after), func(id string) bool { return slices.Contains(alarmIDs(before), id) })
	assert.Equal(t, []string{"RejectedAdmin"}, added)
	for _, x := range before.Alarms {
		assert.Contains(t, after.Alarms, x)
	}
}
