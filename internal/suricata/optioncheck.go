package suricata

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/catalog"
)

// optionChecker checks the options of a rule one after the other, as Suricata reads them. It keeps track of the buffer that the options
// look at, of the content that the modifiers change, and of what the options so far allow the rule to be about.
type optionChecker struct {
	rule *checker

	// The current buffer.
	buffer     *keyword // nil stands for the payload
	used       bool     // an option looks for something in it; always true for the payload
	transforms []string
	last       *content // the content that modifiers change; nil if the buffer has none yet

	// What the options so far hold.
	contents  []*content
	matched   map[string]bool // the buffers in which an option looks for something; "" is the payload
	variables map[string]bool // the names that byte_extract and byte_math set
	decoded   bool            // base64_decode
	seen      map[string]bool // all keywords
	protocols []string        // the values of app-layer-protocol

	// What the options so far restrict the rule to.
	apps            []string // the applications; nil stands for any
	client, server  string   // a keyword about packets of clients, and one about packets of servers
	packetKeyword   string   // a keyword about single packets
	appKeyword      string   // a keyword about an application
	canSearchBefore bool     // the last option can begin a search, as prefilter needs
}

// options checks each option of a rule, and all of them together.
func (c *checker) options() {
	oc := optionChecker{rule: c, used: true, matched: map[string]bool{}, variables: map[string]bool{}, seen: map[string]bool{}}
	if !slices.Contains(lowProtocols, c.line.Rule.Protocol) {
		oc.apps = []string{c.line.Rule.Protocol}
	}
	for _, o := range c.line.Rule.Options {
		k, ok := findKeyword(o.Keyword)
		switch {
		case !ok:
			c.unknown(o.Keyword)
		case c.unsupported(o):
		default:
			if wrong := k.check(o.Value); wrong != "" {
				c.fail("value", "the keyword "+k.name+" has an invalid value", fmt.Sprintf("got %.80q; %s", o.String(), wrong),
					"write an allowed value")
				continue
			}
			oc.step(k, o)
		}
	}
	oc.leave()
	oc.finish()
}

// unknown reports a keyword that Suricata does not have.
func (c *checker) unknown(name string) {
	if strings.HasPrefix(name, "aws_") {
		return // It is AWS's own keyword, which no published Suricata has.
	}
	fix := "remove it"
	names := make([]string, len(keywordTable))
	for i, k := range keywordTable {
		names[i] = k.name
	}
	if near := catalog.Nearest(name, names); near != "" {
		fix = "write " + near
	}
	c.fail("keyword", "a rule has an unknown keyword", fmt.Sprintf("got %.40q, which Suricata %s does not have", name, keywordVersion), fix)
}

// fail reports an option that does not fit the options before it.
func (oc *optionChecker) fail(o Option, why, fix string) {
	oc.rule.fail("order", o.Keyword+" cannot stand here", why, fix)
}

// step checks one option, whose value is good, against the options before it.
func (oc *optionChecker) step(k *keyword, o Option) {
	if oc.seen[k.name] && onlyOnce[k.name] {
		oc.rule.fail("twice", "a rule has "+k.name+" twice", "Suricata accepts it once in a rule", "keep one")
	}
	oc.seen[k.name] = true
	oc.restrict(k, o)
	switch {
	case k.name == "pkt_data":
		oc.enter(nil)
	case k.role == buffer:
		if k.name == "base64_data" && !oc.decoded {
			oc.fail(o, "it looks at what base64_decode decodes", "write base64_decode before it")
		}
		if oc.place() == "base64_data" {
			oc.fail(o, "base64_data stands before it, and must be the last buffer", "write it before base64_decode")
		}
		oc.enter(k)
		oc.matched[k.name] = oc.matched[k.name] || oc.decoded && k.name == "base64_data"
	case k.role == modifier:
		oc.move(k, o)
	case k.role == transform:
		oc.transform(k, o)
	case incompatibleModifiers[k.name] != nil:
		oc.modify(k, o)
	default:
		oc.plain(k, o)
	}
}

// onlyOnce are keywords that Suricata accepts once in a rule.
var onlyOnce = map[string]bool{"msg": true, "rev": true, "flow": true, "target": true, "dsize": true, "gid": true,
	"base64_decode": true, "base64_data": true, "stream_size": true, "ip_proto": true}

// enter makes another buffer the current one; nil stands for the payload.
func (oc *optionChecker) enter(k *keyword) {
	oc.leave()
	oc.buffer, oc.used, oc.last, oc.transforms = k, k == nil, nil, nil
}

// leave reports the current buffer if no option looks for something in it.
func (oc *optionChecker) leave() {
	if !oc.used && oc.buffer.name != "base64_data" {
		oc.rule.fail("buffer", "a rule looks for nothing in "+oc.buffer.name, "a buffer needs a content, pcre or bsize after it",
			`add one, as in `+oc.buffer.name+`; content:"value";`)
	}
}

// place is the name of the current buffer; empty for the payload.
func (oc *optionChecker) place() string {
	if oc.buffer == nil {
		return ""
	}
	return oc.buffer.name
}

