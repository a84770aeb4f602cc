package arch

import (
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// The classes of data that have a meaning of their own. Every other class is a label of the user's.
const (
	Cardholder = "cardholder" // account data of payment cards (PCI DSS)
	Personal   = "personal"   // data about people
	Secret     = "secret"     // keys, passwords, business secrets
	Public     = "public"     // what everybody may read
)

// DataClasses lists the classes that have a meaning of their own.
func DataClasses() []string { return []string{Cardholder, Personal, Secret, Public} }

// The policies that judge flows by what tiers hold. Package policy applies them.
const (
	PCIDSS               = "pci-dss"
	NoInternetNextToData = "no-internet-next-to-data"
	SensitiveData        = "sensitive-data"
)

const (
	maxClasses = 16 // of one tier
	classForm  = "1 to 40 lower-case letters, digits and hyphens, a letter first"
)

// DataPolicies lists the names of the policies.
func DataPolicies() []string { return []string{NoInternetNextToData, PCIDSS, SensitiveData} }

// DataPolicy is the use of a policy by a network.
type DataPolicy struct {
	Name string `json:"name"`
	// Own says that the user wrote the policy in Go, so that only the synthesis of the app can apply it.
	Own bool          `json:"own,omitempty"`
	At  diag.Position `json:"at,omitzero"`
}

// className matches a class of data, and the name of a policy.
var className = lazyregexp.New(`^[a-z][a-z0-9-]{0,39}$`)

// IsPolicyName reports whether a policy, or a rule of one, can have a name.
func IsPolicyName(name string) bool { return className.MatchString(name) }

// ParseHolds returns the classes of a text that separates them by commas, sorted and without repetitions. An empty text has none.
func ParseHolds(text string) []string {
	if text == "" {
		return nil
	}
	var out []string
	for class := range strings.SplitSeq(text, ",") {
		out = append(out, strings.TrimSpace(class))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Sensitive returns the classes of a tier's data that not everybody may read.
func (t Tier) Sensitive() []string {
	return slices.DeleteFunc(slices.Clone(t.Holds), func(class string) bool { return class == Public })
}

// outranks are the built-in classes that are stricter than a class: who may hold one of them may hold the class too.
var outranks = map[string][]string{Personal: {Cardholder, Secret}, Public: {Cardholder, Secret, Personal}}

// MayHold reports whether a tier is declared to hold data of a class, or of a stricter one. Labels of the user's have no order: a tier must
// hold the label itself.
func (t Tier) MayHold(class string) bool {
	return slices.Contains(t.Holds, class) ||
		slices.ContainsFunc(outranks[class], func(stricter string) bool { return slices.Contains(t.Holds, stricter) })
}
