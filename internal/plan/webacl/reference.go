package webacl

import (
	"strconv"
	"strings"
)

// Statements of a plan cannot name what only the constructs know: the ARN of an IP set, and the secret of an origin. They hold
// a reference in its place, which nothing but this file spells and reads.
const (
	setPrefix    = "set:"
	secretPrefix = "secret:"
)

// Reference is what statements hold in place of the set's ARN.
func (s AddressSet) Reference() string { return setPrefix + s.ID }

// Secret is the place of a secret among those of the origin, from 0.
type Secret int

// Reference is what statements hold in place of the secret.
func (s Secret) Reference() string { return secretPrefix + strconv.Itoa(int(s)) }

// SecretOf returns the secret that a text of a statement refers to. It reports false for any other text.
func SecretOf(text string) (Secret, bool) {
	number, ok := strings.CutPrefix(text, secretPrefix)
	i, err := strconv.Atoi(number)
	return Secret(i), ok && err == nil
}
