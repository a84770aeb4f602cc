package suricata

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/catalog"
)

// walk follows the options of a rule as Suricata reads them: which buffer they are about, and which content the modifiers change.
type walk struct {
	c         *checker
	buffer    *keyword // the sticky one; nil is the payload
	used      bool     // something is looked for in the buffer, or it is the payload
	changed   []string // the transforms of the buffer
	matched   map[string]bool
	contents  []*content
	last      *content // that modifiers change; nil if there is none in the buffer
	variables map[string]bool
	decoded   bool // base64_decode has come
	once      map[string]bool
	apps      []string // the applications that the rule may be about; nil is any
	sides     [2]string
	packet    string // a keyword about single packets
	state     string // one about an application
	protocols []string
}

// options checks the options of a rule, one after the other and together.
func (c *checker) options() {
	w := walk{c: c, used: true, matched: map[string]bool{}, variables: map[string]bool{}, once: map[string]bool{}}
	if !slices.Contains(lowProtocols, c.line.Rule.Protocol) {
		w.apps = []string{c.line.Rule.Protocol}
	}
	for _, o := range c.line.Rule.Options {
		k, ok := findKeyword(o.Keyword)
		switch {
		case !ok:
			c.unknown(o.Keyword)
		case c.unsupported(o):
		default:
			if wrong := k.check(o.Value); wrong != "" {
				c.fail("value", "a value of "+k.name+" is not usable", fmt.Sprintf("got %.80q; %s", o.String(), wrong), "write an allowed value")
				continue
			}
			w.step(k, o)
		}
	}
	w.leave()
	w.finish()
}

// unknown reports a keyword that Suricata does not have.
func (c *checker) unknown(name string) {
	if strings.HasPrefix(name, "aws_") {
		return // It is AWS's own, and no Suricata tells what it takes.
	}
	fix := "leave it out"
	names := make([]string, len(keywordTable))
	for i, k := range keywordTable {
		names[i] = k.name
	}
	if near := catalog.Nearest(name, names); near != "" {
		fix = "write " + near
	}
	c.fail("keyword", "a keyword is unknown", fmt.Sprintf("got %.40q, which Suricata %s does not know", name, keywordVersion), fix)
}

// fail reports an option that does not go with those before it.
func (w *walk) fail(o Option, why, fix string) {
	w.c.fail("order", o.Keyword+" cannot stand here", why, fix)
}

// step looks at one option. Its value is good.
func (w *walk) step(k *keyword, o Option) {
	if w.once[k.name] && onlyOnce[k.name] {
		w.c.fail("twice", k.name+" stands twice", "Suricata takes it once in a rule", "leave one out")
	}
	w.once[k.name] = true
	w.restrict(k, o)
	switch {
	case k.name == "pkt_data":
		w.enter(nil)
	case k.role == buffer:
		if k.name == "base64_data" && !w.decoded {
			w.fail(o, "it stands for what base64_decode decodes", "write base64_decode before it")
		}
		if w.place() == "base64_data" {
			w.fail(o, "base64_data stands before it, which is the last buffer", "write it before base64_decode")
		}
		w.enter(k)
		w.matched[k.name] = w.matched[k.name] || w.decoded && k.name == "base64_data"
	case k.role == modifier:
		w.move(k, o)
	case k.role == transform:
		w.transform(k, o)
	case contentModifiers[k.name] != nil:
		w.modify(k, o)
	default:
		w.plain(k, o)
	}
}

// onlyOnce are keywords that Suricata takes once.
var onlyOnce = map[string]bool{"msg": true, "rev": true, "flow": true, "target": true, "dsize": true, "gid": true,
	"base64_decode": true, "base64_data": true, "stream_size": true, "ip_proto": true}

// enter begins with another buffer; nil is the payload.
func (w *walk) enter(k *keyword) {
	w.leave()
	w.buffer, w.used, w.last, w.changed = k, k == nil, nil, nil
}

// leave reports a buffer in which nothing is looked for.
func (w *walk) leave() {
	if !w.used && w.buffer.name != "base64_data" {
		w.c.fail("buffer", "nothing is looked for in "+w.buffer.name, "a buffer needs a content, pcre or bsize behind it",
			`add one, as in `+w.buffer.name+`; content:"value";`)
	}
}

// place is the name of the buffer that options are about; empty for the payload.
func (w *walk) place() string {
	if w.buffer == nil {
		return ""
	}
	return w.buffer.name
}

