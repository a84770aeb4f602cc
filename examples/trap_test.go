package examples

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/webacl"
	"github.com/tierwall/tierwall/internal/webacl/deployed"
	"github.com/tierwall/tierwall/internal/webacl/evaluate"
)

// TestTrap: the web ACL of the example response blocks requests for the path of the trap, and no others.
func TestTrap(t *testing.T) {
	all, refs := deployed.Read(load(t, named(t, "response").folder))
	found := deployed.Find(all, "shop")
	require.Len(t, found, 1)
	for _, r := range found[0].ACL.Rules {
		if r.Statement.ManagedRuleGroupStatement != nil {
			*r.OverrideAction = webacl.OverrideAction{Count: &webacl.Empty{}} // Its rules are unknown.
		}
	}
	acl := evaluate.New(found[0].ACL, refs, found[0].Kinds()...)
	for target, want := range map[string]string{"/wp-login.php?a=b": "Block by Trap", "/orders": "Allow by default"} {
		v := acl.Evaluate(evaluate.Request{Method: "GET", Target: target, From: netip.MustParseAddr("198.51.100.7")})
		decision, sure := v.Sure()
		assert.True(t, sure, target)
		assert.Equal(t, want, decision.String(), target)
	}
}