// move makes the last content look at a part of HTTP, in the older way of writing.
func (oc *optionChecker) move(k *keyword, o Option) {
	switch {
	case oc.buffer != nil:
		oc.fail(o, "it changes the content before it, which looks at "+oc.buffer.name, "remove it, or write pkt_data before the content")
	case oc.last == nil || oc.last.place != "":
		oc.fail(o, "it changes the content before it, but there is none", `write content:"value"; `+k.name)
	case oc.last.has("rawbytes"):
		oc.fail(o, "its content has rawbytes, which looks at the payload", "remove rawbytes")
	default:
		oc.last.place = k.name
		oc.matched[""] = slices.ContainsFunc(oc.contents, func(c *content) bool { return c.place == "" })
		oc.matched[k.name] = true
	}
}

// transform checks a keyword that changes the buffer before it.
func (oc *optionChecker) transform(k *keyword, o Option) {
	if oc.buffer == nil {
		oc.fail(o, "it changes the buffer before it, but there is none", "write it directly after a buffer such as tls.sni")
		return
	}
	if oc.used {
		oc.fail(o, "it must stand directly after a buffer", "write "+oc.buffer.name+" again before it")
		return
	}
	if k.name == "pcrexform" {
		oc.rule.pattern(o, strings.Trim(o.Value, `"`))
	}
	oc.transforms, oc.used, oc.last = append(oc.transforms, k.name), false, nil
}

// plain checks a keyword that is neither a buffer nor changes anything before it.
func (oc *optionChecker) plain(k *keyword, o Option) {
	switch k.name {
	case "content":
		oc.content(o, oc.place())
	case "uricontent":
		if oc.buffer != nil {
			oc.fail(o, "it looks at the URI, but "+oc.buffer.name+" stands before it", "write pkt_data before it")
		}
		oc.content(o, "http_uri")
	case "pcre":
		oc.pcre(o)
	case "bsize":
		if oc.buffer == nil {
			oc.fail(o, "it compares the size of a buffer, but there is none", "write a buffer such as http.uri before it")
		}
		oc.use()
	case "isdataat", "byte_test", "byte_jump", "byte_extract", "byte_math", "base64_decode":
		oc.bytes(k, o)
	case "urilen": // It ends the buffer before it.
		oc.used = oc.used || strings.HasPrefix(oc.place(), "http.uri")
		if oc.buffer != nil {
			oc.enter(nil)
		}
	case "prefilter":
		if !oc.canSearchBefore {
			oc.fail(o, "it needs an option before it that can begin the search, such as content", "remove it")
		}
	case "app-layer-protocol":
		oc.protocol(o)
	default:
		if len(k.apps) > 0 { // It looks at a part of its own, and so ends the buffer.
			oc.leave()
			oc.used = true
		}
	}
	oc.canSearchBefore = k.name == "content" || k.name == "dsize"
}

// use notes that an option looks for something in the current buffer.
func (oc *optionChecker) use() {
	oc.used = true
	oc.matched[oc.place()] = true
}

// bytes checks the keywords that read numbers from the traffic, and notes the names that they set.
func (oc *optionChecker) bytes(k *keyword, o Option) {
	f := fields(o.Value)
	switch k.name {
	case "byte_extract":
		oc.variables[f[2]] = true
	case "byte_math":
		for _, field := range f {
			if name, ok := strings.CutPrefix(field, "rvalue "); ok {
				oc.known(o, name)
			}
			if name, ok := strings.CutPrefix(field, "result "); ok {
				oc.variables[name] = true
			}
		}
	case "byte_test":
		oc.known(o, f[2])
		oc.known(o, f[3])
	case "byte_jump":
		oc.known(o, f[1])
	case "isdataat":
		oc.known(o, strings.TrimPrefix(f[0], "!"))
	case "base64_decode":
		oc.decoded = true
		if len(oc.transforms) > 0 {
			oc.leave()
		}
	}
	oc.use()
}

// known checks that an earlier option sets the name of a number.
func (oc *optionChecker) known(o Option, name string) {
	if name != "" && (name[0] >= 'A' && name[0] <= 'Z' || name[0] >= 'a' && name[0] <= 'z') && !oc.variables[name] {
		oc.rule.fail("value", "the keyword "+o.Keyword+" uses a name that is not set",
			fmt.Sprintf("got %.80q; byte_extract and byte_math set names for the options after them", o.String()),
			"set it before, or write a number")
	}
}

// protocol checks app-layer-protocol: a rule may have it once, or several times if all its values are negated.
func (oc *optionChecker) protocol(o Option) {
	negated := strings.HasPrefix(o.Value, "!")
	for _, p := range oc.protocols {
		if !negated || p == o.Value || !strings.HasPrefix(p, "!") {
			oc.rule.fail("twice", "a rule has app-layer-protocol twice", "allowed are one protocol, or several that are all negated", "keep one")
			break
		}
	}
	oc.protocols = append(oc.protocols, o.Value)
}
