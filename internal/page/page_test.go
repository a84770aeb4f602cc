package page_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/tierwall/tierwall/internal/cfn"
	"github.com/tierwall/tierwall/internal/change"
	"github.com/tierwall/tierwall/internal/compliance"
	"github.com/tierwall/tierwall/internal/diag"
	"github.com/tierwall/tierwall/internal/page"
	"github.com/tierwall/tierwall/internal/picture/picturetest"
	"github.com/tierwall/tierwall/internal/picture/survey"
	"github.com/tierwall/tierwall/internal/plan"
	"github.com/tierwall/tierwall/internal/plan/plantest"
	"github.com/tierwall/tierwall/internal/proof"
	"github.com/tierwall/tierwall/internal/reach"
	"github.com/tierwall/tierwall/internal/upgrade"
)

var today = time.Date(2026, 11, 30, 15, 0, 0, 0, time.UTC)

// large returns the input for the page of a random architecture of n tiers.
func large(t testing.TB, n int) page.Input {
	t.Helper()
	template, declared := plantest.Template(plantest.Make(t, plantest.Large(n)))
	a, err := cfn.Read(plantest.File, template, &cfn.Options{})
	require.NoError(t, err)
	in := page.Input{Title: "Large", Assembly: a, Declaration: declared, Today: today}
	in.Topology, err = proof.Topology(a, declared)
	require.NoError(t, err)
	in.Proof, err = proof.Prove(a, declared)
	require.NoError(t, err)
	in.Findings = in.Proof.Diagnostics()
	in.Survey = survey.Make(survey.Input{Assembly: a, Topology: in.Topology, Declaration: declared, Report: in.Proof, Title: "Large"})
	for _, n := range declared.Networks {
		made, _ := plan.Make(n.Architecture, today)
		in.Plans = append(in.Plans, made)
	}
	return in
}

// ofTemplate returns the input for the page of a template that declares nothing.
func ofTemplate(t testing.TB, name, text string) page.Input {
	t.Helper()
	a, err := cfn.Read(name, []byte(text), &cfn.Options{})
	require.NoError(t, err)
	in := page.Input{Title: name, Assembly: a, Topology: reach.Build(a), Today: today, Templates: []string{name}}
	in.Survey = survey.Make(survey.Input{Assembly: a, Topology: in.Topology, Title: name})
	return in
}

func written(t testing.TB, in page.Input) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, page.Write(&b, in))
	return b.String()
}

// elements returns all elements of a page, as they are without scripts.
func elements(t *testing.T, text string) []*html.Node {
	t.Helper()
	return parsed(t, text, false)
}

// parsed returns the elements that a browser sees, which runs scripts or does not.
func parsed(t *testing.T, text string, scripts bool) []*html.Node {
	t.Helper()
	root, err := html.ParseWithOptions(strings.NewReader(text), html.ParseOptionEnableScripting(scripts))
	require.NoError(t, err)
	var out []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			out = append(out, n)
		}
	}
	return out
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// TestMatrixHoldsEveryFlow: each pair of boxes between which the picture has a flow is one cell with a link, each link leads to an element,
// and no id is there twice.
func TestMatrixHoldsEveryFlow(t *testing.T) {
	t.Parallel()
	in := large(t, 20)
	pairs := map[[2]string]bool{}
	for _, f := range in.Survey.Picture.Flows {
		pairs[[2]string{f.From, f.To}] = true
	}
	ids, links, cells := map[string]int{}, []string{}, 0
	for _, n := range elements(t, written(t, in)) {
		if id := attribute(n, "id"); id != "" {
			ids[id]++
		}
		if href := attribute(n, "href"); n.Data == "a" && strings.HasPrefix(href, "#") {
			links = append(links, href[1:])
			if n.Parent.Data == "td" && strings.HasPrefix(href, "#pair-") {
				cells++
			}
		}
	}
	assert.Len(t, pairs, cells)
	assert.Greater(t, cells, 20)
	for id, count := range ids {
		assert.Equal(t, 1, count, id)
	}
	for _, link := range links {
		assert.Equal(t, 1, ids[link], link)
	}
}

// TestCellsEqualTheMatrix: the cells between tiers are the rows of the matrix that the command show prints, with the same services.
func TestCellsEqualTheMatrix(t *testing.T) {
	t.Parallel()
	in := large(t, 20)
	names, outside := map[string]string{}, map[string]bool{}
	for _, b := range in.Survey.Picture.Boxes {
		names[b.ID] = b.Name
		outside[b.Name] = !b.Lane.IsInside()
	}
	want := map[string]string{}
	for _, r := range in.Topology.Matrix().Rows {
		if r.FromPeer != "" && r.ToPeer != "" {
			want[names[r.FromPeer]+" to "+names[r.ToPeer]] = r.Carried.Maybe.String()
		}
	}
	got := map[string]string{}
	for _, n := range elements(t, written(t, in)) {
		if n.Data != "a" || !strings.HasPrefix(attribute(n, "href"), "#pair-") || n.Parent.Data != "td" {
			continue
		}
		who, says, _ := strings.Cut(attribute(n, "title"), ": ")
		if _, ok := want[who]; !ok {
			from, to, _ := strings.Cut(who, " to ")
			assert.True(t, outside[from] || outside[to], who)
			continue
		}
		got[who] = says[:strings.Index(says, ", carried")]
	}
	assert.Equal(t, want, got)
}

