package arch

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/lazyregexp"
)

var (
	tierID         = lazyregexp.New(`^[A-Za-z][A-Za-z0-9-]{0,63}$`)
	groupID        = lazyregexp.New(`^sg-[0-9a-f]{8,17}$`)
	organizationID = lazyregexp.New(`^o-[a-z0-9]{10,32}$`)
)

// reserved are the ids that a network uses itself.
var reserved = []string{"plan", "vpc", "subnets", "internetgateway", "egressonlygateway", "nat", "firewall", "transit", "default"}

// CheckTierID returns an error if a tier cannot have the id.
func CheckTierID(id string) error {
	switch {
	case IsToken(id):
		return fmt.Errorf("it is a CDK token; logical ids are derived from it, so it must be a literal")
	case !tierID.MatchString(id):
		return fmt.Errorf("got %q; allowed are 1 to 64 letters, digits and hyphens, a letter first", id)
	case slices.Contains(reserved, strings.ToLower(id)):
		return fmt.Errorf("got %q, which the network uses itself; reserved are %s", id, strings.Join(reserved, ", "))
	}
	return nil
}
