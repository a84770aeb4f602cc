package arch

import (
	"strings"
	"unicode"
)

// MaxDescription is the maximum length of a security group rule's description, in characters, which are all ASCII.
const MaxDescription = 255

// legalPunctuation are the characters that EC2 allows in descriptions beside ASCII letters, digits and spaces
// (AWS::EC2::SecurityGroupIngress, Description).
const legalPunctuation = "._-:/()#,@[]+=&;{}!$*"

// similar are legal spellings of characters that people write in reasons.
var similar = strings.NewReplacer(
	"→", "to", "->", "to", "=>", "to", "–", "-", "—", "-", "…", "...", "’", "", "'", "", "\"", "", "“", "", "”", "", "`", "",
	"ä", "ae", "ö", "oe", "ü", "ue", "Ä", "Ae", "Ö", "Oe", "Ü", "Ue", "ß", "ss",
	"á", "a", "à", "a", "â", "a", "ã", "a", "å", "a", "ç", "c", "é", "e", "è", "e", "ê", "e", "ë", "e", "í", "i", "ì", "i",
	"î", "i", "ï", "i", "ñ", "n", "ó", "o", "ò", "o", "ô", "o", "õ", "o", "ø", "o", "ú", "u", "ù", "u", "û", "u", "ý", "y",
	"\t", " ", "\r\n", " ", "\n", " ", "\r", " ", "%", " percent", "<", "(", ">", ")", "?", ".", "|", "/", "\\", "/",
)

// CleanDescription trims s. If EC2 rejects a character of s in a description, it also replaces every such character by a legal one and
// every run of spaces by one space. It does not shorten s.
func CleanDescription(s string) string {
	if s = strings.TrimSpace(s); isLegal(s) {
		return s
	}
	var b strings.Builder
	for _, r := range similar.Replace(s) {
		if isLegalRune(r) {
			b.WriteRune(r)
		} else {
			b.WriteByte('-')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// HasDynamicReference reports whether CloudFormation would replace a part of s by a parameter or a secret.
func HasDynamicReference(s string) bool { return strings.Contains(strings.ToLower(s), "{{resolve:") }

// DynamicReference says why a text must not have a dynamic reference.
const DynamicReference = "CloudFormation would put a parameter or a secret in its place, and everyone who may read rules and tags could " +
	"read that"

func isLegal(s string) bool {
	for _, r := range s {
		if !isLegalRune(r) {
			return false
		}
	}
	return true
}

func isLegalRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == ' ' ||
		r < 0x80 && strings.ContainsRune(legalPunctuation, r)
}

// hasControl reports whether s has control characters. Unicode's line and paragraph separators count as such.
func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' })
}
