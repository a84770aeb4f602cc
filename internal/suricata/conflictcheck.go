package suricata

import (
	"slices"
	"strings"
)

// restrict notes what a keyword restricts the rule to: protocols, applications, packets of one side, or single packets.
func (oc *optionChecker) restrict(k *keyword, o Option) {
	apps := k.apps
	if k.name == "app-layer-event" {
		app, _, _ := strings.Cut(o.Value, ".")
		apps = []string{app}
	}
	if k.name == "pcre" {
		k = oc.pcrePlace(o)
		apps = k.apps
	}
	protocol := oc.rule.line.Rule.Protocol
	if low, ok := protocolsOf[k.name]; ok && !slices.Contains(low, protocol) && !slices.Contains(apps, protocol) {
		oc.rule.fail("protocol", "a rule of the protocol "+protocol+" cannot have "+k.name,
			"only rules of "+strings.Join(low, ", ")+" can", "write one of these protocols")
	}
	if len(apps) > 0 && k.name != "tcp.hdr" && k.name != "udp.hdr" {
		oc.narrow(k, apps)
		oc.appKeyword = k.name
	}
	if k.packet {
		oc.packetKeyword = k.name
	}
	switch k.side {
	case clientSide:
		oc.client = k.name
	case serverSide:
		oc.server = k.name
	case stated:
		if f, _ := oc.rule.line.Rule.Get("flow"); !strings.Contains(f, "to_") && !strings.Contains(f, "from_") {
			oc.rule.fail("side", "a rule with "+k.name+" needs a direction", "both requests and responses have this part",
				"add flow:to_server or flow:to_client")
		}
	}
}

// protocolsOf are the protocols below the application layer whose rules may have a keyword. Keywords that are not here have no restriction.
var protocolsOf = map[string][]string{
	"app-layer-protocol": {"ip", "tcp", "udp", "icmp"}, "ip_proto": {"ip"}, "icmpv4.hdr": {"ip", "icmp"}, "icmpv6.hdr": {"ip", "icmp"},
	"tcp.hdr": {"ip", "tcp"}, "udp.hdr": {"ip", "udp"},
}

// narrow removes the applications that the rule cannot be about because of a keyword.
func (oc *optionChecker) narrow(k *keyword, apps []string) {
	if oc.apps == nil {
		oc.apps = slices.Clone(apps)
		return
	}
	was := oc.apps
	oc.apps = slices.DeleteFunc(slices.Clone(was), func(a string) bool { return !slices.Contains(apps, a) })
	if len(oc.apps) == 0 {
		oc.rule.fail("protocol", "the keyword "+k.name+" does not fit the rest of the rule",
			"it belongs to "+strings.Join(apps, ", ")+", and the rest to "+strings.Join(was, ", "), "make two rules")
		oc.apps = was
	}
}

// finish checks all options together.
func (oc *optionChecker) finish() {
	oc.finishContents()
	oc.finishSizes()
	flow, _ := oc.rule.line.Rule.Get("flow")
	toClient := strings.Contains(flow, "to_client") || strings.Contains(flow, "from_server")
	toServer := strings.Contains(flow, "to_server") || strings.Contains(flow, "from_client")
	switch {
	case oc.client != "" && oc.server != "":
		oc.rule.fail("side", "a rule looks at both requests and responses",
			"clients send "+oc.client+", and servers send "+oc.server, "make two rules, connected by flowbits")
	case oc.client != "" && toClient:
		oc.rule.fail("side", "a rule with flow:to_client cannot have "+oc.client, "clients send "+oc.client, "write flow:to_server")
	case oc.server != "" && toServer:
		oc.rule.fail("side", "a rule with flow:to_server cannot have "+oc.server, "servers send "+oc.server, "write flow:to_client")
	}
	if oc.packetKeyword != "" && oc.appKeyword != "" {
		oc.rule.fail("packet", "a rule cannot have both "+oc.packetKeyword+" and "+oc.appKeyword,
			oc.packetKeyword+" looks at single packets, and "+oc.appKeyword+" at data that may take several packets",
			"make two rules, connected by flowbits")
	}
}

// finishSizes checks that the contents fit into the sizes that dsize, bsize and urilen state.
func (oc *optionChecker) finishSizes() {
	for _, size := range []struct {
		keyword string
		about   func(place string) bool
	}{
		{"dsize", func(place string) bool { return place == "" }},
		{"bsize", func(place string) bool { return place != "" }},
		{"urilen", func(place string) bool { return strings.Contains(place, "uri") }},
	} {
		for _, o := range oc.rule.line.Rule.Options {
			if o.Keyword != size.keyword {
				continue
			}
			if most, bounded := upperBound(o.Value); bounded && oc.needs(size.about) > most {
				oc.rule.fail("value", "the size in "+size.keyword+" is smaller than the contents", "got "+o.String(), "use a larger size")
			}
		}
	}
}

// upperBound returns the largest size for which a comparison is true. bounded is false if there is no largest.
func upperBound(value string) (most uint64, bounded bool) {
	value, _, _ = strings.Cut(value, ",")
	for _, between := range []string{"<>", "-"} {
		if _, to, ok := strings.Cut(value, between); ok {
			return number(strings.TrimSpace(to)) - 1, true
		}
	}
	switch {
	case strings.HasPrefix(value, "<="):
		return number(strings.TrimSpace(value[2:])), true
	case strings.HasPrefix(value, "<"):
		return number(strings.TrimSpace(value[1:])) - 1, true
	case strings.HasPrefix(value, "!"), strings.HasPrefix(value, ">"):
		return 0, false
	}
	return number(strings.TrimSpace(strings.TrimPrefix(value, "="))), true
}

// needs returns how many bytes the contents of some buffers need. Contents with distance or within follow the content before them.
func (oc *optionChecker) needs(about func(place string) bool) uint64 {
	var most, end uint64
	place := ""
	for _, c := range oc.contents {
		if !about(c.place) {
			continue
		}
		if !c.has("distance", "within") || c.place != place {
			end = 0
		}
		place = c.place
		for _, name := range []string{"offset", "distance"} {
			if n := c.set[name]; n != "" && n[0] >= '0' && n[0] <= '9' {
				end += number(n)
			}
		}
		end += uint64(len(c.text))
		most = max(most, end)
	}
	return most
}
