package suricata

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// content is text that a rule looks for, with what its modifiers say.
type content struct {
	place   string // its buffer; empty for the payload
	changed []string
	text    []byte
	negated bool
	before  *content // in the same buffer
	set     map[string]string
}

// has reports whether one of some modifiers is set.
func (c *content) has(names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool { _, ok := c.set[n]; return ok })
}

// only reports whether the content serves the search alone.
func (c *content) only() bool { return c != nil && c.set["fast_pattern"] == "only" }

// content begins another content.
func (w *walk) content(o Option, place string) {
	value, negated := strings.CutPrefix(o.Value, "!")
	text, wrong := decodeContent(strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(value), `"`), `"`))
	if wrong != "" {
		w.c.fail("value", "a content is not usable", fmt.Sprintf("got %.80q; %s", o.String(), wrong), "correct the content")
	}
	c := &content{place: place, changed: w.changed, text: text, negated: negated, before: w.last, set: map[string]string{}}
	w.contents = append(w.contents, c)
	w.last = c
	w.use()
}

// maxContent is the longest content that Suricata takes.
const maxContent = 255

// decodeContent reads bytes between bars and escapes.
func decodeContent(text string) (out []byte, wrong string) {
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			if i++; i == len(text) || strings.IndexByte(`\";:`, text[i]) < 0 {
				return nil, `a backslash stands before \, ", ; and : alone; a bar is |7c|`
			}
		case '|':
			end := strings.IndexByte(text[i+1:], '|')
			if end < 0 {
				return nil, "bytes have no bar at their end"
			}
			data, err := hex.DecodeString(strings.ReplaceAll(text[i+1:i+1+end], " ", ""))
			if err != nil {
				return nil, "bytes between bars are pairs of hexadecimal digits"
			}
			out = append(out, data...)
			i += end + 1
			continue
		}
		out = append(out, text[i])
	}
	switch {
	case len(out) == 0:
		return nil, "it is empty"
	case len(out) > maxContent:
		return nil, fmt.Sprintf("it has %d bytes; allowed are %d", len(out), maxContent)
	}
	return out, ""
}

// contentModifiers say of each modifier which others it stands beside on no content.
var contentModifiers = map[string][]string{
	"nocase": {"nocase"}, "rawbytes": {"rawbytes"}, "endswith": {}, "replace": {},
	"startswith":   {"startswith", "depth", "offset", "distance", "within"},
	"depth":        {"depth", "startswith", "distance", "within"},
	"offset":       {"offset", "startswith", "distance", "within"},
	"distance":     {"distance", "depth", "offset", "startswith"},
	"within":       {"within", "depth", "offset", "startswith"},
	"fast_pattern": {"fast_pattern"},
}

// modify changes the last content.
func (w *walk) modify(k *keyword, o Option) {
	c := w.last
	if c == nil {
		w.fail(o, "it acts on the content before it, and there is none", "write the content first")
		return
	}
	for _, other := range contentModifiers[k.name] {
		if c.has(other) {
			w.fail(o, "its content has "+other, "leave one of them out")
			return
		}
	}
	c.set[k.name] = o.Value
	if wrong := w.wrongPlace(k, c); wrong != "" {
		w.fail(o, wrong, "leave "+o.Keyword+" out")
	}
	switch k.name {
	case "depth", "within":
		if n := number(o.Value); n < uint64(len(c.text)) {
			w.c.fail("value", k.name+" is smaller than its content", fmt.Sprintf("got %s for %d bytes", o.Value, len(c.text)), "raise it")
		}
		w.known(o, o.Value)
	case "distance", "offset":
		w.known(o, o.Value)
	}
}

// wrongPlace says why a modifier is wrong for its content.
func (w *walk) wrongPlace(k *keyword, c *content) string {
	positioned := c.has("depth", "offset", "distance", "within", "startswith")
	switch {
	case k.name == "rawbytes" && c.place != "":
		return "it is about the payload, and not about " + c.place
	case c.only() && (c.negated || positioned):
		return "fast_pattern:only is for a content that is not negated and says no place"
	case c.has("fast_pattern") && c.negated && positioned:
		return "fast_pattern is not for a negated content that says a place"
	case (k.name == "distance" || k.name == "within") && c.before.only():
		return "the content before it has fast_pattern:only"
	case k.name == "fast_pattern":
		return w.wrongFastPattern(c)
	}
	return ""
}

func (w *walk) wrongFastPattern(c *content) string {
	for _, other := range w.contents {
		if other != c && other.place == c.place && other.has("fast_pattern") {
			return "another content of the same buffer has it; allowed is one"
		}
	}
	if from, length, ok := strings.Cut(c.set["fast_pattern"], ","); ok && number(from)+number(length) > uint64(len(c.text)) {
		return "its part ends after the content"
	}
	return ""
}

// finishContents checks what the modifiers behind a content decide.
func (w *walk) finishContents() {
	for _, c := range w.contents {
		if wrong, fix := c.unfit(); wrong != "" {
			w.c.fail("content", "a content never matches in "+c.place, fmt.Sprintf("got %.80q; %s", c.text, wrong), fix)
		}
	}
}

// lengths are those of hashes, by the buffers that hold them.
var lengths = map[string]int{"ssh.hassh": 32, "ssh.hassh.server": 32, "ja3.hash": 32, "ja3_hash": 32, "ja3s.hash": 32,
	"quic.cyu.hash": 32, "tls.cert_fingerprint": 59, "tls_cert_fingerprint": 59}

// unfit says why a buffer never has the content.
func (c *content) unfit() (wrong, fix string) {
	lower, upper := !bytes.ContainsAny(c.text, capitals), !bytes.ContainsAny(c.text, smalls)
	n, fixed := lengths[c.place]
	switch {
	case isHost(c.place) && !slices.Contains(c.changed, "to_uppercase") && !lower:
		return "hosts are in lower case there", "write it in lower case"
	case isHost(c.place) && c.has("nocase"):
		return "nocase is refused there, as hosts are in lower case", "leave nocase out"
	case slices.Contains(c.changed, "to_lowercase") && !lower:
		return "to_lowercase makes all letters small", "write it in lower case"
	case slices.Contains(c.changed, "to_uppercase") && !upper:
		return "to_uppercase makes all letters large", "write it in upper case"
	case (c.place == "http.method" || c.place == "http_method") && strings.TrimSpace(string(c.text)) != string(c.text):
		return "a method has no blanks around it", "leave the blanks out"
	case fixed && len(c.changed) == 0 && len(c.text) != n:
		return fmt.Sprintf("it has %d characters; a hash there has %d", len(c.text), n), "write the whole hash"
	case (c.place == "tls.cert_fingerprint" || c.place == "tls_cert_fingerprint") && bytes.Count(c.text, []byte(":")) != 19:
		return "a fingerprint has 20 pairs with colons between", "write the whole fingerprint"
	case (c.place == "tls.cert_serial" || c.place == "tls_cert_serial") && len(c.text) > 2 && !bytes.Contains(c.text, []byte(":")):
		return "a serial number has a colon after two digits", "write the colons"
	}
	return "", ""
}

const capitals, smalls = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"

func isHost(place string) bool { return place == "http.host" || place == "http_host" }
