package upgrade

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
)

// load reads several stacks from templates by name.
func load(t *testing.T, templates map[string]string) *cfn.Assembly {
	t.Helper()
	dir := t.TempDir()
	var files []string
	for name, text := range templates {
		file := filepath.Join(dir, name+".yaml")
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		files = append(files, file)
	}
	a, err := cfn.Load(files, nil)
	require.NoError(t, err)
	return a
}

const producer = `
Resources:
  Web: {Type: AWS::EC2::SecurityGroup, Properties: {VpcId: vpc-1, GroupDescription: web}}
  Db: {Type: AWS::EC2::SecurityGroup, Properties: {VpcId: vpc-1, GroupDescription: db}}
  Rule: {Type: AWS::EC2::SecurityGroupIngress, Properties: {GroupId: !Ref Db, IpProtocol: tcp, FromPort: 3306, ToPort: 3306, SourceSecurityGroupId: !Ref Web}}
Outputs:
  Db: {Value: !Ref Db, Export: {Name: db}}
  Web: {Value: !Ref Web, Export: {Name: web}}
`

const consumer = `
Resources:
  Host: {Type: AWS::EC2::Instance, Properties: {SubnetId: subnet-1, SecurityGroupIds: [!ImportValue web]}}
`

// TestStacks: what several stacks do to each other, whatever order they are deployed in.
func TestStacks(t *testing.T) {
	t.Parallel()
	before := load(t, map[string]string{"network": producer, "hosts": consumer})
	rule := producer[strings.Index(producer, "  Rule:"):strings.Index(producer, "Outputs:")]
	moved := strings.ReplaceAll(strings.ReplaceAll(rule, "!Ref Db", "!ImportValue db"), "!Ref Web", "!ImportValue web")
	for name, c := range map[string]struct {
		network, hosts string
		want           []string
	}{
		"nothing changes":                 {producer, consumer, nil},
		"an export that nobody uses goes": {strings.Replace(producer, "  Db: {Value: !Ref Db, Export: {Name: db}}\n", "", 1), consumer, nil},
		"a rule moves to another stack":   {strings.Replace(producer, rule, "", 1), consumer + moved, []string{"key-collision[hosts/Rule]"}},
		"an export goes with its last user": {
			strings.Replace(producer, "  Web: {Value: !Ref Web, Export: {Name: web}}\n", "", 1), strings.Replace(consumer, "!ImportValue web", "sg-1", 1),
			[]string{"export-in-use[network/web]"},
		},
		"an export gets another value": {
			strings.Replace(producer, "  Web: {Value: !Ref Web,", "  Web: {Value: !Ref Db,", 1), consumer, []string{"export-in-use[network/web]"},
		},
		"what is exported is replaced": {
			strings.Replace(producer, "GroupDescription: web", "GroupDescription: other", 1), consumer,
			[]string{"export-in-use[network/web]", "group-replaced[network/Web]"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, d := range Check(before, load(t, map[string]string{"network": c.network, "hosts": c.hosts})) {
				got = append(got, d.ID())
			}
			assert.ElementsMatch(t, c.want, got)
		})
	}
}

// BenchmarkCheck checks updates in which every rule gets another description, for n groups with ten rules each.
func BenchmarkCheck(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		b.Run(fmt.Sprintf("groups=%d", n), func(b *testing.B) {
			template := func(description string) *cfn.Assembly {
				var text strings.Builder
				text.WriteString("Resources:\n")
				for i := range n {
					fmt.Fprintf(&text, "  Group%d: {Type: AWS::EC2::SecurityGroup, Properties: {VpcId: vpc-1, GroupDescription: g, SecurityGroupIngress: [", i)
					for j := range 10 {
						fmt.Fprintf(&text, "{IpProtocol: tcp, FromPort: %d, ToPort: %d, CidrIp: 10.0.0.0/8, Description: %s}, ", 8000+j, 8000+j, description)
					}
					text.WriteString("]}}\n")
				}
				a, err := cfn.Read("large.yaml", []byte(text.String()), nil)
				require.NoError(b, err)
				return a
			}
			before, after := template("old"), template("new")
			b.ReportAllocs()
			for b.Loop() {
				require.Len(b, Check(before, after), 10*n)
			}
		})
	}
}
