package cfn

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMentions(t *testing.T) {
	t.Parallel()
	const template = `
Parameters: {P: {Type: String}}
Conditions: {Open: !Equals [!Ref P, x], Yes: !Equals [a, a], No: !Equals [a, b]}
Resources:
  B: {Type: AWS::SNS::Topic}
  C: {Type: AWS::SNS::Topic}
  Gone: {Type: AWS::SNS::Topic, Condition: No}
  A: {Type: AWS::SNS::Topic, `
	for name, c := range map[string]struct {
		text string
		want []Mention
	}{
		"Ref and GetAtt": {
			"Properties: {X: !Ref B, Y: !GetAtt C.Arn, Z: {'Fn::GetAtt': [B, Arn]}}", []Mention{{ID: "B"}, {ID: "C"}, {ID: "B"}},
		},
		"what is not selected": {"Properties: {X: !Select [0, [a, !Ref B]]}", []Mention{{ID: "B"}}},
		"a text": {
			"Properties: {X: !Sub '${B}, ${C.Arn}, ${!B}, ${P}, ${AWS::Region}'}", []Mention{{ID: "B"}, {ID: "C"}},
		},
		"an unused variable": {"Properties: {X: !Sub ['${B}', {B: x, V: !Ref C}]}", []Mention{{ID: "C"}}},
		"attributes":         {"Metadata: {X: !Ref B}, UpdatePolicy: {X: !Ref C}", []Mention{{ID: "B"}, {ID: "C"}}},
		"an open condition": {
			"Properties: {X: !If [Open, !Ref B, !Ref C]}", []Mention{{"B", "T/Conditions.Open", 0}, {"C", "T/Conditions.Open", 1}},
		},
		"a known condition":          {"Properties: {X: !If [Yes, !Ref B, !Ref C], Y: !If [No, !Ref B, x]}", []Mention{{ID: "B"}}},
		"itself":                     {"Properties: {X: !Ref A}", []Mention{{ID: "A"}}},
		"what does not exist":        {"Properties: {X: !Ref Gone, Y: !Ref P}", nil},
		"DependsOn is no reference":  {"DependsOn: B", nil},
		"a text that is no function": {"Properties: {Ref: B, Other: C}", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, err := Read("T.yaml", []byte(template+c.text+"}\n"), nil)
			require.NoError(t, err)
			r, _ := a.Stacks[0].Resource("A")
			var got []Mention
			for m := range r.Mentions() {
				got = append(got, m)
			}
			assert.Equal(t, c.want, got)
		})
	}
}
