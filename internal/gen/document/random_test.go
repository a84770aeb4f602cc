package document

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"
)

// good are texts of the forms.
var good = map[string][]string{
	"type name": {"Shop", "A1"}, "id": {"Web", "n", "No", "e1"}, "account": {"012345678901", "111111111111"}, "region": {"eu-west-1"},
	"zone": {"eu-west-1a", "us-west-2-lax-1a"}, "range": {"10.0.0.0/16"}, "VPC range": {"10.0.0.0/16"},
	"block":       {"203.0.113.0/24", "fd00::/8", "::/1"},
	"prefix list": {"pl-0123456789abcdef0"}, "domain": {"api.example.com", ".example.com"},
	"gateway":        {"tgw-0123456789abcdef0", "transit-gateway import Hub:Gateway", "peering-connection import P", "vpn-gateway import V-1"},
	"security group": {"sg-0123456789abcdef0"}, "subnet": {"subnet-0123456789abcdef0"}, "VPC": {"vpc-0123456789abcdef0"},
	"pool":        {"ipam-pool-0123456789abcdef0"},
	"route table": {"rtb-0123456789abcdef0"}, "text": {"a text", "no", "imports"},
	"allocation": {"eipalloc-0123456789abcdef0"}, "organization": {"o-a1b2c3d4e5"},
	"namespace": {"shop", "a", "0", "true"}, "label": {"web", "true", "1e3", "a_b.c"},
	"ARN":      {"arn:aws:s3:::x", "arn:aws:a:b:c:d/${account}/*"},
	"resource": {"arn:aws:s3:::x"}, "day": {"2027-03-31"}, "data class": {"cardholder", "health-records"}, "country": {"DE", "NO"},
	"file": {"rules/x.rules"}, "stack name": {"Shop", "shop-1"},
}

// hostile are texts that some reader of YAML, or a later reader, takes for something else.
var hostile = rapid.OneOf(
	rapid.SampledFrom([]string{
		"no", "Yes", "~", "null", "12", "1_000", "0x1F", "1e3", "22:22", ".5", ".inf", "2027-01-31", "a: b", "a #b", "#a", "- a", "? a", "@a",
		"%a", "&a", "*a", "!a", "|", ">", "{a}", "[a]", "a, b", "'", "\"", "\\", "\\u0041", "a:", ":a", "::", "-> b", "{{.X}}", "<b>", "$(rm)",
		"`a`", "${x}", ",a",
		"ünï", "日本", "---", "...", "<<", "=", "a  b", "010", "+1", "1.", "0b1", "1:20", "true", "a\\nb", "/static/*", "GET",
	}),
	rapid.StringMatching(`[ -~]{1,30}`), rapid.StringMatching(`[a-z]{1,8}( [a-z,:#]{1,5})?`),
)

// fill fills v with random values that a file can say.
func fill(t *rapid.T, v reflect.Value, h hints, label string) {
	switch v.Interface().(type) {
	case Flow:
		v.Set(reflect.ValueOf(randomFlow(t)))
		return
	case WebRoute, SubnetSet, CountedRule, Acknowledgment, Limit, Days, ManagedGroup, Peer, OnlyFrom:
		fillSpecial(t, v, label)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem(), h, label)
	case reflect.String:
		v.SetString(randomText(t, h, label))
	case reflect.Int:
		v.SetInt(int64(rapid.SampledFrom([]int{16, 32, 64}).Draw(t, label)))
	case reflect.Float64:
		v.SetFloat(rapid.SampledFrom([]float64{20, 0.5, 1e9}).Draw(t, label))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, label))
	case reflect.Struct:
		fillStruct(t, v, label)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for i := range rapid.IntRange(1, 2).Draw(t, label) {
			one := reflect.New(v.Type().Elem()).Elem()
			fill(t, one, h, label)
			v.SetMapIndex(reflect.ValueOf(fmt.Sprintf("s%d.x", i)), one)
		}
	case reflect.Slice:
		n := rapid.IntRange(1, 2).Draw(t, label+"#")
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			fill(t, v.Index(i), h, fmt.Sprintf("%s%d", label, i))
			name(v.Index(i), i)
		}
	}
}

// fillStruct fills some of the fields that may be left out, and all others.
func fillStruct(t *rapid.T, v reflect.Value, label string) {
	for _, f := range fieldsOf(v.Type()) {
		if f.name != "environments" && (!f.optional || rapid.IntRange(0, 2).Draw(t, f.name+"?") == 0) {
			fill(t, v.Field(f.index), f.hints, label+"."+f.name)
		}
	}
}

// name gives the elements of a map different keys.
func name(v reflect.Value, i int) {
	if v.Kind() != reflect.Struct {
		return
	}
	for _, key := range []string{"Name", "ID", "Path", "Service", "Tier", "Group"} {
		f, _ := v.Type().FieldByName(key)
		if f.Tag.Get("yaml") == "-" && v.Type() != reflect.TypeFor[Flow]() {
			v.FieldByName(key).SetString(fmt.Sprintf("%sn%d", v.FieldByName(key).String(), i))
			return
		}
	}
	if v.Type() == reflect.TypeFor[Flow]() {
		v.FieldByName("To").SetString(fmt.Sprintf("Tier%d", i))
	}
}

func randomText(t *rapid.T, h hints, label string) string {
	switch {
	case h.enum != nil:
		return rapid.SampledFrom(h.enum).Draw(t, label)
	case forms()[h.is].imports && rapid.IntRange(0, 3).Draw(t, label+" imported") == 0:
		return rapid.SampledFrom([]string{"import Base-Value", "import no", "import 12", "import a:b", "import -"}).Draw(t, label)
	case good[h.is] != nil:
		return rapid.SampledFrom(good[h.is]).Draw(t, label)
	case h.is != "":
		panic("no text of the form " + h.is)
	}
	return hostile.Draw(t, label)
}

