package upgrade

import (
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
)

// checkProtections finds changes that a firewall is protected against; f is nil if the firewall is removed.
func (u *update) checkProtections(was, f *cfn.Resource) {
	if was == nil {
		return
	}
	at := f
	if f == nil {
		at = was
	}
	for _, p := range []struct {
		flag, against string
		changes       bool
	}{
		{"DeleteProtection", "deletion", f == nil || u.created[f]},
		{"SubnetChangeProtection", "changes of its subnets", f != nil && !u.created[f] &&
			u.markedText(was.Get("SubnetMappings")) != u.markedText(f.Get("SubnetMappings"))},
		{"FirewallPolicyChangeProtection", "a change of its policy", f != nil && !u.created[f] &&
			u.markedText(was.Get("FirewallPolicyArn")) != u.markedText(f.Get("FirewallPolicyArn"))},
	} {
		if on, ok := was.Get(p.flag).Bool(); ok && on && p.changes {
			u.report("firewall-protected", at, diag.Diagnostic{
				Subject: at.String() + ":" + p.flag, Summary: was.ID + " is protected against " + p.against,
				Detail: "AWS answers \"InvalidOperationException\" while " + p.flag + " is true",
				Fix: "deploy twice: first without the protection (production: false in architecture.yaml, or Production: false in Go), " +
					"then the change",
			}, was)
		}
	}
}
