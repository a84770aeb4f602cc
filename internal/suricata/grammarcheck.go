package suricata

import (
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// sameGrammar maps a keyword to another that has the same grammar.
var sameGrammar = map[string]string{
	"flags": "tcp.flags", "dce_iface": "dcerpc.iface", "dce_opnum": "dcerpc.opnum", "ipv4-csum": "csum", "tcpv4-csum": "csum",
	"tcpv6-csum": "csum", "udpv4-csum": "csum", "udpv6-csum": "csum",
	"icmpv4-csum": "csum", "icmpv6-csum": "csum",
}

var compiledGrammars = sync.OnceValue(func() map[string]*regexp.Regexp {
	out := map[string]*regexp.Regexp{}
	for name, g := range grammars() {
		out[name] = regexp.MustCompile(`^(?:` + g.pattern + `)$`)
	}
	return out
})

// checkGrammar says what is wrong with a value by the grammar of its keyword; empty if it is good.
func checkGrammar(name, value string) string {
	switch name {
	case "msg", "content", "pcre", "uricontent", "pcrexform":
		return "" // optionChecker checks them, as they depend on the options around them.
	case "app-layer-event", "stream-event", "decode-event":
		if !hasEvent(name + ":" + value) {
			return "Suricata knows no such event"
		}
		return ""
	}
	if same, ok := sameGrammar[name]; ok {
		name = same
	}
	pattern, ok := compiledGrammars()[name]
	if !ok {
		return "tierwall does not know which values it may have"
	}
	if !pattern.MatchString(value) {
		return "allowed are " + grammars()[name].allowed
	}
	if check, ok := moreChecks[name]; ok {
		return check(value)
	}
	return ""
}

// moreChecks check what a pattern cannot express.
var moreChecks = map[string]func(string) string{
	"byte_extract": checkByteExtract, "byte_jump": checkByteJump, "byte_math": checkByteMath, "byte_test": checkByteTest,
	"depth": bounded(1, 65535), "offset": bounded(0, 65535), "within": bounded(1, 65535), "isdataat": bounded(0, 65535),
	"tos": bounded(0, 255), "fragoffset": bounded(0, 65535), "ip_proto": bounded(0, 255), "urilen": checkURILength,
	"dcerpc.opnum": checkNumbers, "tls_cert_notafter": checkDates, "tls_cert_notbefore": checkDates,
}

var digits = lazyregexp.New(`\d+`)

// bounded returns a check of all numbers in a value.
func bounded(least, most uint64) func(string) string {
	return func(value string) string {
		for _, text := range numbersOf(value) {
			if n := number(text); n < least || n > most {
				return "a number is out of range"
			}
		}
		return ""
	}
}

// numbersOf returns the numbers in a value. A value that begins with a letter is a name, and has none.
func numbersOf(value string) []string {
	if value[0] >= 'A' && value[0] <= 'z' {
		return nil
	}
	return digits.FindAllString(value, -1)
}

// checkNumbers checks a list of numbers and ranges.
func checkNumbers(value string) string {
	for _, item := range fields(value) {
		from, to, isRange := strings.Cut(item, "-")
		if number(from) > 65535 || isRange && (number(to) > 65535 || number(to) < number(from)) {
			return "a number is out of range"
		}
	}
	return ""
}

// checkURILength checks the numbers, and that a range holds a number.
func checkURILength(value string) string {
	numbers := digits.FindAllString(value, -1)
	for _, text := range numbers {
		if number(text) > 65535 {
			return "allowed are numbers up to 65535"
		}
	}
	if len(numbers) == 2 && number(numbers[1]) <= number(numbers[0])+1 {
		return "no number lies between the ends of the range"
	}
	return ""
}

// checkDates checks that the dates exist and are in order.
func checkDates(value string) string {
	from, to, isRange := strings.Cut(strings.TrimLeft(value, "<>"), "<>")
	first, ok := readDate(from)
	if !ok {
		return "a date does not exist"
	}
	if isRange {
		second, ok := readDate(to)
		if !ok || !second.After(first) {
			return "allowed are two dates, the earlier one first"
		}
	}
	return ""
}

// readDate reads a date in one of the forms that date allows.
func readDate(text string) (time.Time, bool) {
	for _, layout := range []string{"2006", "2006-01", "2006-01-02", "2006-01-02T15:04:05"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}
