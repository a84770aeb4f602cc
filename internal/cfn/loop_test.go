package cfn

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Loops over known collections are expanded, wherever CloudFormation allows loops.
func TestLoops(t *testing.T) {
	t.Parallel()
	const template = `
Transform: AWS::LanguageExtensions
Parameters: {Names: {Type: CommaDelimitedList, Default: "x,y"}, One: {Type: String}}
Conditions:
  Fn::ForEach::Conditions: [N, [A, B], {"Is${N}": !Equals [!Ref One, !Ref N]}]
Resources:
  Fn::ForEach::Groups:
    - Name
    - [A, B]
    - "Group${Name}":
        Type: AWS::EC2::SecurityGroup
        Condition: "Is${Name}"
        Properties:
          Name: !Ref Name
          Text: !Sub "${Name}-${AWS::Region}"
          Fn::ForEach::Properties: [P, [X, Y], {"${P}${Name}": !Ref P}]
  Fn::ForEach::Blocks: [B, [10.0.0.0/8], {"Block&{B}": {Type: T, Properties: {Cidr: !Ref B}}}]
  Fn::ForEach::Given: [G, !Ref Names, {"Of${G}": {Type: T}}]
  Fn::ForEach::Outer:
    - O
    - [P, Q]
    - Fn::ForEach::Inner: [I, [!Ref O, Z], {"In${O}${I}": {Type: T}}]
Outputs:
  Fn::ForEach::Outputs: [N, [A], {"Out${N}": {Value: !GetAtt [!Sub "Group${N}", GroupId]}}]
`
	read := func(parameters map[string]string) *Stack {
		a, err := Read("Shop.yaml", []byte(template), &Options{Parameters: parameters})
		require.NoError(t, err)
		if parameters["Names"] == "" {
			require.Len(t, a.Warnings, 1)
			assert.Contains(t, a.Warnings[0].String(), "give the parameter a value (-p Names=...), or expand the template first")
		} else {
			assert.Empty(t, a.Warnings)
		}
		return a.Stacks[0]
	}
	known := read(map[string]string{"Names": "u, v", "One": "A"})
	var ids []string
	for _, res := range known.Resources {
		ids = append(ids, res.ID)
	}
	slices.Sort(ids)
	assert.Equal(t, "Block100008 GroupA InPP InPZ InQQ InQZ Ofu Ofv", strings.Join(ids, " "))
	assert.Empty(t, known.Macros)
	group, _ := known.Resource("GroupA")
	assert.Equal(t, "{Name: A, Text: A-${AWS::Region}, XA: X, YA: Y}", Value{Kind: Map, Fields: group.Properties}.String())
	assert.Equal(t, []string{"Fn::ForEach::Given"}, read(map[string]string{"One": "A"}).Macros, "a default is not enough")
}

// What a loop over an unknown collection makes is unknown in its place, and not omitted.
func TestLoopsOverUnknownCollections(t *testing.T) {
	t.Parallel()
	const loop = `"Fn::ForEach::L": ["I", {"Ref": "P"}, {"${I}": "x"}]`
	const head = `{"Parameters": {"P": {"Type": "CommaDelimitedList"}}, "Resources": {"X": {"Type": "T", "Properties": `
	a, err := Read("Shop", []byte(head+`{"A": 1, `+loop+`}}}}`), nil)
	require.NoError(t, err)
	assert.Equal(t, "Fn::ForEach::L", a.Stacks[0].Resources[0].Rewritten)
	assert.Equal(t, "1", a.Stacks[0].Resources[0].Get("A").String())
	a, err = Read("Shop", []byte(head+`{`+loop+`}}}}`), nil)
	require.NoError(t, err)
	assert.Equal(t, "Fn::ForEach::L", a.Stacks[0].Resources[0].Rewritten)
	a, err = Read("Shop", []byte(head+`{"A": {`+loop+`}}}}}`), nil)
	require.NoError(t, err)
	assert.Equal(t, Symbol, a.Stacks[0].Resources[0].Get("A").Kind)
	a, err = Read("Shop", []byte(head+`{"A": {"Fn::If": ["C", 1, 2]}}}}, "Conditions": {`+loop+`}, "Outputs": {`+loop+`}}`), nil)
	require.NoError(t, err)
	assert.Equal(t, Choice, a.Stacks[0].Resources[0].Get("A").Kind)
}

// Nested loops multiply: the limit is reported by name.
func TestLoopsAreBounded(t *testing.T) {
	t.Parallel()
	body := `"${A}${B}${C}": {"Type": "T"}`
	items := strings.TrimSuffix(strings.Repeat(`"0123456789",`, 1000), ",")
	for i, name := range []string{"A", "B", "C"} {
		body = fmt.Sprintf(`"Fn::ForEach::L%d": ["%s", [%s], {%s}]`, i, name, items, body)
	}
	_, err := Read("Shop", []byte(`{"Resources": {`+body+`}}`), nil)
	assert.ErrorContains(t, err, "loops make more than 1048576 values, which cannot be deployed")

	// One long item in many places of one text is 60 GB.
	_, err = Read("Shop", fmt.Appendf(nil, `{"Resources": {"Fn::ForEach::L": ["A", ["%s"], {"T": {"Type": "T", "P": "%s"}}]}}`,
		strings.Repeat("x", 500_000), strings.Repeat("${A}", 120_000)), nil)
	assert.ErrorContains(t, err, "the values are too many or too long")
}
