package reach_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/catalog"
)

// A type counts as evaluated if code of this package reads it. A type that no code names is silently ignored.
func TestEvaluatedTypesAreRead(t *testing.T) {
	t.Parallel()
	named := map[string]bool{}
	files, err := os.ReadDir(".")
	require.NoError(t, err)
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, 0)
		require.NoError(t, err)
		ast.Inspect(parsed, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if text, err := strconv.Unquote(lit.Value); err == nil {
					named[text] = true
				}
			}
			return true
		})
	}
	// Types that are read when something leads to them or names them.
	for _, each := range []string{
		"AWS::EC2::EgressOnlyInternetGateway", "AWS::EC2::TransitGateway", "AWS::EC2::TransitGatewayAttachment",
		"AWS::EC2::TransitGatewayVpcAttachment",                                                          // routes
		"AWS::NetworkFirewall::LoggingConfiguration", "AWS::NetworkFirewall::TLSInspectionConfiguration", // nothing of what passes changes
	} {
		named[each] = true
	}
	for _, each := range catalog.TypesOf(catalog.Evaluated) {
		assert.True(t, named[each], "%s is evaluated, and no code reads it", each)
	}
}
