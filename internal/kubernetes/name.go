package kubernetes

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// The forms of names (RFC 1123, RFC 6335), with their greatest lengths.
var (
	dnsLabel     = lazyregexp.New(`^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$`)
	dnsSubdomain = lazyregexp.New(`^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$`)
	labelName    = lazyregexp.New(`^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$`)
	portName     = lazyregexp.New(`^[a-z0-9](?:-?[a-z0-9])*$`)
)

const (
	maxLabel     = 63
	maxSubdomain = 253
	maxPortName  = 15
)

// CheckNamespace returns an error if a text cannot be the name of a namespace: a DNS label of at most 63 characters.
func CheckNamespace(name string) error {
	if len(name) > maxLabel || !dnsLabel.MatchString(name) {
		return fmt.Errorf("got %.80q; the name of a namespace has 1 to %d lower-case letters, digits and hyphens, and begins and ends "+
			"with a letter or digit", name, maxLabel)
	}
	return nil
}

// CheckName returns an error if a text cannot be the name of a policy: a DNS name of at most 253 characters.
func CheckName(name string) error {
	if len(name) > maxSubdomain || !dnsSubdomain.MatchString(name) {
		return fmt.Errorf("got %.80q; a name has 1 to %d lower-case letters, digits, hyphens and dots, and each part begins and ends with a "+
			"letter or digit", name, maxSubdomain)
	}
	return nil
}

// CheckLabel returns an error if Kubernetes rejects a label.
func CheckLabel(key, value string) error {
	if err := checkLabelKey(key); err != nil {
		return err
	}
	if len(value) > maxLabel || value != "" && !labelName.MatchString(value) {
		return fmt.Errorf("the label %s has the value %.80q; a value has at most %d letters, digits, hyphens, underscores and dots, and begins "+
			"and ends with a letter or digit", key, value, maxLabel)
	}
	return nil
}

func checkLabelKey(key string) error {
	prefix, name, prefixed := strings.Cut(key, "/")
	if !prefixed {
		name = key
	} else if err := CheckName(prefix); err != nil {
		return fmt.Errorf("the key of the label %.80q begins with no DNS name: %w", key, err)
	}
	if len(name) > maxLabel || !labelName.MatchString(name) {
		return fmt.Errorf("got a label with the key %.80q; a key has 1 to %d letters, digits, hyphens, underscores and dots, begins and ends "+
			"with a letter or digit, and may have a DNS name and a slash before it", key, maxLabel)
	}
	return nil
}
