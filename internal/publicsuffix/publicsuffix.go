// Package publicsuffix knows the domains under which anybody can register names, such as co.uk.
//
// The list is that of publicsuffix.org (Mozilla Public License 2.0), as golang.org/x/net/publicsuffix has it. That package is not used
// itself, because it imports net/http, which would be a twelfth of the size of the command. It is the judge of this one in the tests.
package publicsuffix

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"net/netip"
	"strings"
	"sync"
)

// The rules of the list, one on each line: "co.uk", "*.ck" for all names below, and "!www.ck" for an exception. The tests write it, with
// -update.
//
//go:embed rules.txt.gz
var compressed []byte

var rules = sync.OnceValue(func() map[string]bool {
	r, err := gzip.NewReader(bytes.NewReader(compressed))
	if err != nil {
		panic("publicsuffix: the embedded list is damaged: " + err.Error())
	}
	text, err := io.ReadAll(r)
	if err != nil {
		panic("publicsuffix: the embedded list is damaged: " + err.Error())
	}
	out := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		out[strings.TrimSuffix(line, "\n")] = true
	}
	return out
})

// Is reports whether a name is a public suffix. The name is in lower case. A name of one label and an address are one even if the list
// does not have them.
func Is(name string) bool {
	if _, err := netip.ParseAddr(name); err == nil {
		return true
	}
	_, parent, hasParent := strings.Cut(name, ".")
	known := rules()
	return !hasParent || known[name] || known["*."+parent] && !known["!"+name]
}