func randomFlow(t *rapid.T) Flow {
	return Flow{
		From: rapid.SampledFrom([]string{"Web", "internet", "10.0.0.0/8", "fd00::/8", ".example.com", "no"}).Draw(t, "from"),
		To:   "App", Service: rapid.SampledFrom([]string{"https", "tcp/1-1024,udp/53", "icmp/8"}).Draw(t, "service"),
		Because: hostile.Draw(t, "because"), SID: rapid.SampledFrom([]int{0, 7}).Draw(t, "sid"),
		Owner: rapid.SampledFrom([]string{"", "team, x"}).Draw(t, "owner"),
	}
}

func fillSpecial(t *rapid.T, v reflect.Value, label string) {
	var one any
	switch v.Interface().(type) {
	case WebRoute:
		one = rapid.SampledFrom([]WebRoute{{Path: "/"}, {Path: "/*", Methods: []string{"GET"}}, {Path: "/~a", Methods: []string{"GET", "POST"}}}).
			Draw(t, label)
	case SubnetSet:
		one = SubnetSet{Name: "s", Subnets: []ZoneSubnet{
			{"eu-west-1b", randomText(t, hints{is: "subnet"}, label), ""},
			{"eu-west-1a", "subnet-1123456789abcdef0", randomText(t, hints{is: "route table"}, label)},
		}}
	case Acknowledgment:
		one = Acknowledgment{Rule: "excess", Subject: label, Reason: "r" + hostile.Draw(t, label)}
	case CountedRule:
		one = CountedRule{Group: "G", Rule: "R_X", Reason: hostile.Draw(t, label)}
	case Limit:
		one = rapid.SampledFrom([]Limit{-1, 100}).Draw(t, label)
	case Days:
		one = rapid.SampledFrom([]Days{-1, 30}).Draw(t, label)
	case ManagedGroup:
		one = rapid.SampledFrom([]ManagedGroup{{Name: "A"}, {Name: "B", Drop: true}, {Name: "name", Drop: true}, {Name: "C", Capacity: 3}}).
			Draw(t, label)
	case Peer:
		one = rapid.SampledFrom([]Peer{{CIDR: "10.0.0.0/8"}, {CIDR: "10.0.0.0/8", Via: "tgw-0123456789abcdef0"}, {Domain: "a.example.com"},
			{PrefixList: "pl-0123456789abcdef0", Entries: 5}, {Domain: ".no"}, {CIDR: "import Block"}, {PrefixList: "import List", Entries: 5},
			{CIDR: "import Block", IPv6: true, Via: "vpn-gateway import Gateway"}}).Draw(t, label)
	case OnlyFrom:
		one = rapid.SampledFrom([]OnlyFrom{{}, {Exempt: []string{"*"}}}).Draw(t, label)
	}
	v.Set(reflect.ValueOf(one))
}

// randomDocument returns a document that may refer to nothing.
func randomDocument(t *rapid.T) *Document {
	d := &Document{}
	fillStruct(t, reflect.ValueOf(d).Elem(), "")
	d.Version = Version
	for i := range rapid.IntRange(1, 2).Draw(t, "environments") {
		there := &Document{}
		copyPlaceless(reflect.ValueOf(there).Elem(), reflect.ValueOf(d).Elem())
		there.Environments = nil
		change(t, d, there)
		d.Environments = append(d.Environments, Environment{Name: fmt.Sprintf("E%d", i), Production: i == 0, Document: there})
	}
	return d
}

// change makes an environment differ where it may.
func change(t *rapid.T, d, there *Document) {
	if rapid.Bool().Draw(t, "network differs") {
		there.Network = Network{}
		fillStruct(t, reflect.ValueOf(&there.Network).Elem(), "network")
	}
	for i := range there.Resources {
		if rapid.Bool().Draw(t, "resource differs") {
			there.Resources[i].ARN = rapid.SampledFrom([]string{"", "arn:aws:s3:::y"}).Draw(t, "arn")
		}
	}
	if d.Inspection != nil && rapid.Bool().Draw(t, "inspection differs") {
		there.Inspection = &Inspection{Paths: []string{"egress"}}
	}
}

func TestDocumentsComeBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := randomDocument(t)
		text := d.Write()
		s := &source{name: "random.yaml"}
		root := s.parse(text)
		require.NotNil(t, root, "%s\n%s", s.problems.Error(), text)
		require.Empty(t, s.problems.Error(), "%s", text)
		again := s.document(root.long())
		assert.Equal(t, placeless(*d), placeless(*again), "%s\n%s", text, s.problems.Error())
	})
}

// Another reader of YAML sees the same texts.
func TestAnotherReaderAgrees(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := randomDocument(t)
		text := d.Write()
		var got yaml.Node
		require.NoError(t, yaml.Unmarshal(text, &got), "%s", text)
		sameTexts(t, d.node(), got.Content[0], string(text))
	})
}

func sameTexts(t *rapid.T, want *node, got *yaml.Node, text string) {
	switch want.kind {
	case scalar:
		require.Equal(t, want.text, got.Value, text)
		if want.quoted {
			require.Equal(t, "!!str", got.Tag, "%q in\n%s", want.text, text)
		}
	case mapping:
		require.Len(t, got.Content, 2*len(want.entries), text)
		for i, e := range want.entries {
			sameTexts(t, e.key, got.Content[2*i], text)
			sameTexts(t, e.value, got.Content[2*i+1], text)
		}
	case list:
		require.Len(t, got.Content, len(want.items), text)
		for i, item := range want.items {
			sameTexts(t, item, got.Content[i], text)
		}
	}
}
