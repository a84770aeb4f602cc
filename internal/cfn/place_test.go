package cfn

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// placesFolder writes an assembly with one stack for each environment: A, B, C and so on.
func placesFolder(t *testing.T, environments ...string) string {
	t.Helper()
	var artifacts []string
	archive := ""
	for i, e := range environments {
		name := string(rune('A' + i))
		artifacts = append(artifacts, fmt.Sprintf(`%q: {"type": "aws:cloudformation:stack", "environment": "aws://%s",
			"properties": {"templateFile": "%s.json"}}`, name, e, name))
		archive += "-- " + name + ".json --\n" + `{"Resources": {"X": {"Type": "T", "Properties": {"P": {"Fn::ImportValue": "G"}}}}}` + "\n"
	}
	return folder(t, `-- manifest.json --
{"version": "54.0.0", "artifacts": {`+strings.Join(artifacts, ",")+"}}\n"+archive)
}

// The name of an export is unique in one account and Region.
func TestImportsInSeveralPlaces(t *testing.T) {
	t.Parallel()
	const (
		one, two, far = "111111111111/eu-west-1", "222222222222/eu-west-1", "111111111111/us-east-1"
		unknown       = "unknown-account/unknown-region"
		region        = "unknown-account/eu-west-1"
		account       = "111111111111/unknown-region"
	)
	for _, c := range []struct {
		environments []string
		places       Places
		want         string
		applied      Places
	}{
		{[]string{one}, Auto, "Import(G)", Together},
		{[]string{one, one}, Auto, "Import(G); Import(G)", Together},
		{[]string{unknown, unknown}, Auto, "Import(G); Import(G)", Together},
		{[]string{one, unknown}, Auto, "Import(G); Import(G)", Together},
		{[]string{one, region, account}, Auto, "Import(G); Import(G); Import(G)", Together},
		{[]string{one, two, one}, Auto, "Import(G, 111111111111, eu-west-1); " +
			"Import(G, 222222222222, eu-west-1); Import(G, 111111111111, eu-west-1)", Apart},
		{[]string{one, far}, Auto, "Import(G, 111111111111, eu-west-1); Import(G, 111111111111, us-east-1)", Apart},
		{[]string{unknown, one, two}, Auto, "Import(G); Import(G, 111111111111, eu-west-1); Import(G, 222222222222, eu-west-1)", Apart},
		{[]string{region, far, account}, Auto, "Import(G, eu-west-1); Import(G, 111111111111, us-east-1); Import(G, 111111111111)", Apart},
		{[]string{one, two}, Together, "Import(G); Import(G)", Together},
		{[]string{one, one}, Apart, "Import(G, 111111111111, eu-west-1); Import(G, 111111111111, eu-west-1)", Apart},
	} {
		a, err := Load([]string{placesFolder(t, c.environments...)}, &Options{Places: c.places})
		require.NoError(t, err)
		var got []string
		for r := range a.Resources() {
			v, err := a.Evaluate(r.Stack.File, []byte(`{"Fn::ImportValue": "G"}`))
			require.NoError(t, err)
			assert.Equal(t, r.Get("P").String(), v.String())
			got = append(got, v.String())
		}
		assert.Equal(t, c.want, strings.Join(got, "; "), c.environments)
		assert.Equal(t, c.applied, a.Places, c.environments)
		assert.Equal(t, c.environments[0] == one || len(c.environments) == 3, a.KnowsPlaces(), c.environments)
	}
}
