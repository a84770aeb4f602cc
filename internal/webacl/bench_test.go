package webacl

import (
	"fmt"
	"testing"
)

// hundred is a web ACL of 100 rules.
func hundred() ACL {
	var rules []Rule
	for i := range 25 {
		rules = append(rules,
			rule(fmt.Sprint("Path", i), 4*i, match(path, fmt.Sprint("/x", i), "URL_DECODE", "LOWERCASE")),
			rule(fmt.Sprint("Regex", i), 4*i+1, Statement{RegexMatchStatement: &RegexMatch{fmt.Sprintf("^/(?:a|b)%d$", i), look(path, "URL_DECODE")}}),
			rule(fmt.Sprint("Country", i), 4*i+2, Statement{NotStatement: &Negated{&Statement{GeoMatchStatement: &Geo{CountryCodes: []string{"DE", "FR"}}}}}),
			rule(fmt.Sprint("Set", i), 4*i+3, Statement{IPSetReferenceStatement: &IPSet{Arn: setARN}}))
	}
	return acl(rules...)
}

func BenchmarkCost(b *testing.B) {
	a := hundred()
	b.ReportAllocs()
	for b.Loop() {
		a.Cost(References{})
	}
}

func BenchmarkCheck(b *testing.B) {
	a := hundred()
	if found := Check(a, References{}, 0); len(found) > 0 {
		b.Fatal(found)
	}
	b.ReportAllocs()
	for b.Loop() {
		Check(a, References{}, 0)
	}
}

// FuzzDecode: whatever is written as JSON is read, or a problem, and what is read can be checked.
func FuzzDecode(f *testing.F) {
	f.Add(`{"Name": "A", "Priority": 1, "Statement": {"NotStatement": {"Statement": {"GeoMatchStatement": {"CountryCodes": ["DE"]}}}}}`)
	f.Add(`{"statement": [], "Action": {"Block": {}}}`)
	f.Fuzz(func(_ *testing.T, text string) {
		var r Rule
		if len(Decode([]byte(text), &r)) == 0 {
			Check(acl(r), refs, 0)
		}
	})
}
