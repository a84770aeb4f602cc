package iam

import (
	"encoding/json"
	"strings"
)

// MaxSize is how many characters the policy of an endpoint may have, white space included; it cannot be raised (AWS PrivateLink Guide,
// "Control access to VPC endpoints").
const MaxSize = 20_480

// unknownSize is how many characters a value that only a deployment knows is taken to have: an ARN with a name of usual length.
const unknownSize = 128

// Size is how many characters the policy has, written without white space. Values that only a deployment knows count 128 each, those of
// AWS itself, such as the Region, 14: the estimate is then not exact.
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
		return MaxSize + 1, false // Texts are always written.
	}
	return len(data), exact
}
