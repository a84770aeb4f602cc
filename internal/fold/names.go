package fold

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// shortestRun is the number of names from which a range is shorter to read than its names.
const shortestRun = 3

// Names returns names in the order of [Compare]. Each run of at least three that differ in their last number only, which counts up by one,
// is one text: "web-1 ... web-12 (12)". A name that is there twice counts once.
func Names(names []string) []string {
	names = slices.Clone(names)
	slices.SortFunc(names, Compare)
	names = slices.Compact(names)
	var out []string
	for len(names) > 0 {
		n := run(names)
		if n >= shortestRun {
			out = append(out, fmt.Sprintf("%s ... %s (%d)", names[0], names[n-1], n))
		} else {
			n = 1
			out = append(out, names[0])
		}
		names = names[n:]
	}
	return out
}

// run returns how many names from the first on count up by one: in their last number, or in each number that equals it, as in web-1/web-1.
func run(names []string) int {
	return max(runOf(names, onlyLast), runOf(names, everyEqual))
}

// runOf returns how many names from the first on have the same pattern, with numbers that count up by one.
func runOf(names []string, patternOf func(name, number string) string) int {
	first, ok := lastNumber(names[0])
	if !ok {
		return 1
	}
	pattern := patternOf(names[0], strconv.Itoa(first))
	n := 1
	for n < len(names) && names[n] == strings.ReplaceAll(pattern, "\x00", strconv.Itoa(first+n)) {
		n++
	}
	return n
}

// lastNumber returns the last number in a name. It is not ok without one, and with one that is not written as Go writes it, such as 01.
func lastNumber(name string) (number int, ok bool) {
	end := strings.LastIndexAny(name, "0123456789") + 1
	start := end
	for start > 0 && isDigit(name[start-1]) {
		start--
	}
	number, err := strconv.Atoi(name[start:end])
	return number, err == nil && strconv.Itoa(number) == name[start:end] && !strings.Contains(name, "\x00")
}

// onlyLast marks the last number of a name.
func onlyLast(name, number string) string {
	at := strings.LastIndex(name, number)
	return name[:at] + "\x00" + name[at+len(number):]
}

// everyEqual marks each number of a name that is written like the last one.
func everyEqual(name, number string) string {
	var b strings.Builder
	for name != "" {
		n := digits(name)
		switch {
		case n == 0:
			b.WriteByte(name[0])
			name = name[1:]
			continue
		case name[:n] == number:
			b.WriteByte(0)
		default:
			b.WriteString(name[:n])
		}
		name = name[n:]
	}
	return b.String()
}
