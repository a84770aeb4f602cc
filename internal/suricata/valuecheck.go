package suricata

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// check says what is wrong with a value of the keyword; empty if it is good.
func (k *keyword) check(value string) string {
	switch {
	case k.value == noneValue && value != "":
		return "this keyword has no value"
	case k.value == noneValue, value == "" && k.optional:
		return ""
	case value == "":
		return "the value is missing"
	case strings.HasPrefix(value, `"`) && !quotedKeywords[k.name]:
		return "the value must not be in quotes"
	case k.value == numberValue:
		return k.checkNumber(strings.TrimSpace(strings.TrimPrefix(value, negation(k.negated))), k.min, k.max)
	case k.value == comparedValue:
		return k.checkCompared(value)
	}
	return checkGrammar(k.name, value)
}

// quotedKeywords are keywords whose values may stand in quotes.
var quotedKeywords = map[string]bool{"msg": true, "content": true, "pcre": true, "uricontent": true, "tls.subject": true,
	"tls.issuerdn": true, "tls.fingerprint": true, "ssh.softwareversion": true,
	"replace": true, "pcrexform": true, "xor": true}

// negation returns the sign of a negated number, if one is allowed.
func negation(allowed bool) string {
	if allowed {
		return "!"
	}
	return ""
}

// checkNumber checks a number.
func (k *keyword) checkNumber(text string, least, most uint64) string {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || text[0] == '+' || n < least || n > most {
		return fmt.Sprintf("allowed are numbers from %d to %d", least, most)
	}
	return ""
}

// checkCompared checks a number, a comparison or a range. A comparison that is true for no number, or for every number, is an
// error.
func (k *keyword) checkCompared(value string) string {
	for _, between := range []string{"<>", "-"} {
		if from, to, ok := strings.Cut(value, between); ok {
			return k.checkRange(strings.TrimSpace(from), strings.TrimSpace(to))
		}
	}
	least, most := k.min, k.max
	for _, operator := range []string{">=", "<=", "!=", ">", "<", "=", "!"} {
		rest, ok := strings.CutPrefix(value, operator)
		if !ok {
			continue
		}
		switch operator {
		case ">":
			most--
		case "<", ">=":
			least = max(least, 1)
		}
		if operator == "<=" {
			most--
		}
		return k.checkNumber(strings.TrimSpace(rest), least, most)
	}
	return k.checkNumber(strings.TrimSpace(value), least, most)
}

// checkRange checks a range. Its ends are not part of it.
func (k *keyword) checkRange(from, to string) string {
	for _, text := range []string{from, to} {
		if wrong := k.checkNumber(text, 0, k.max); wrong != "" {
			return wrong
		}
	}
	a, _ := strconv.ParseUint(from, 10, 64)
	b, _ := strconv.ParseUint(to, 10, 64)
	if b < a || b-a < 2 {
		return "no number lies between the ends of the range"
	}
	return ""
}

// number reads a number that matches its grammar. A number that is too large becomes the largest one.
func number(text string) uint64 {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return math.MaxUint64
	}
	return n
}
