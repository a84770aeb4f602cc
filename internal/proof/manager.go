package proof

import (
	"fmt"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/webacl/deployed"
)

// webACLType is the type of web ACLs.
const webACLType = "AWS::WAFv2::WebACL"

// reportManagers reports that a declared web ACL may do something else than its template says, because of a resource through which a
// central team changes web ACLs.
func (r *Report) reportManagers(a *cfn.Assembly, c Control, of *cfn.Resource) {
	if of.Type != webACLType {
		return
	}
	for _, m := range deployed.Managers(a) {
		r.weakened(c, m.Resource.String(), fmt.Sprintf("unknown whether the %s does what was declared: %s", c.Name, m.Text()), Unknown)
	}
}
