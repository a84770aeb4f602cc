package tiers_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/tiers"
)

// fakeNode makes a program that answers like Node.js of a version.
func fakeNode(t *testing.T, script string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "node")
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\n"+script), 0o755))
	return path
}

func TestNewAppChecksNode(t *testing.T) {
	tests := map[string]struct{ node, want string }{
		"missing":  {filepath.Join(t.TempDir(), "node"), "Node.js is missing"},
		"too old":  {fakeNode(t, "echo v18.20.0"), "is v18.20.0"},
		"no node":  {fakeNode(t, "echo hello"), "Node.js is too old"},
		"crashing": {fakeNode(t, "exit 3"), "Node.js does not run"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Setenv("JSII_NODE", test.node)
			app, err := tiers.NewApp(nil)
			assert.Nil(t, app)
			assert.ErrorContains(t, err, test.want)
			assert.ErrorContains(t, err, "install version 20 or later")
		})
	}
}

func TestNewAppOutdir(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("CDK_OUTDIR", "")
	app, err := tiers.NewApp(&awscdk.AppProps{Outdir: &dir})
	require.NoError(t, err)
	assert.Equal(t, dir, *app.Outdir())
}

func TestSynthOfNil(t *testing.T) {
	assert.ErrorContains(t, tiers.Synth(nil), "the app is nil")
}
