package texttable_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/texttable"
)

func TestWrap(t *testing.T) {
	t.Parallel()
	tests := []struct{ line, want string }{
		{"short", "short"},
		{"", ""},
		{"twelve chars", "twelve chars"},
		{"thirteen chars", "thirteen\n  chars"},
		{"  indented by two", "  indented\n    by two"},
		{"aWordThatIsLonger than the line", "aWordThatIsLonger\n  than the\n  line"},
		{"ünï cödé wörd", "ünï cödé\n  wörd"},
	}
	for _, test := range tests {
		assert.Equal(t, test.want, texttable.Wrap(test.line, 12), test.line)
	}
}
