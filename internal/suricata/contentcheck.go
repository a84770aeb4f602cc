package suricata

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// content is a text that a rule looks for, with its modifiers.
type content struct {
	place      string // the buffer that it looks at; empty for the payload
	transforms []string
	text       []byte
	negated    bool
	before     *content          // the content before it in the same buffer
	set        map[string]string // the values of its modifiers, by keyword
}

// has reports whether the content has one of some modifiers.
func (c *content) has(names ...string) bool {
	return slices.ContainsFunc(names, func(n string) bool { _, ok := c.set[n]; return ok })
}

// only reports whether the content has fast_pattern:only: then Suricata uses it only to begin the search.
func (c *content) only() bool { return c != nil && c.set["fast_pattern"] == "only" }

// content checks a content, and makes it the one that the modifiers after it change.
func (oc *optionChecker) content(o Option, place string) {
	value, negated := strings.CutPrefix(o.Value, "!")
	text, wrong := decodeContent(strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(value), `"`), `"`))
	if wrong != "" {
		oc.rule.fail("value", "a rule has an invalid content", fmt.Sprintf("got %.80q; %s", o.String(), wrong), "correct the content")
	}
	c := &content{place: place, transforms: oc.transforms, text: text, negated: negated, before: oc.last, set: map[string]string{}}
	oc.contents = append(oc.contents, c)
	oc.last = c
	oc.use()
}

// maxContent is the length of the longest content that Suricata accepts.
const maxContent = 255

// decodeContent returns the bytes of a content, in which escapes and hexadecimal digits between bars stand for others.
func decodeContent(text string) (out []byte, wrong string) {
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			if i++; i == len(text) || strings.IndexByte(`\";:`, text[i]) < 0 {
				return nil, `a backslash may stand only before \, ", ; and :, and a bar is written as |7c|`
			}
		case '|':
			end := strings.IndexByte(text[i+1:], '|')
			if end < 0 {
				return nil, "bytes are not closed by a bar"
			}
			data, err := hex.DecodeString(strings.ReplaceAll(text[i+1:i+1+end], " ", ""))
			if err != nil {
				return nil, "bytes between bars must be pairs of hexadecimal digits"
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
		return nil, fmt.Sprintf("it has %d bytes; allowed are at most %d", len(out), maxContent)
	}
	return out, ""
}

// incompatibleModifiers maps each modifier to the modifiers that the same content cannot also have.
var incompatibleModifiers = map[string][]string{
	"nocase": {"nocase"}, "rawbytes": {"rawbytes"}, "endswith": {}, "replace": {},
	"startswith":   {"startswith", "depth", "offset", "distance", "within"},
	"depth":        {"depth", "startswith", "distance", "within"},
	"offset":       {"offset", "startswith", "distance", "within"},
	"distance":     {"distance", "depth", "offset", "startswith"},
	"within":       {"within", "depth", "offset", "startswith"},
	"fast_pattern": {"fast_pattern"},
}

// modify checks a modifier and adds it to the last content.
func (oc *optionChecker) modify(k *keyword, o Option) {
	c := oc.last
	if c == nil {
		oc.fail(o, "it changes the content before it, but there is none", "write the content first")
		return
	}
	for _, other := range incompatibleModifiers[k.name] {
		if c.has(other) {
			oc.fail(o, "its content already has "+other, "keep one of them")
			return
		}
	}
	c.set[k.name] = o.Value
	if wrong := oc.wrongPlace(k, c); wrong != "" {
		oc.fail(o, wrong, "remove "+o.Keyword)
	}
	switch k.name {
	case "depth", "within":
		if n := number(o.Value); n < uint64(len(c.text)) {
			oc.rule.fail("value", k.name+" is smaller than its content", fmt.Sprintf("got %s for %d bytes", o.Value, len(c.text)),
				"use a larger number")
		}
		oc.known(o, o.Value)
	case "distance", "offset":
		oc.known(o, o.Value)
	}
}

