package app

import (
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// names are the identifiers that a scope has.
type names map[string]bool

// unique returns an identifier that the scope does not have yet: the name, or the name with the suffix and, if needed, a number.
func (n names) unique(name, suffix string) string {
	candidate := name
	if n[candidate] {
		candidate += suffix
	}
	for i := 2; n[candidate]; i++ {
		candidate = name + suffix + strconv.Itoa(i)
	}
	n[candidate] = true
	return candidate
}

// exported writes a name as an exported identifier: "app-role" becomes "AppRole".
func exported(name string) string {
	var b strings.Builder
	for _, word := range words(name) {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	if b.Len() == 0 || !isLetter(b.String()[0]) {
		return "X" + b.String()
	}
	return b.String()
}

// local writes a name as the identifier of a local variable: "Head-Office" becomes "headOffice". It avoids keywords, predeclared
// identifiers, imported packages and the variables that every function has.
func local(name, suffix string) string {
	id := exported(name)
	upper := 0
	for upper < len(id) && id[upper] >= 'A' && id[upper] <= 'Z' {
		upper++
	}
	if upper > 1 && upper < len(id) {
		upper-- // The last capital begins the next word: APIServer becomes apiServer.
	}
	id = strings.ToLower(id[:upper]) + id[upper:]
	if token.IsKeyword(id) || slices.Contains(predeclared, id) || packages()[id] != "" || slices.Contains(reserved, id) {
		return id + suffix
	}
	return id
}

// words splits a name at all characters that are not ASCII letters or digits.
func words(name string) []string {
	return strings.FieldsFunc(name, func(r rune) bool { return r > 127 || !isLetter(byte(r)) && (r < '0' || r > '9') })
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// reserved are the names that main.go, workloads.go and network_gen.go use themselves.
var reserved = strings.Fields("app awscdk env environments err existing imported init log main newStack place policy r rules s scope " +
	"stack stage workloads zoneSubnet")

// predeclared are the identifiers that Go declares itself.
var predeclared = strings.Fields("any append bool byte cap clear close comparable complex complex64 complex128 copy delete error false " +
	"float32 float64 imag int int8 int16 int32 int64 iota len make max min new nil panic print println real recover rune string true " +
	"uint uint8 uint16 uint32 uint64 uintptr")
