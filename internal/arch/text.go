package arch

import (
	"strings"
	"unicode"
)

// MaxDescription is the longest description of a security group rule, in characters. EC2 counts bytes of ASCII.
const MaxDescription = 255

// legalPunctuation are the characters that EC2 allows in descriptions beside ASCII letters, digits and spaces
// (AWS::EC2::SecurityGroupIngress, Description).
const legalPunctuation = "._-:/()#,@[]+=&;{}!$*"

// similar are the legal spellings of characters that people do write in reasons.
var similar = strings.NewReplacer(
	"→", "to", "->", "to", "=>", "to", "–", "-", "—", "-", "…", "...", "’", "", "'", "", "\"", "", "“", "", "”", "", "`", "",
	"ä", "ae", "ö", "oe", "ü", "ue", "Ä", "Ae", "Ö", "Oe", "Ü", "Ue", "ß", "ss",
	"á", "a", "à", "a", "â", "a", "ã", "a", "å", "a", "ç", "c", "é", "e", "è", "e", "ê", "e", "ë", "e", "í", "i", "ì", "i",
	"î", "i", "ï", "i", "ñ", "n", "ó", "o", "ò", "o", "ô", "o", "õ", "o", "ø", "o", "ú", "u", "ù", "u", "û", "u", "ý", "y",
	"\t", " ", "\r\n", " ", "\n", " ", "\r", " ", "%", " percent", "<", "(", ">", ")", "?", ".", "|", "/", "\\", "/",
)

// CleanDescription returns s with the ends trimmed and, where EC2 refuses a character of it in a description, every such
// character replaced by a legal one and runs of spaces made one. It does not shorten.
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

// HasDynamicReference reports whether CloudFormation would put a parameter or a secret in the place of a part of s.
func HasDynamicReference(s string) bool { return strings.Contains(strings.ToLower(s), "{{resolve:") }

// DynamicReference says what is wrong with a text that has one.
const DynamicReference = "CloudFormation would put a parameter or a secret in its place: who may read rules and tags would read that"

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

// hasControl also finds Unicode's own ends of line and paragraph.
func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' })
}
