package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/traffic"
)

// serviceTemplate is a template of many security groups: a tree in which each lets in its parent.
func serviceTemplate(services int) string {
	var b strings.Builder
	b.WriteString("Resources:\n  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}\n" +
		"  Home: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/18}}\n")
	for i := range services {
		from := "CidrIp: 0.0.0.0/0"
		if i > 0 {
			from = fmt.Sprintf("SourceSecurityGroupId: !Ref Service%d", (i-1)/8)
		}
		fmt.Fprintf(&b, "  Service%d: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: x, VpcId: !Ref Vpc, "+
			"SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, %s}], "+
			"SecurityGroupEgress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/16}]}}\n", i, from)
		fmt.Fprintf(&b, "  Host%d: {Type: AWS::EC2::Instance, Properties: {ImageId: ami-1, SubnetId: !Ref Home, "+
			"SecurityGroupIds: [!Ref Service%d]}}\n", i, i)
	}
	return b.String()
}

// viewOf reads templates as show does.
func viewOf(t *testing.T, path string) matrixView {
	t.Helper()
	a, err := cfn.Load([]string{path}, &cfn.Options{})
	require.NoError(t, err)
	top, err := reachFlags{}.topology(a)
	require.NoError(t, err)
	ranks, err := ranksOf(a, top)
	require.NoError(t, err)
	return matrixView{Matrix: top.Matrix(), ranks: ranks}
}

// TestFoldedMatrixIsExact: the rows that the folded ones stand for are those of --format json.
func TestFoldedMatrixIsExact(t *testing.T) {
	t.Parallel()
	many := filepath.Join(t.TempDir(), "many.yaml")
	require.NoError(t, os.WriteFile(many, []byte(serviceTemplate(60)), 0o600))
	placed := filepath.Join("..", "docs", "testdata", "folder", "placed.yaml")
	for _, path := range []string{many, filepath.Join("testdata", "assembly"), placed} {
		v := viewOf(t, path)
		line := func(from, to string, r *reach.Row) string {
			carried, unknown := rowText(r, &footnotes{})
			return fmt.Sprint(from, " -> ", to, ": ", carried, "; ", unknown, r.Unsure)
		}
		var want, got []string
		for _, r := range v.Rows {
			want = append(want, line(r.From, r.To, &r))
		}
		for _, g := range v.groups() {
			for _, from := range g.from {
				for _, to := range g.to {
					got = append(got, line(from, to, g.row))
				}
			}
		}
		require.NotEmpty(t, want)
		assert.ElementsMatch(t, want, got, path)
		v.all = true
		assert.Len(t, v.groups(), len(v.Rows), path)
	}
}

// TestMatrixIsReadable: a matrix of 200 tiers is a page, and no line is wider than the output.
func TestMatrixIsReadable(t *testing.T) {
	many := filepath.Join(t.TempDir(), "many.yaml")
	require.NoError(t, os.WriteFile(many, []byte(serviceTemplate(200)), 0o600))
	v := viewOf(t, many)
	assert.Greater(t, len(v.Rows), 500)
	for columns, most := range map[string]int{"140": 40, "100": 40, "60": 70, "20": 160} {
		t.Setenv("COLUMNS", columns)
		lines := strings.Split(v.text(), "\n")
		assert.Less(t, len(lines), most, columns)
		for _, line := range lines {
			assert.LessOrEqual(t, len(line), max(outputWidth(), 30), line) // A name may be wider than 20 columns.
		}
	}
}

func TestFit(t *testing.T) {
	table := &table{
		head: []string{"FROM", "TO", "EMPTY", "CARRIED"},
		rows: [][]string{{"a", "one, two, three, four, five", "", "tcp/443"}, {"bb", "six", "", "-"}},
	}
	for _, test := range []struct{ columns, want string }{
		{"100", "FROM  TO                           CARRIED\na     one, two, three, four, five  tcp/443\nbb    six                          -\n"},
		{"30", "FROM  TO              CARRIED\na     one, two,       tcp/443\n        three, four,\n        five\nbb    six             -\n"},
		{"20", "FROM\na\n    to one, two,\n      three, four,\n      five, carried\n      tcp/443\nbb\n    to six, carried\n      -\n"},
	} {
		t.Setenv("COLUMNS", test.columns)
		assert.Equal(t, test.want, table.fit(), test.columns)
	}
}

func TestCommonPrefix(t *testing.T) {
	t.Parallel()
	for want, names := range map[string][]string{
		"":     {"one/a"},
		"s/":   {"s/a", "s/ab"},
		"s/n/": {"s/n/a", "s/n/b"},
	} {
		assert.Equal(t, want, commonPrefix(names))
	}
	assert.Empty(t, commonPrefix([]string{"a/x", "b/x"}))
	assert.Empty(t, commonPrefix([]string{"", "b/x"}))
}

// TestDifferentRowsStayApart: rows that differ in anything that a reader sees are two rows.
func TestDifferentRowsStayApart(t *testing.T) {
	t.Parallel()
	https, web := traffic.Ports(traffic.TCP, 443, 443), traffic.Ports(traffic.TCP, 80, 443)
	row := func(from string, change func(*reach.Row)) reach.Row {
		r := reach.Row{From: from, FromPeer: from, To: "c", ToPeer: "c", Carried: traffic.Surely(https)}
		change(&r)
		return r
	}
	for name, change := range map[string]func(*reach.Row){
		"sure":    func(r *reach.Row) { r.Carried.Sure = traffic.Set{} },
		"maybe":   func(r *reach.Row) { r.Carried.Maybe = web },
		"seen":    func(r *reach.Row) { r.Seen = web },
		"unsure":  func(r *reach.Row) { r.Unsure = []string{"because"} },
		"partly":  func(r *reach.Row) { r.Partly = true },
		"outside": func(r *reach.Row) { r.FromPeer = "" },
	} {
		plain := row("a", func(*reach.Row) {})
		v := matrixView{Matrix: reach.Matrix{Rows: []reach.Row{plain, row("b", change)}}}
		assert.Len(t, v.groups(), 2, name)
		v.Rows[1] = row("b", func(*reach.Row) {})
		assert.Len(t, v.groups(), 1, name)
	}
}