// wrongPlace says why a content cannot have a modifier; empty if it can.
func (oc *optionChecker) wrongPlace(k *keyword, c *content) string {
	positioned := c.has("depth", "offset", "distance", "within", "startswith")
	switch {
	case k.name == "rawbytes" && c.place != "":
		return "it looks at the payload, but its content at " + c.place
	case c.only() && (c.negated || positioned):
		return "fast_pattern:only needs a content that is not negated and has no position"
	case c.has("fast_pattern") && c.negated && positioned:
		return "a negated content with a position cannot have fast_pattern"
	case (k.name == "distance" || k.name == "within") && c.before.only():
		return "the content before it has fast_pattern:only"
	case k.name == "fast_pattern":
		return oc.wrongFastPattern(c)
	}
	return ""
}

// wrongFastPattern says why a content cannot have fast_pattern; empty if it can.
func (oc *optionChecker) wrongFastPattern(c *content) string {
	for _, other := range oc.contents {
		if other != c && other.place == c.place && other.has("fast_pattern") {
			return "another content of the same buffer has it already"
		}
	}
	if from, length, ok := strings.Cut(c.set["fast_pattern"], ","); ok && number(from)+number(length) > uint64(len(c.text)) {
		return "its part ends behind the end of the content"
	}
	return ""
}

// finishContents checks the contents once all their modifiers are known.
func (oc *optionChecker) finishContents() {
	for _, c := range oc.contents {
		if wrong, fix := c.neverMatches(); wrong != "" {
			oc.rule.fail("content", "a content can never match in "+c.place, fmt.Sprintf("got %.80q; %s", c.text, wrong), fix)
		}
	}
}

// lengths are the lengths of hashes, by the buffer that holds them.
var lengths = map[string]int{"ssh.hassh": 32, "ssh.hassh.server": 32, "ja3.hash": 32, "ja3_hash": 32, "ja3s.hash": 32,
	"quic.cyu.hash": 32, "tls.cert_fingerprint": 59, "tls_cert_fingerprint": 59}

// neverMatches says why the content can never match in its buffer; empty if it can.
func (c *content) neverMatches() (wrong, fix string) {
	lower, upper := !bytes.ContainsAny(c.text, capitals), !bytes.ContainsAny(c.text, smalls)
	n, fixed := lengths[c.place]
	switch {
	case isHost(c.place) && !slices.Contains(c.transforms, "to_uppercase") && !lower:
		return "this buffer holds hosts in lower case", "write it in lower case"
	case isHost(c.place) && c.has("nocase"):
		return "Suricata rejects nocase here, because the buffer holds hosts in lower case", "remove nocase"
	case slices.Contains(c.transforms, "to_lowercase") && !lower:
		return "to_lowercase changes all letters to lower case", "write it in lower case"
	case slices.Contains(c.transforms, "to_uppercase") && !upper:
		return "to_uppercase changes all letters to upper case", "write it in upper case"
	case (c.place == "http.method" || c.place == "http_method") && strings.TrimSpace(string(c.text)) != string(c.text):
		return "a method has no spaces around it", "remove the spaces"
	case fixed && len(c.transforms) == 0 && len(c.text) != n:
		return fmt.Sprintf("it has %d characters, and a hash in this buffer has %d", len(c.text), n), "write the whole hash"
	case (c.place == "tls.cert_fingerprint" || c.place == "tls_cert_fingerprint") && bytes.Count(c.text, []byte(":")) != 19:
		return "a fingerprint has 20 pairs of digits with colons between", "write the whole fingerprint"
	case (c.place == "tls.cert_serial" || c.place == "tls_cert_serial") && len(c.text) > 2 && !bytes.Contains(c.text, []byte(":")):
		return "a serial number has a colon after every two digits", "write the colons"
	}
	return "", ""
}

// The letters in each case.
const capitals, smalls = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"

// isHost reports whether a buffer holds a host name in lower case.
func isHost(place string) bool { return place == "http.host" || place == "http_host" }