// move has the last content be about a part of HTTP, in the older way of writing.
func (w *walk) move(k *keyword, o Option) {
	switch {
	case w.buffer != nil:
		w.fail(o, "it changes the content before it, which is about "+w.buffer.name, "leave it out, or write pkt_data before the content")
	case w.last == nil || w.last.place != "":
		w.fail(o, "it changes the content before it, and there is none", `write content:"value"; `+k.name)
	case w.last.has("rawbytes"):
		w.fail(o, "its content has rawbytes, which is about the payload", "leave rawbytes out")
	default:
		w.last.place = k.name
		w.matched[""] = slices.ContainsFunc(w.contents, func(c *content) bool { return c.place == "" })
		w.matched[k.name] = true
	}
}

func (w *walk) transform(k *keyword, o Option) {
	if w.buffer == nil {
		w.fail(o, "it changes the buffer before it, and there is none", "write it directly after a buffer, as in tls.sni")
		return
	}
	if w.used {
		w.fail(o, "it stands directly behind a buffer", "write "+w.buffer.name+" again before it")
		return
	}
	if k.name == "pcrexform" {
		w.c.pattern(o, strings.Trim(o.Value, `"`))
	}
	w.changed, w.used, w.last = append(w.changed, k.name), false, nil
}

// plain looks at a keyword that is neither a buffer nor about a content.
func (w *walk) plain(k *keyword, o Option) {
	switch k.name {
	case "content":
		w.content(o, w.place())
	case "uricontent":
		if w.buffer != nil {
			w.fail(o, "it is about the URI, and "+w.buffer.name+" stands before it", "write pkt_data before it")
		}
		w.content(o, "http_uri")
	case "pcre":
		w.pcre(o)
	case "bsize":
		if w.buffer == nil {
			w.fail(o, "it is about the size of a buffer, and there is none", "write a buffer before it, as in http.uri")
		}
		w.use()
	case "isdataat", "byte_test", "byte_jump", "byte_extract", "byte_math", "base64_decode":
		w.bytes(k, o)
	case "urilen": // It ends the buffer before it.
		w.used = w.used || strings.HasPrefix(w.place(), "http.uri")
		if w.buffer != nil {
			w.enter(nil)
		}
	case "prefilter":
		if !w.matched["prefilter"] {
			w.fail(o, "it is about the match before it, and there is none that can begin the search", "leave it out")
		}
	case "app-layer-protocol":
		w.protocol(o)
	default:
		if len(k.apps) > 0 { // It has a place of its own.
			w.leave()
			w.used = true
		}
	}
	w.matched["prefilter"] = k.name == "content" || k.name == "dsize"
}

// use notes that something is looked for in the buffer.
func (w *walk) use() {
	w.used = true
	w.matched[w.place()] = true
}

// bytes looks at keywords that read numbers, and name them.
func (w *walk) bytes(k *keyword, o Option) {
	f := fields(o.Value)
	switch k.name {
	case "byte_extract":
		w.variables[f[2]] = true
	case "byte_math":
		for _, field := range f {
			if name, ok := strings.CutPrefix(field, "rvalue "); ok {
				w.known(o, name)
			}
			if name, ok := strings.CutPrefix(field, "result "); ok {
				w.variables[name] = true
			}
		}
	case "byte_test":
		w.known(o, f[2])
		w.known(o, f[3])
	case "byte_jump":
		w.known(o, f[1])
	case "isdataat":
		w.known(o, strings.TrimPrefix(f[0], "!"))
	case "base64_decode":
		w.decoded = true
		if len(w.changed) > 0 {
			w.leave()
		}
	}
	w.use()
}

// known checks that the name of a number has been set.
func (w *walk) known(o Option, name string) {
	if name != "" && (name[0] >= 'A' && name[0] <= 'Z' || name[0] >= 'a' && name[0] <= 'z') && !w.variables[name] {
		w.c.fail("value", "a name in "+o.Keyword+" is not set",
			fmt.Sprintf("got %.80q; byte_extract and byte_math set names for what stands after them", o.String()),
			"set it before, or write a number")
	}
}

// protocol looks at app-layer-protocol, which takes one protocol, or several that are all negated.
func (w *walk) protocol(o Option) {
	negated := strings.HasPrefix(o.Value, "!")
	for _, p := range w.protocols {
		if !negated || p == o.Value || !strings.HasPrefix(p, "!") {
			w.c.fail("twice", "app-layer-protocol stands twice", "allowed is one protocol, or several that are all negated", "leave one out")
			break
		}
	}
	w.protocols = append(w.protocols, o.Value)
}
