package main

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/suricata/engine"
)

// TestUpToDate: the table is what the generator writes, with the Suricata that it names.
func TestUpToDate(t *testing.T) {
	if !engine.Installed() {
		if os.Getenv("TIERWALL_CI") != "" {
			t.Fatal("suricata is not installed")
		}
		t.Skip("suricata is not installed")
	}
	have, err := os.ReadFile("../keywordtable.go")
	require.NoError(t, err)
	version, err := engine.Version()
	require.NoError(t, err)
	if !strings.Contains(string(have), " from Suricata "+version+".") {
		t.Skip("the table is from another version of Suricata than the installed one, ", version)
	}
	want, err := generate()
	require.NoError(t, err)
	assert.Equal(t, string(want), string(have), "run go generate ./internal/suricata")
}
