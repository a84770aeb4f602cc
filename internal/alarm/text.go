package alarm

import (
	"strings"

	"github.com/tierwall/tierwall/internal/arch"
)

// Text is a text whose symbolic parts only a deployment knows, such as the id of a VPC.
type Text []arch.Operand

// Literal returns a text without symbolic parts.
func Literal(text string) Text { return Text{{Text: text}} }

// Symbol returns a value that only a deployment knows.
func Symbol(name string) arch.Operand { return arch.Operand{Text: name, Symbolic: true} }

// Resolve returns the text with the value of each symbolic part.
func (t Text) Resolve(value func(arch.Operand) string) string {
	var b strings.Builder
	for _, part := range t {
		if part.Symbolic {
			b.WriteString(value(part))
		} else {
			b.WriteString(part.Text)
		}
	}
	return b.String()
}
