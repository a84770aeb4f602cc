// Package xmltext escapes texts for XML.
package xmltext

import (
	"strings"
	"unicode"
)

var escaped = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")

// Escape escapes a text for the content of elements and for attributes in quotes. Characters that XML forbids, that nobody sees or that
// reorder text become "�". Newlines stay.
func Escape(s string) string { return escaped.Replace(Visible(s)) }

// Visible replaces characters that XML forbids, that nobody sees or that reorder text by "�". Newlines stay.
func Visible(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || unicode.IsGraphic(r) && !unicode.In(r, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point) {
			return r
		}
		return '�'
	}, strings.ToValidUTF8(s, "�"))
}
