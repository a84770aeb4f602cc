package stack_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// seen collects the types of resources and the keys of properties that TestApps has compared.
type seen struct {
	sync.Mutex
	words map[string]bool
}

func (s *seen) add(t templateText) {
	s.Lock()
	defer s.Unlock()
	for _, r := range t.Resources {
		s.words[strings.TrimPrefix(r.Type, "AWS::")] = true
		s.keys(r.Properties)
	}
}

func (s *seen) keys(value any) {
	switch v := value.(type) {
	case map[string]any:
		for key, inner := range v {
			s.words[key] = true
			s.keys(inner)
		}
	case []any:
		for _, inner := range v {
			s.keys(inner)
		}
	}
}

// elsewhere are the words that no app has, with the test that compares them with the constructs.
var elsewhere = excused(map[string]string{
	"firewall TestRenderedChoices": "EnableTLSSessionHolding NetworkFirewall::TLSInspectionConfiguration " +
		"TLSInspectionConfiguration TLSInspectionConfigurationName ServerCertificateConfigurations ServerCertificates Scopes Protocols " +
		"AddressDefinition CertificateAuthorityArn CheckCertificateRevocationStatus RevokedStatusAction UnknownStatusAction",
	"loadbalancer TestRenderedTemplates, no target": "FixedResponseConfig ContentType MessageBody",
	"tiers TestBatch, dual stack": "EC2::VPCCidrBlock AmazonProvidedIpv6CidrBlock EC2::EgressOnlyInternetGateway " +
		"EgressOnlyInternetGatewayId AssignIpv6AddressOnCreation Ipv6CidrBlock DestinationIpv6CidrBlock CidrIpv6",
})

// excused returns the tests by their words.
func excused(words map[string]string) map[string]string {
	out := map[string]string{}
	for test, list := range words {
		for word := range strings.FieldsSeq(list) {
			out[word] = test
		}
	}
	return out
}

// check requires that everything that package template can write was compared.
func (s *seen) check(t *testing.T) {
	t.Helper()
	for word, at := range written(t) {
		switch reason, excused := elsewhere[word]; {
		case excused && s.words[word]:
			t.Errorf("%s is compared: remove it from the list of words that only %s compares", word, reason)
		case !excused:
			assert.True(t, s.words[word], "no app has %s (%s): add it to a golden document of package app", word, at)
		}
	}
}

// written returns the types and keys that the source of package template writes, with a place of each.
func written(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("../template/*.go")
	require.NoError(t, err)
	out := map[string]string{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		require.NoError(t, err)
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, file, source, 0)
		require.NoError(t, err)
		add := func(e ast.Expr) {
			if text, ok := e.(*ast.BasicLit); ok && text.Kind == token.STRING {
				if word, _ := strconv.Unquote(text.Value); word != "" && word[0] >= 'A' && word[0] <= 'Z' {
					out[word] = set.Position(e.Pos()).String()
				}
			}
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CompositeLit:
				if kind, ok := n.Type.(*ast.Ident); ok && kind.Name == "object" {
					for _, e := range n.Elts {
						add(e.(*ast.KeyValueExpr).Key)
					}
				}
			case *ast.AssignStmt:
				for _, e := range n.Lhs {
					if index, ok := e.(*ast.IndexExpr); ok {
						add(index.Index)
					}
				}
			case *ast.CallExpr:
				if f, ok := n.Fun.(*ast.SelectorExpr); ok && f.Sel.Name == "put" {
					add(n.Args[1])
				}
			}
			return true
		})
	}
	require.Greater(t, len(out), 100)
	return out
}
