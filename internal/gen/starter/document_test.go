package starter_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/gen/document"
	"github.com/tierwall/tierwall/internal/gen/starter"
)

func TestDocumentReadsEveryKind(t *testing.T) {
	t.Parallel()
	for _, kind := range starter.Kinds() {
		for _, account := range []string{"111122223333", ""} {
			text, err := starter.Write(starter.Answers{Kind: kind.Name, Name: "Shop", Region: "eu-west-1", Account: account,
				CIDR: "10.0.0.0/16", Gateway: "tgw-0123456789abcdef0"})
			require.NoError(t, err)
			_, problems := document.Parse(kind.Name+".yaml", text)
			assert.Empty(t, problems, kind.Name)
		}
	}
}
