package firewall

import (
	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/networkfirewall"
)

// checkARN checks the form of a literal ARN and that it names the stack's Region. It reports whether the ARN is correct.
func (p *problems) checkARN(k networkfirewall.ARNKind, arn string, at diag.Position) bool {
	if arch.IsToken(arn) {
		return true // Asking for the stack's Region is a call into CDK, which a token does not need.
	}
	found := networkfirewall.CheckARN(k, arn, region(p.Of))
	p.tell(at, found...)
	return len(found) == 0
}
