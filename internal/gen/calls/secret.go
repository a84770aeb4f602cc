package calls

import (
	"encoding/json"
	"strings"
)

// The parts of a dynamic reference to the whole text of a secret.
const (
	secretBegin = "{{resolve:secretsmanager:"
	secretWhole = ":SecretString:::}}"
)

// WholeSecret returns the ARN in a dynamic reference to the whole text of a secret: a text, or the expression {"Ref": "LogicalId"}. The
// reference is given as the JSON of a text or of an Fn::Join.
func WholeSecret(reference string) (arn any, ok bool) {
	var text string
	if json.Unmarshal([]byte(reference), &text) == nil {
		inner, begins := strings.CutPrefix(text, secretBegin)
		inner, ends := strings.CutSuffix(inner, secretWhole)
		return inner, begins && ends && strings.HasPrefix(inner, "arn:")
	}
	var join struct {
		Parts []json.RawMessage `json:"Fn::Join"`
	}
	var parts []any
	if json.Unmarshal([]byte(reference), &join) != nil || len(join.Parts) != 2 || string(join.Parts[0]) != `""` ||
		json.Unmarshal(join.Parts[1], &parts) != nil || len(parts) != 3 {
		return nil, false
	}
	ref, isRef := parts[1].(map[string]any)
	return ref, isRef && parts[0] == secretBegin && parts[2] == secretWhole
}
