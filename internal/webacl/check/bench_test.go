package check

import (
	"fmt"
	"testing"

	"github.com/tierwall/tierwall/internal/webacl"
)

// hundred returns a web ACL of 100 rules.
func hundred() webacl.ACL {
	var rules []webacl.Rule
	for i := range 25 {
		rules = append(rules,
			rule(fmt.Sprint("Path", i), 4*i, match(path, fmt.Sprint("/x", i), "URL_DECODE", "LOWERCASE")),
			rule(fmt.Sprint("Regex", i), 4*i+1,
				webacl.Statement{RegexMatchStatement: &webacl.RegexMatch{RegexString: fmt.Sprintf("^/(?:a|b)%d$", i),
					Inspected: look(path, "URL_DECODE")}}),
			rule(fmt.Sprint("Country", i), 4*i+2,
				webacl.Statement{NotStatement: &webacl.Negated{Statement: &webacl.Statement{GeoMatchStatement: &webacl.Geo{CountryCodes: []string{"DE",
					"FR"}}}}}),
			rule(fmt.Sprint("Set", i), 4*i+3, webacl.Statement{IPSetReferenceStatement: &webacl.IPSet{Arn: setARN}}))
	}
	return acl(rules...)
}

func BenchmarkCost(b *testing.B) {
	a := hundred()
	b.ReportAllocs()
	for b.Loop() {
		a.Cost(webacl.References{})
	}
}

func BenchmarkCheck(b *testing.B) {
	a := hundred()
	if found := ACL(a, webacl.References{}, 0); len(found) > 0 {
		b.Fatal(found)
	}
	b.ReportAllocs()
	for b.Loop() {
		ACL(a, webacl.References{}, 0)
	}
}

// FuzzDecode: JSON is either read or reported as a problem, and what is read can be checked.
func FuzzDecode(f *testing.F) {
	f.Add(`{"Name": "A", "Priority": 1, "Statement": {"NotStatement": {"Statement": {"GeoMatchStatement": {"CountryCodes": ["DE"]}}}}}`)
	f.Add(`{"statement": [], "Action": {"Block": {}}}`)
	f.Fuzz(func(_ *testing.T, text string) {
		var r webacl.Rule
		if len(webacl.Decode([]byte(text), &r)) == 0 {
			ACL(acl(r), refs, 0)
		}
	})
}
