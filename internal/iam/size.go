package iam

import (
	"encoding/json"
	"strings"
)

// MaxSize is the maximum number of characters of an endpoint's policy, white space included. AWS does not raise it (AWS PrivateLink Guide,
// "Control access to VPC endpoints").
const MaxSize = 20_480

// unknownSize is the assumed length of a value that is known only at deployment: an ARN with a name of usual length.
const unknownSize = 128

// Size returns the number of characters of the policy, written without white space. Values that are known only at deployment count 128
// each, and pseudo parameters such as the Region 14; the size is then not exact.
func (p Policy) Size() (size int, exact bool) {
	exact = true
	document := p.Document(func(text string) any {
		var b strings.Builder
		for _, part := range parts(text) {
			switch {
			case !part.unknown || strings.HasPrefix(part.text, "${aws:"):
				b.WriteString(part.text)
			case isPseudo(part):
				exact = false
				b.WriteString(strings.Repeat("x", len("ap-southeast-1")))
			default:
				exact = false
				b.WriteString(strings.Repeat("x", unknownSize))
			}
		}
		return b.String()
	})
	data, err := json.Marshal(document)
	if err != nil {
		return MaxSize + 1, false // Texts can always be encoded.
	}
	return len(data), exact
}
