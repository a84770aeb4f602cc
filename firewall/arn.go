package firewall

import (
	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/networkfirewall"
)

// checkARN checks a literal ARN: its form, and that it is of the stack's Region. It reports whether nothing is wrong.
func (p *problems) checkARN(k networkfirewall.ARNKind, arn string, at diag.Position) bool {
	if arch.IsToken(arn) {
		return true // The stack's Region is asked for where it is needed alone.
	}
	found := networkfirewall.CheckARN(k, arn, region(p.Of))
	p.tell(at, found...)
	return len(found) == 0
}
