package feed

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/tierwall/tierwall/internal/suricata"
)

// readDomains reads a domain name on each line. A leading dot stands for a domain and all names below it.
func readDomains(text []byte) (List, error) {
	var l List
	err := plainLines(text, l.addName)
	return l, err
}

// readHosts reads a hosts file whose addresses lead nowhere.
func readHosts(text []byte) (List, error) {
	var l List
	err := plainLines(text, func(line string) error {
		fields := strings.Fields(line)
		address, err := netip.ParseAddr(fields[0])
		if err != nil || len(fields) < 2 {
			return fmt.Errorf("%.60q is no line of a hosts file; a line is 0.0.0.0 and a name", line)
		}
		for _, name := range fields[1:] {
			if isOfHost(strings.ToLower(name)) {
				continue
			}
			if !address.IsUnspecified() && !address.IsLoopback() {
				return fmt.Errorf("%.60q gives a name the address %s; allowed are 0.0.0.0 and 127.0.0.1", line, address)
			}
			if err := l.addName(name); err != nil {
				return err
			}
		}
		return nil
	})
	return l, err
}

// isOfHost reports whether a name of a hosts file is of the host itself, as each hosts file has them at its top.
func isOfHost(name string) bool {
	return slices.Contains([]string{"localhost", "localhost.localdomain", "local", "broadcasthost", "0.0.0.0"}, name) ||
		strings.HasPrefix(name, "ip6-")
}

// addName adds a name that a rule group can hold. It refuses names below which others have theirs: to block such a name is a mistake, as to
// block 0.0.0.0/0 is.
func (l *List) addName(text string) error {
	name := strings.ToLower(text)
	if err := suricata.CheckDomain(name); err != nil {
		return err
	}
	bare := strings.TrimPrefix(name, ".")
	suffix, isICANN := publicsuffix.PublicSuffix(bare)
	if bare == suffix && (isICANN || bare != name) {
		return fmt.Errorf("%.80q is a public suffix, below which everybody may have names (https://publicsuffix.org)", text)
	}
	l.Names = append(l.Names, name)
	return nil
}

// checkNames refuses a list of names that cannot be right as a whole.
func (l *List) checkNames(last List) error {
	slices.Sort(l.Names)
	l.Names = slices.Compact(l.Names)
	switch {
	case len(l.Names) == 0:
		return errors.New("the list has no names")
	case len(l.Names)*minKept < len(last.Names):
		return fmt.Errorf("the list has %d names, less than half of the %d of the last one", len(l.Names), len(last.Names))
	}
	return nil
}
