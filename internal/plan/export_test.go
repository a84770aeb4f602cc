package plan

import (
	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/plan/address"
)

// Later is later, for tests outside the package.
func (p *Plan) Later(a, b string) bool { return later(p.Model, a, b) }

// Home is the number that the entry has if nothing collides with it.
func (e Entry) Home() int { return number(e.hashed(), 0, lastNumber) }

// Ranges are the blocks that rules name instead of a tier's group: the blocks of its addresses if a flow with another tier is
// inspected, and none otherwise.
func (p *Plan) Ranges(tier string) []arch.Operand {
	for _, f := range p.Model.Flows {
		if f.Path.Kind != arch.Inspected || !f.From.Kind.IsTier() || !f.To.Kind.IsTier() || f.From.Text != tier && f.To.Text != tier {
			continue
		}
		end := f.From
		if f.To.Text == tier {
			end = f.To
		}
		blocks, _ := address.Of(p.Model, end)
		var out []arch.Operand
		for _, block := range address.Peers(p.Model, blocks) {
			out = append(out, block.Operand)
		}
		return out
	}
	return nil
}
