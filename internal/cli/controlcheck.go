package cli

import (
	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	endpoints "github.com/tierwall/tierwall/internal/iam/deployed"
	firewalls "github.com/tierwall/tierwall/internal/networkfirewall/deployed"
	webacls "github.com/tierwall/tierwall/internal/webacl/deployed"
)

// checkControls finds what AWS refuses or passes over in the controls of any template: web ACLs, firewalls and endpoints. The commands waf,
// firewall and endpoints tell warnings as well.
func checkControls(a *cfn.Assembly) diag.List {
	found := append(webacls.Check(a), firewalls.Check(a)...)
	for _, list := range endpoints.Check(endpoints.Read(a)) {
		found = append(found, list.With(diag.Error)...) // What policies let through is held against the grants.
	}
	return found.With(diag.Error, diag.Finding)
}
