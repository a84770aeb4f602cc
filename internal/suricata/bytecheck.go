package suricata

import (
	"slices"
	"strings"
)

// fields returns the parts of a value between commas.
func fields(value string) []string {
	out := strings.Split(value, ",")
	for i := range out {
		out[i] = strings.TrimSpace(out[i])
	}
	return out
}

// checkByteOptions says what is wrong with the words after the first fields of a byte keyword; empty if they are good. A base needs the
// word string, and a byte order excludes it.
func checkByteOptions(words, allowed []string, bytes uint64, offset string) string {
	if isTooFar(offset) {
		return "the offset is out of range"
	}
	var seen []string
	for _, word := range words {
		name, argument, _ := strings.Cut(word, " ")
		if !slices.Contains(allowed, name) {
			return "the option " + name + " is unknown; allowed are " + strings.Join(allowed, ", ")
		}
		if slices.Contains(seen, name) {
			return "the option " + name + " occurs twice"
		}
		if wrong := checkByteArgument(name, argument); wrong != "" {
			return wrong
		}
		seen = append(seen, name)
	}
	has := func(names ...string) int {
		n := 0
		for _, name := range names {
			if slices.Contains(seen, name) {
				n++
			}
		}
		return n
	}
	text := has("string") > 0
	switch {
	case !text && has("hex", "dec", "oct") > 0:
		return "a base needs the word string"
	case has("hex", "dec", "oct") > 1, has("big", "little", "dce") > 1, has("relative", "from_beginning", "from_end") > 1:
		return "two options exclude each other"
	case text && has("big", "little", "dce") > 0:
		return "a byte order excludes the word string"
	case !text && bytes > 8:
		return "more than 8 bytes need the word string"
	case text && bytes > 20:
		return "a string has at most 20 bytes"
	}
	return ""
}

// isTooFar reports whether an offset is a number that Suricata rejects.
func isTooFar(offset string) bool {
	bare := strings.TrimPrefix(offset, "-")
	return bare != "" && bare[0] >= '0' && bare[0] <= '9' && number(bare) > 65535
}

// checkByteArgument checks the argument of a word.
func checkByteArgument(name, argument string) string {
	n := number(argument)
	switch name {
	case "multiplier":
		if n < 1 || n > 65535 {
			return "multiplier needs a number from 1 to 65535"
		}
	case "align":
		if argument != "" && argument != "2" && argument != "4" {
			return "align needs 2 or 4"
		}
	case "post_offset":
		if number(strings.TrimPrefix(argument, "-")) > 65535 {
			return "post_offset needs a number"
		}
	case "bitmask":
		if !strings.HasPrefix(argument, "0x") {
			return "bitmask needs a hexadecimal number"
		}
	default:
		if argument != "" {
			return name + " has no value"
		}
	}
	return ""
}

func checkByteExtract(value string) string {
	f := fields(value)
	if number(f[0]) < 1 || slices.ContainsFunc(f[3:], func(w string) bool { return w == "align" }) {
		return "it needs at least 1 byte, and 2 or 4 after align"
	}
	return checkByteOptions(f[3:], []string{"relative", "multiplier", "big", "little", "dce", "string", "hex", "dec", "oct", "align"},
		number(f[0]), f[1])
}

func checkByteJump(value string) string {
	f := fields(value)
	if slices.ContainsFunc(f[2:], func(w string) bool { return strings.HasPrefix(w, "align ") }) {
		return "align has no value here"
	}
	return checkByteOptions(f[2:], []string{"relative", "multiplier", "big", "little", "dce", "string", "hex", "dec", "oct", "align",
		"from_beginning", "from_end", "post_offset"}, number(f[0]), f[1])
}

func checkByteTest(value string) string {
	f := fields(value)
	return checkByteOptions(f[4:], []string{"relative", "big", "little", "dce", "string", "hex", "dec", "oct", "bitmask"}, number(f[0]), f[3])
}

func checkByteMath(value string) string {
	for _, f := range fields(value) {
		if offset, ok := strings.CutPrefix(f, "offset "); ok && isTooFar(offset) {
			return "the offset is out of range"
		}
	}
	return ""
}
