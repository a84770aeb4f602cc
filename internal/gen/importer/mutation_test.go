package importer_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/gen/importer"
)

var allMutations = flag.Bool("mutations", false, "try all mutations of the styles, and all wrong types, in place of a sample")

// mutation is a template with one change.
type mutation struct {
	what, property, text string
	isLeft               bool // the property is left out, which may be right
}

var (
	propertyKey   = regexp.MustCompile(`([A-Za-z0-9]+):( |$)`)
	propertyValue = regexp.MustCompile(`^ (?:!\w+ )?("[^"]*"|\[[^][]*(?:\[[^][]*\])?[^][]*\]|[^][{},"]+)`)
)

// mutations returns the template with each property misspelt, with each value a reference to nothing, and without each property.
func mutations(template string) []mutation {
	var out []mutation
	inside := -1 // the indentation of the properties that the line belongs to
	start := 0
	for _, line := range strings.SplitAfter(template, "\n") {
		indent := len(line) - len(strings.TrimLeft(line, " "))
		from := 0
		switch at := strings.Index(line, "Properties:"); {
		case at >= 0:
			inside, from = indent, at+len("Properties:")
		case indent <= inside || inside < 0:
			inside = -1
			start += len(line)
			continue
		}
		for _, key := range propertyKey.FindAllStringSubmatchIndex(line[from:], -1) {
			name := line[from+key[2] : from+key[3]]
			place := name + " in " + strings.TrimSpace(line)
			before, after := template[:start+from+key[2]], template[start+from+key[3]:]
			out = append(out, mutation{"misspelt " + place, name, before + name[:len(name)-1] + after, false})
			if value := propertyValue.FindStringIndex(strings.TrimPrefix(after, ":")); value != nil {
				rest := after[1+value[1]:]
				out = append(out,
					mutation{"dangling " + place, name, before + name + ": !Ref Nothing" + rest, false},
					mutation{"without " + place, name, before + name + ": !Ref AWS::NoValue" + rest, true})
			}
		}
		start += len(line)
	}
	return out
}

// harmless are properties that do not decide about traffic.
var harmless = regexp.MustCompile(`^(Description|GroupDescription|Tags|Key|Value|ImageId|InstanceType|Engine|DBInstanceClass|` +
	`AllocatedStorage|DBSubnetGroupDescription|` +
	`EnableDns\w+|Domain|Name|KeyName|Master\w+|Type|Scheme|Listener\w*|Port|Protocol|Certificate\w*|Default\w+|` +
	`PubliclyAccessible|AvailabilityZone|MapPublicIpOnLaunch|AllocationId)$`)

// TestMutations imports the styles with one property misspelt, left out or dangling. The result never carries more. A template that
// CloudFormation refuses never counts as carrying the same.
func TestMutations(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/styles/*.yaml")
	require.NoError(t, err)
	count, sampled := 0, 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range mutations(string(data)) {
			if count++; count%53 != 0 && !*allMutations {
				continue
			}
			sampled++
			a, err := cfn.Read("shop.yaml", []byte(m.text), nil)
			if err != nil {
				continue
			}
			for _, exact := range []bool{true, false} {
				d, report := importer.Import(a, importer.Options{Exact: exact, Today: today})
				assert.Empty(t, report.Verdict.Wider, "%s: %s", file, m.what)
				if d != nil && !m.isLeft && !harmless.MatchString(m.property) {
					assert.False(t, report.Verdict.IsEqual(), "%s: %s", file, m.what)
				}
			}
		}
	}
	t.Logf("%d of %d mutations", sampled, count)
	assert.Greater(t, sampled, 50)
}
