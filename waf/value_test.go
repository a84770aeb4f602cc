package waf_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/internal/webacl"
	"github.com/tierwall/tierwall/waf"
)

// TestValues checks that the constants have the values of the internal models, to which they are converted.
func TestValues(t *testing.T) {
	t.Parallel()
	assert.EqualValues(t, webacl.Regional, waf.Regional)
	assert.EqualValues(t, webacl.CloudFront, waf.CloudFront)
	for mode, want := range map[waf.Mode]arch.Mode{waf.Enforce: arch.Enforce, waf.Observe: arch.Observe} {
		assert.EqualValues(t, want, mode)
	}
	for technology, want := range map[waf.Technology]arch.Technology{
		waf.Linux: arch.Linux, waf.Windows: arch.Windows, waf.PHP: arch.PHP, waf.WordPress: arch.WordPress, waf.Java: arch.Java,
	} {
		assert.EqualValues(t, want, technology)
	}
	for sql, want := range map[waf.SQL]arch.SQL{
		waf.SQLByFlows: arch.SQLByFlows, waf.SQLBehind: arch.SQLBehind, waf.NoSQL: arch.NoSQL,
	} {
		assert.EqualValues(t, want, sql)
	}
}
