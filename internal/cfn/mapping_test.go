package cfn

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPossibleTexts(t *testing.T) {
	t.Parallel()
	a, err := Read("Shop.template.json", []byte(`{
  "Mappings": {"Of": {"aws": {"id": "a", "list": ["x"], "only": "o"}, "aws-cn": {"id": "b", "list": "y"}}},
  "Resources": {"R": {"Type": "Custom::R", "Properties": {
    "Any": {"Fn::FindInMap": ["Of", {"Ref": "AWS::Partition"}, "id"]},
    "Lists": {"Fn::FindInMap": ["Of", {"Ref": "AWS::Partition"}, "list"]},
    "Missing": {"Fn::FindInMap": ["Of", {"Ref": "AWS::Partition"}, "only"]},
    "Name": {"Fn::FindInMap": ["Of", "aws", {"Ref": "AWS::Region"}]},
    "Known": {"Fn::FindInMap": ["Of", "aws", "id"]},
    "NoMapping": {"Fn::FindInMap": ["No", {"Ref": "AWS::Partition"}, "id"]}
  }}}
}`), nil)
	require.NoError(t, err)
	r := a.Stacks[0].Resources[0]
	assert.Equal(t, []string{"a", "b"}, r.Get("Any").PossibleTexts())
	for _, name := range []string{"Lists", "Missing", "Name", "Known", "NoMapping"} {
		assert.Nil(t, r.Get(name).PossibleTexts(), name)
	}
}
