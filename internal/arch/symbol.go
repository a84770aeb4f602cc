package arch

import "github.com/tierwall/tierwall/internal/lazyregexp"

var symbol = lazyregexp.New(`\$\{[^}]*\}`)

// ReplaceSymbols replaces the symbols in a text. f is called with each symbol as it is written, "${Shop/Bucket/Resource.Arn}", and with its
// name, "Shop/Bucket/Resource.Arn". Variables of IAM policies are written in the same way; f returns them as they are written.
func ReplaceSymbols(text string, f func(written, name string) string) string {
	return symbol.ReplaceAllStringFunc(text, func(written string) string { return f(written, written[2:len(written)-1]) })
}