// TestCellsSayWhatDecides: the rules behind a carried service all pass, with the lines of the template.
func TestCellsSayWhatDecides(t *testing.T) {
	t.Parallel()
	text := written(t, large(t, 5))
	rules, steps := map[string]bool{}, map[string]int{}
	for _, n := range elements(t, text) {
		if n.Parent == nil || attribute(n.Parent, "class") != "steps" {
			continue
		}
		if id := attribute(n, "id"); id != "" {
			rules["#"+id] = true
			assert.Equal(t, "passes", attribute(n, "class"))
			continue
		}
		steps[attribute(n.FirstChild, "href")]++
	}
	assert.Greater(t, len(rules), 10)
	for link := range steps {
		assert.True(t, rules[link], link)
	}
	assert.Len(t, steps, len(rules), "every rule decides somewhere")
	assert.Regexp(t, plantest.File+`:\d+`, text)
}

// TestHostileTexts: no text of a template, a declaration or an argument becomes an element, an attribute or a script.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	plainText := written(t, hostile(t, func(int) string { return "plain" }))
	for i := range picturetest.HostileTexts {
		text := written(t, hostile(t, func(n int) string {
			return picturetest.HostileTexts[(i+n)%len(picturetest.HostileTexts)]
		}))
		for _, scripts := range []bool{false, true} {
			assert.Equal(t, shape(parsed(t, plainText, scripts)), shape(parsed(t, text, scripts)), "%q", picturetest.HostileTexts[i])
		}
		assert.NotContains(t, text, "\x1b")
		assert.NotContains(t, text, "\u202e")
	}
}

// shape counts the elements outside of the picture, by name and attributes.
func shape(all []*html.Node) map[string]int {
	out := map[string]int{}
	for _, n := range all {
		if isDrawn(n) {
			continue
		}
		key := n.Data
		for _, a := range n.Attr {
			key += " " + a.Key
		}
		out[key]++
	}
	return out
}

func isDrawn(n *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n.Data == "svg" {
			return true
		}
	}
	return false
}

// hostile returns an input with texts in every field that comes from somebody else.
func hostile(t *testing.T, text func(int) string) page.Input {
	t.Helper()
	in := ofTemplate(t, "t.yaml", `
Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  A: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24}}
  G: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: g, VpcId: !Ref Vpc, SecurityGroupIngress: [
    {IpProtocol: tcp, FromPort: 22, ToPort: 22, SourceSecurityGroupId: !Ref H}]}}
  H: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: h, VpcId: !Ref Vpc}}
  I: {Type: AWS::EC2::Instance, Properties: {ImageId: ami-1, SubnetId: !Ref A, SecurityGroupIds: [!Ref G]}}
  J: {Type: AWS::EC2::Instance, Properties: {ImageId: ami-1, SubnetId: !Ref A, SecurityGroupIds: [!Ref H]}}
`)
	in.Title, in.Templates = text(1), []string{text(2)}
	for i := range in.Survey.Picture.Boxes {
		in.Survey.Picture.Boxes[i].Name = text(3 + i)
	}
	in.Survey.Picture.Summary, in.Survey.Picture.Notes = text(7), []string{text(8)}
	for _, r := range in.Assembly.Stacks[0].Resources {
		r.Path = text(9)
	}
	in.Findings = append(in.Findings, findingOf(text))
	in.Change = &change.Change{
		Title: text(1), Picture: in.Survey.Picture, Uncompared: text(2), Assumptions: []string{text(3)},
		Lines: []change.Line{{Mark: "+", Kind: "newly allowed", From: text(4), To: text(5), Traffic: "tcp/22", Risks: []string{text(6)},
			Why: []string{text(7)}, Opens: true}},
		Calls:   []change.Call{{Mark: "+", Endpoint: text(8), Call: text(9)}},
		Update:  upgrade.Result{Findings: diag.List{findingOf(text)}, Unknown: diag.List{findingOf(text)}},
		Budgets: []change.Value{{What: text(10), Before: "1", After: "2", Of: "60"}}, Costs: []change.Value{{What: text(11)}},
	}
	evidence := compliance.Evidence{State: compliance.Acts, Object: text(1), ID: text(2), At: text(3), Shows: text(4), From: text(5),
		To: text(6), Service: text(7), Reason: text(8), Owner: text(9), Expires: text(10), Declared: text(11)}
	attach := compliance.Evidence{State: compliance.Attach, Shows: text(12)}
	in.Evidence = []compliance.Page{{Name: "sec05", Title: text(13), Notes: []string{text(14)}, Requirements: []compliance.Requirement{
		{ID: "1.1", Group: text(15), Title: text(16), Status: compliance.Found, Evidence: []compliance.Evidence{evidence, attach}},
		{ID: text(1), Group: text(15), Title: text(2), Status: compliance.Nothing, Evidence: slices.Repeat([]compliance.Evidence{evidence}, 20)},
	}}}
	in.Usage = []page.Section{{Title: text(10), Head: []string{text(11)}, Rows: [][]string{{text(12)}}, Lines: []string{text(13)}}}
	return in
}

