package cli

import (
	"slices"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/diag"
	names "github.com/tierwall/tierwall/internal/dnsfirewall/deployed"
	endpoints "github.com/tierwall/tierwall/internal/iam/deployed"
	firewalls "github.com/tierwall/tierwall/internal/networkfirewall/deployed"
	webacls "github.com/tierwall/tierwall/internal/webacl/deployed"
)

// checkControls finds the mistakes in the web ACLs, network firewalls, DNS firewalls and VPC endpoints of any template: values that AWS
// rejects, or accepts without effect. It leaves warnings out; the commands waf, firewall and endpoints print them.
func checkControls(a *cfn.Assembly) diag.List {
	found := slices.Concat(webacls.Check(a), firewalls.Check(a), names.Check(a))
	for _, list := range endpoints.Check(endpoints.Read(a)) {
		found = append(found, list.With(diag.Error)...) // The proof compares what the policies allow with the grants.
	}
	return found.With(diag.Error, diag.Finding)
}
