package main

import (
	"fmt"
	"math"
	"strings"

	"github.com/tierwall/tierwall/internal/suricata/engine"
)

// value describes the values of a keyword.
type value struct {
	// kind is "none", "number", "compared" (a number, a comparison or a range) or "own" (another grammar).
	kind string
	// optional is true if the keyword may stand without a value.
	optional bool
	min, max uint64
	negated  bool // "!" may stand before a number
}

// fields writes the value as fields of a line of the table.
func (v value) fields() string {
	var b strings.Builder
	fmt.Fprintf(&b, ", value: %sValue", v.kind)
	if v.optional {
		b.WriteString(", optional: true")
	}
	if v.kind == "number" || v.kind == "compared" {
		if v.min > 0 {
			fmt.Fprintf(&b, ", min: %d", v.min)
		}
		fmt.Fprintf(&b, ", max: %d", v.max)
		if v.negated {
			b.WriteString(", negated: true")
		}
	}
	return b.String()
}

// The values that are tried with each keyword.
var (
	maxima = []uint64{math.MaxUint8, math.MaxUint16, math.MaxUint32, math.MaxUint64}
	tried  = []string{"", "0", "1", "7", "255", "256", "65535", "65536", "4294967295", "4294967296", "18446744073709551615",
		"18446744073709551616", ">1", ">=1", "<5", "=5", "!5", "1-5", "1<>5", "1.5"}
)

// inferValues tries several values with each keyword, and so finds the form of its values.
func inferValues(keywords []*keyword) error {
	var rules []string
	for _, k := range keywords {
		for _, v := range tried {
			rules = append(rules, rule("ip", k.before()+k.with(v), len(rules)))
		}
	}
	rejected, err := engine.Rejected(rules)
	if err != nil {
		return err
	}
	for i, k := range keywords {
		takes := map[string]bool{}
		for j, v := range tried {
			_, bad := rejected[i*len(tried)+j]
			takes[v] = !bad
		}
		k.value = valueOf(takes)
		switch {
		case k.role == "buffer" && k.name != "frame", k.role == "modifier", k.role == "transform" && k.name != "xor" && k.name != "pcrexform",
			isFlag(k.name):
			k.value = value{kind: "none"}
		case ownGrammar[k.name]:
			k.value = value{kind: "own", optional: takes[""]}
		}
	}
	return nil
}

// rule writes a rule. Its sid is index+1.
func rule(protocol, options string, index int) string {
	return fmt.Sprintf("alert %s any any -> any any (%s sid:%d;)", protocol, options, index+1)
}

// with writes the keyword as an option with a value.
func (k *keyword) with(v string) string {
	if k.name == "requires" { // Suricata skips rules with it without an error.
		return ""
	}
	if v == "" {
		return k.name + ";"
	}
	return k.name + ":" + v + ";"
}

// before writes the options that the keyword needs before it.
func (k *keyword) before() string {
	switch k.name {
	case "bsize":
		return `http.uri; content:"a"; `
	case "base64_data":
		return "base64_decode; "
	case "nocase", "startswith", "endswith", "rawbytes", "fast_pattern", "depth", "offset", "distance", "within", "isdataat", "prefilter":
		return `content:"b"; content:"a"; `
	}
	return ""
}

// valueOf derives the form of a keyword's values from the values that Suricata accepts.
func valueOf(takes map[string]bool) value {
	v := value{kind: "own", optional: takes[""], negated: takes["!5"]}
	if !takes["0"] {
		v.min = 1
	}
	for _, most := range maxima {
		if takes[fmt.Sprint(most)] {
			v.max = most
		}
	}
	switch {
	case takes["1.5"] || !takes["1"] || takes["18446744073709551616"] || v.max == 0:
		return v // Suricata accepts anything that begins with a number, or no number.
	case takes[">=1"] && takes["<5"] && takes["1<>5"] && takes["1-5"] && takes["=5"]:
		v.kind = "compared"
	case !takes[">1"] && !takes["1-5"]:
		v.kind = "number"
	}
	return v
}

// isFlag reports whether a keyword never has a value.
func isFlag(name string) bool {
	switch name {
	case "nocase", "startswith", "endswith", "rawbytes", "noalert", "alert", "sameip", "ftpbounce", "bypass", "prefilter",
		"tls_cert_expired", "tls_cert_valid", "tls_store", "tls.store", "pkt_data", "base64_data":
		return true
	}
	return false
}

// ownGrammar are keywords whose values include more than numbers, although the values that are tried suggest numbers.
var ownGrammar = map[string]bool{"sid": true, "rev": true, "gid": true, "depth": true, "offset": true, "distance": true, "within": true,
	"isdataat": true, "ip_proto": true, "tos": true, "priority": true}
