package suricata

import (
	"slices"
	"strings"
)

// fields are the parts of a value between commas.
func fields(value string) []string {
	out := strings.Split(value, ",")
	for i := range out {
		out[i] = strings.TrimSpace(out[i])
	}
	return out
}

// byteOptions says what is wrong with the words after the first fields of a byte keyword. A base goes with string alone, and the order of
// bytes without it.
func byteOptions(words, allowed []string, bytes uint64, offset string) string {
	if isTooFar(offset) {
		return "its offset is out of range"
	}
	var seen []string
	for _, word := range words {
		name, argument, _ := strings.Cut(word, " ")
		if !slices.Contains(allowed, name) {
			return "it has no option " + name + "; allowed are " + strings.Join(allowed, ", ")
		}
		if slices.Contains(seen, name) {
			return "the option " + name + " stands twice"
		}
		if wrong := byteArgument(name, argument); wrong != "" {
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
		return "a base goes with string alone"
	case has("hex", "dec", "oct") > 1, has("big", "little", "dce") > 1, has("relative", "from_beginning", "from_end") > 1:
		return "two options exclude each other"
	case text && has("big", "little", "dce") > 0:
		return "string has no order of bytes"
	case !text && bytes > 8:
		return "more than 8 bytes go with string alone"
	case text && bytes > 20:
		return "a text has 20 bytes at most"
	}
	return ""
}

// isTooFar reports whether an offset is a number that Suricata does not take.
func isTooFar(offset string) bool {
	bare := strings.TrimPrefix(offset, "-")
	return bare != "" && bare[0] >= '0' && bare[0] <= '9' && number(bare) > 65535
}

// byteArgument checks what stands after a word.
func byteArgument(name, argument string) string {
	n := number(argument)
	switch name {
	case "multiplier":
		if n < 1 || n > 65535 {
			return "a multiplier is a number from 1 to 65535"
		}
	case "align":
		if argument != "" && argument != "2" && argument != "4" {
			return "align takes 2 and 4"
		}
	case "post_offset":
		if number(strings.TrimPrefix(argument, "-")) > 65535 {
			return "post_offset takes a number"
		}
	case "bitmask":
		if !strings.HasPrefix(argument, "0x") {
			return "a bitmask is a hexadecimal number"
		}
	default:
		if argument != "" {
			return name + " takes no value"
		}
	}
	return ""
}

func checkByteExtract(value string) string {
	f := fields(value)
	if number(f[0]) < 1 || slices.ContainsFunc(f[3:], func(w string) bool { return w == "align" }) {
		return "allowed are 1 byte or more, and align 2 or 4"
	}
	return byteOptions(f[3:], []string{"relative", "multiplier", "big", "little", "dce", "string", "hex", "dec", "oct", "align"},
		number(f[0]), f[1])
}

func checkByteJump(value string) string {
	f := fields(value)
	if slices.ContainsFunc(f[2:], func(w string) bool { return strings.HasPrefix(w, "align ") }) {
		return "align takes no value"
	}
	return byteOptions(f[2:], []string{"relative", "multiplier", "big", "little", "dce", "string", "hex", "dec", "oct", "align",
		"from_beginning", "from_end", "post_offset"}, number(f[0]), f[1])
}

func checkByteTest(value string) string {
	f := fields(value)
	return byteOptions(f[4:], []string{"relative", "big", "little", "dce", "string", "hex", "dec", "oct", "bitmask"}, number(f[0]), f[3])
}

func checkByteMath(value string) string {
	for _, f := range fields(value) {
		if offset, ok := strings.CutPrefix(f, "offset "); ok && isTooFar(offset) {
			return "its offset is out of range"
		}
	}
	return ""
}
