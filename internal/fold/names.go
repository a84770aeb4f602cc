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

// run returns how many names from the first on count up by one.
func run(names []string) int {
	before, number, after, ok := numbered(names[0])
	n := 1
	for ok && n < len(names) && names[n] == before+strconv.Itoa(number+n)+after {
		n++
	}
	return n
}

// numbered cuts a name at its last number. It is not ok without a number, and with one that is not written as Go writes it, such as 01.
func numbered(name string) (before string, number int, after string, ok bool) {
	end := strings.LastIndexAny(name, "0123456789") + 1
	start := end
	for start > 0 && isDigit(name[start-1]) {
		start--
	}
	number, err := strconv.Atoi(name[start:end])
	return name[:start], number, name[end:], err == nil && strconv.Itoa(number) == name[start:end]
}
