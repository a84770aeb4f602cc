package suricata

import (
	"slices"
	"strings"
)

// restrict narrows down what the rule may be about by one keyword.
func (w *walk) restrict(k *keyword, o Option) {
	apps := k.apps
	if k.name == "app-layer-event" {
		app, _, _ := strings.Cut(o.Value, ".")
		apps = []string{app}
	}
	if k.name == "pcre" {
		k = w.pcrePlace(o)
		apps = k.apps
	}
	if low, ok := lowOnly[k.name]; ok && !slices.Contains(low, w.c.line.Rule.Protocol) && !slices.Contains(apps, w.c.line.Rule.Protocol) {
		w.c.fail("protocol", k.name+" does not go with the protocol "+w.c.line.Rule.Protocol, "it goes with "+strings.Join(low, ", "), "write one of these protocols")
	}
	if len(apps) > 0 && k.name != "tcp.hdr" && k.name != "udp.hdr" {
		w.narrow(k, apps)
		w.state = k.name
	}
	if k.packet {
		w.packet = k.name
	}
	switch k.side {
	case clientSide:
		w.sides[0] = k.name
	case serverSide:
		w.sides[1] = k.name
	case stated:
		if f, _ := w.c.line.Rule.Get("flow"); !strings.Contains(f, "to_") && !strings.Contains(f, "from_") {
			w.c.fail("side", k.name+" needs a direction", "requests and responses both have it", "add flow:to_server or flow:to_client")
		}
	}
}

// lowOnly are keywords of few protocols below the application's.
var lowOnly = map[string][]string{
	"app-layer-protocol": {"ip", "tcp", "udp", "icmp"}, "ip_proto": {"ip"}, "icmpv4.hdr": {"ip", "icmp"}, "icmpv6.hdr": {"ip", "icmp"},
	"tcp.hdr": {"ip", "tcp"}, "udp.hdr": {"ip", "udp"},
}

// narrow keeps the applications that a keyword is about.
func (w *walk) narrow(k *keyword, apps []string) {
	if w.apps == nil {
		w.apps = slices.Clone(apps)
		return
	}
	was := w.apps
	w.apps = slices.DeleteFunc(slices.Clone(was), func(a string) bool { return !slices.Contains(apps, a) })
	if len(w.apps) == 0 {
		w.c.fail("protocol", k.name+" does not go with the rest of the rule", "it is about "+strings.Join(apps,
			", ")+", and the rest about "+strings.Join(was, ", "), "make two rules")
		w.apps = was
	}
}

// finish checks what all options come to.
func (w *walk) finish() {
	w.finishContents()
	w.finishSizes()
	flow, _ := w.c.line.Rule.Get("flow")
	toClient, toServer := strings.Contains(flow, "to_client") || strings.Contains(flow, "from_server"), strings.Contains(flow,
		"to_server") || strings.Contains(flow, "from_client")
	switch {
	case w.sides[0] != "" && w.sides[1] != "":
		w.c.fail("side", "a rule is about both requests and responses", w.sides[0]+" is the client's, "+w.sides[1]+" the server's",
			"make two rules, with flowbits between")
	case w.sides[0] != "" && toClient:
		w.c.fail("side", w.sides[0]+" does not go with flow:to_client", "clients send it", "write flow:to_server")
	case w.sides[1] != "" && toServer:
		w.c.fail("side", w.sides[1]+" does not go with flow:to_server", "servers send it", "write flow:to_client")
	}
	if w.packet != "" && w.state != "" {
		w.c.fail("packet", w.packet+" does not go with "+w.state,
			"the one is about single packets, the other about an application's data, which may take several",
			"make two rules, with flowbits between")
	}
}

// finishSizes checks that contents fit what dsize, bsize and urilen say of the size.
func (w *walk) finishSizes() {
	for _, size := range []struct {
		keyword string
		about   func(place string) bool
	}{
		{"dsize", func(place string) bool { return place == "" }},
		{"bsize", func(place string) bool { return place != "" }},
		{"urilen", func(place string) bool { return strings.Contains(place, "uri") }},
	} {
		for _, o := range w.c.line.Rule.Options {
			if o.Keyword != size.keyword {
				continue
			}
			if most, bounded := upperBound(o.Value); bounded && w.needs(size.about) > most {
				w.c.fail("value", size.keyword+" is smaller than the contents", "got "+o.String(), "raise it")
			}
		}
	}
}

// upperBound is the largest size that a comparison lets through.
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

// needs is how many bytes the contents of some buffers need: one after the other if they say so.
func (w *walk) needs(about func(place string) bool) uint64 {
	var most, end uint64
	place := ""
	for _, c := range w.contents {
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

// hasEvent reports whether Suricata knows an event, with its keyword.
func hasEvent(event string) bool {
	_, ok := slices.BinarySearch(eventTable, event)
	return ok
}
