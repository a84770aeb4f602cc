package starter

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var valid = Answers{
	Kind: "three-tier", Name: "Shop", Region: "eu-west-1", Account: "111122223333", CIDR: "10.0.0.0/16", Gateway: "tgw-0123456789abcdef0",
}

func TestWriteHasNothingLeftToFillIn(t *testing.T) {
	t.Parallel()
	for _, kind := range Kinds() {
		for _, account := range []string{"111122223333", ""} {
			a := valid
			a.Kind, a.Account = kind.Name, account
			text, err := Write(a)
			require.NoError(t, err)
			assert.NotContains(t, string(text), "{{")
			assert.NotContains(t, string(text), "<no value>")
			assert.Equal(t, account != "", strings.Contains(string(text), "account:"))
			assert.Contains(t, string(text), "name: Shop\n")
		}
	}
}

func TestEveryFileIsAKind(t *testing.T) {
	t.Parallel()
	names, err := fs.Glob(files, "kinds/*.yaml")
	require.NoError(t, err)
	assert.Len(t, names, len(Kinds()))
}

func TestWriteRefusesWithAllThatIsWrong(t *testing.T) {
	t.Parallel()
	_, err := Write(Answers{Kind: "x", Name: "a: b", Region: "eu", Account: "12", CIDR: "10.0.0.1/8"})
	require.Error(t, err)
	for _, word := range []string{"kind:", "name:", "region:", "account:", "cidr:"} {
		assert.ErrorContains(t, err, word)
	}
}

func TestHostileAnswersAreRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "a\nb: c", "${x}", "\"", "`", "{{.Name}}", "../x", "\u202eA", strings.Repeat("A", 10000)} {
		assert.Error(t, CheckName(text), text)
		assert.Error(t, CheckRegion(text), text)
		assert.Error(t, CheckCIDR(text), text)
		assert.Error(t, CheckGateway(text), text)
		if text != "" {
			assert.Error(t, CheckAccount(text), text)
		}
	}
}