// TestPageIsClosed: the page loads nothing and has no handlers, and its policy names the hashes of what it holds.
func TestPageIsClosed(t *testing.T) {
	t.Parallel()
	text := written(t, large(t, 5))
	scripts := 0
	for _, n := range elements(t, text) {
		assert.NotContains(t, []string{"link", "img", "iframe", "object", "embed", "base"}, n.Data)
		for _, a := range n.Attr {
			assert.False(t, strings.HasPrefix(a.Key, "on"), a.Key)
			assert.NotContains(t, []string{"src", "style", "action"}, a.Key)
		}
		if n.Data == "script" {
			scripts++
		}
	}
	assert.Equal(t, 1, scripts)
	assert.Contains(t, text, "default-src &#39;none&#39;")
	assert.Equal(t, text, written(t, large(t, 5)), "the same input, the same bytes")
}

// TestChange: the page of a change begins with it, and draws its picture only.
func TestChange(t *testing.T) {
	t.Parallel()
	in := large(t, 5)
	in.Change = &change.Change{Picture: picturetest.Changed(), Lines: []change.Line{{Mark: "+", Kind: "newly allowed", From: "Internet",
		To: "Database", Traffic: "tcp/5432", Risks: []string{"from the internet"}, Opens: true}}}
	text := written(t, in)
	order := -1
	for _, part := range []string{`id="change"`, "from the internet: Internet -&gt; Database tcp/5432", `id="picture"`, `id="update"`,
		"No failure and no interruption of the update is known.", `id="matrix"`} {
		at := strings.Index(text, part)
		assert.Greater(t, at, order, part)
		order = at
	}
	assert.Equal(t, 1, strings.Count(text, "<svg"))
}

// TestDaysLeft: the page counts whole days until a flow ends.
func TestDaysLeft(t *testing.T) {
	t.Parallel()
	in := large(t, 5)
	for end, want := range map[string]string{
		"2026-12-01": "1 day left", "2026-11-30": "0 days left", "2026-11-28": "expired 2 days ago", "2027-11-30": "365 days left",
	} {
		in.Declaration.Networks[0].Architecture.Flows[0].Expires = end
		assert.Contains(t, written(t, in), want, end)
	}
}

// TestSizes: pages are small enough to send and to open.
func TestSizes(t *testing.T) {
	t.Parallel()
	sizes := map[int]int{60: 400_000, 200: 1_200_000}
	if testing.Short() {
		delete(sizes, 200)
	}
	for n, most := range sizes {
		size := len(written(t, large(t, n)))
		t.Logf("%d tiers: %d bytes", n, size)
		assert.Less(t, size, most, "%d tiers", n)
	}
}

func BenchmarkWrite(b *testing.B) {
	for _, n := range []int{10, 60, 200} {
		in := large(b, n)
		b.Run(fmt.Sprintf("%d tiers", n), func(b *testing.B) {
			for b.Loop() {
				written(b, in)
			}
		})
	}
}

func findingOf(text func(int) string) diag.Diagnostic {
	return diag.Diagnostic{Severity: diag.Finding, Rule: "excess", Subject: text(14), Summary: text(15), Detail: text(16), Fix: text(17),
		Path: text(18), At: []diag.Position{{File: text(19), Line: 3}}}
}

// evidenced returns the input for a page with the evidence for all standards.
func evidenced(t *testing.T, in page.Input) page.Input {
	t.Helper()
	for _, name := range compliance.Names() {
		in.Evidence = append(in.Evidence, compliance.Make(name, compliance.Input{
			Assembly: in.Assembly, Topology: in.Topology, Survey: in.Survey, Declaration: in.Declaration, Proof: in.Proof, Today: in.Today,
		}))
	}
	return in
}

// TestEvidence: the page has each requirement once, with a link to itself, its status and all of its evidence.
func TestEvidence(t *testing.T) {
	t.Parallel()
	in := evidenced(t, large(t, 10))
	text := written(t, in)
	for _, p := range in.Evidence {
		assert.Equal(t, 1, strings.Count(text, `id="evidence-`+p.Name+`"`))
		for _, r := range p.Requirements {
			id := p.Name + "-" + strings.ReplaceAll(r.ID, ".", "-")
			_, article, found := strings.Cut(text, `id="`+id+`"`)
			require.True(t, found, id)
			article, _, _ = strings.Cut(article, "</article>")
			assert.Contains(t, article, `href="#`+id+`"`)
			assert.Contains(t, article, `<span class="status">`+string(r.Status)+`</span>`)
			rows := slices.DeleteFunc(slices.Clone(r.Evidence), func(e compliance.Evidence) bool { return e.Object == "" })
			assert.Equal(t, len(rows), strings.Count(article, "<tr class="), id)
		}
	}
	assert.Contains(t, text, "not a certification")
	assert.NotContains(t, written(t, large(t, 5)), `class="standard"`)
}
