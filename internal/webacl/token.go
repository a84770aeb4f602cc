package webacl

import (
	"strings"

	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// IsToken reports whether a text, or a part of it, is known only at deployment.
func IsToken(s string) bool {
	return strings.Contains(s, "${") || strings.HasPrefix(s, "{{resolve:") || strings.HasPrefix(s, "#{")
}

// Hole stands for a token in the texts that MaskTokens returns.
const Hole = "\x00"

// tokens are the parts of a text that are known only at deployment.
var tokens = lazyregexp.New(`\$\{[^}]*\}|\{\{resolve:[^}]*\}\}|#\{[^}]*\}`)

// MaskTokens returns a text with a Hole in place of each token.
func MaskTokens(text string) string { return tokens.ReplaceAllString(text, Hole) }

// KnownBeginning returns a text up to its first token, and whether that is the whole text.
func KnownBeginning(text string) (beginning string, whole bool) {
	beginning, _, cut := strings.Cut(MaskTokens(text), Hole)
	return beginning, !cut
}
