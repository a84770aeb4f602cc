package app

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/tierwall/tierwall/internal/gen/owned"
)

func TestEject(t *testing.T) {
	t.Parallel()
	for _, folder := range cases(t) {
		files := generated(t, folder)
		code := files[len(files)-1].Data
		ejected := string(Eject(code))
		assert.True(t, strings.HasPrefix(ejected, "package main\n"), folder)
		assert.NotContains(t, ejected, "MapLines")
		assert.True(t, strings.HasSuffix(ejected, "}\n"), folder)
		assert.Equal(t, owned.Foreign, owned.StateOf(NetworkFile, []byte(ejected)))
	}
}
