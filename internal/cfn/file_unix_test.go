//go:build unix

package cfn

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Files of a folder must not lead out of the folder, and nothing is read that may never end.
func TestFilesThatAreNotRead(t *testing.T) {
	t.Parallel()
	dir, outside := folder(t, "-- a.yaml --\nResources: {}\n-- sub/b.yaml --\nResources: {}\n"),
		folder(t, "-- secret.yaml --\nResources: {}\n")
	at := func(name string) string { return filepath.Join(dir, name) }
	require.NoError(t, os.Symlink(filepath.Join(outside, "secret.yaml"), at("out.yaml")))
	require.NoError(t, os.Symlink("a.yaml", at("in.yaml")))
	require.NoError(t, syscall.Mkfifo(at("pipe.yaml"), 0o600))

	for name, want := range map[string]string{
		"out.yaml":       "out.yaml is, or is behind, a symbolic link that leads out of " + dir,
		"pipe.yaml":      "pipe.yaml is a named pipe; a regular file is needed",
		"../secret.yaml": "../secret.yaml is a path that leads out of", "sub": "sub is a folder; a regular file is needed",
		"none.yaml": "no such file",
	} {
		_, err := ReadIn(dir, name)
		assert.ErrorContains(t, err, want, name)
		assert.NotContains(t, err.Error(), "statat", name)
	}
	require.NoError(t, os.WriteFile(at("huge.yaml"), nil, 0o600))
	require.NoError(t, os.Truncate(at("huge.yaml"), maxFileSize+1))
	_, err := ReadNamed(at("huge.yaml"))
	assert.ErrorContains(t, err, "is larger than 64 MB")
	for _, name := range []string{"a.yaml", "in.yaml", "sub/b.yaml"} {
		data, err := ReadIn(dir, name)
		require.NoError(t, err, name)
		assert.NotEmpty(t, data)
	}
	_, err = ReadNamed(at("out.yaml"))
	assert.NoError(t, err, "a link that a user names is followed")
	_, err = ReadNamed(at("pipe.yaml"))
	assert.ErrorContains(t, err, "is a named pipe")
	_, err = ReadNamed("/dev/zero")
	assert.ErrorContains(t, err, "/dev/zero is a device")
	_, err = Load([]string{at("pipe.yaml")}, nil)
	assert.ErrorContains(t, err, "the template cannot be read: "+at("pipe.yaml")+" is a named pipe")
}

// The template of a nested stack must be below the folder of the template that names it.
func TestNestedTemplatesOutsideTheFolder(t *testing.T) {
	t.Parallel()
	outside := folder(t, "-- secret.yaml --\nResources: {}\n")
	for url, want := range map[string]string{
		"../secret.yaml": "the template ../secret.yaml of the nested stack is not read: it is outside the folder of " +
			"the template",
		filepath.Join(outside, "secret.yaml"):  "it is outside the folder of the template",
		"sub/../../secret.yaml":                "it is outside the folder of the template",
		"out.yaml":                             "is not read: ",
		"pipe.yaml":                            "pipe.yaml is a named pipe",
		"sub":                                  "sub is a folder",
		"none.yaml":                            "",
		"https://s3.amazonaws.com/x/none.yaml": "",
	} {
		dir := folder(t, "-- top.yaml --\nResources: {N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: \""+url+
			"\"}}}\n-- sub/x --\n")
		require.NoError(t, os.Symlink(filepath.Join(outside, "secret.yaml"), filepath.Join(dir, "out.yaml")))
		require.NoError(t, syscall.Mkfifo(filepath.Join(dir, "pipe.yaml"), 0o600))
		a, err := Load([]string{filepath.Join(dir, "top.yaml")}, nil)
		require.NoError(t, err, url)
		assert.Len(t, a.Stacks, 1, url)
		if want == "" {
			assert.Empty(t, a.Warnings, url)
		} else if assert.Len(t, a.Warnings, 1, url) {
			assert.Contains(t, a.Warnings[0].String(), want, url)
		}
	}
	dir := folder(t, "-- top.yaml --\nResources: {N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./sub/n.yaml}}}\n"+
		"-- sub/n.yaml --\nResources: {M: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: m.yaml}}}\n-- sub/m.yaml "+
		"--\nResources: {}\n")
	a, err := Load([]string{filepath.Join(dir, "top.yaml")}, nil)
	require.NoError(t, err)
	assert.Len(t, a.Stacks, 3)
}

func TestAssemblyFilesThatLeadOut(t *testing.T) {
	t.Parallel()
	outside := folder(t, "-- secret.json --\n{\"Resources\": {}}\n")
	const manifest = `-- manifest.json --
{"artifacts": {"A": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "a.json"}}}}
`
	dir := folder(t, manifest)
	require.NoError(t, os.Symlink(filepath.Join(outside, "secret.json"), filepath.Join(dir, "a.json")))
	_, err := Load([]string{dir}, nil)
	assert.ErrorContains(t, err, "a.json is, or is behind, a symbolic link that leads out of "+dir)
	dir = folder(t, manifest)
	require.NoError(t, syscall.Mkfifo(filepath.Join(dir, "a.json"), 0o600))
	_, err = Load([]string{dir}, nil)
	assert.ErrorContains(t, err, "a.json is a named pipe")
}

func TestVersionsOfManifests(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]string{
		`"36.0.0"`: "", `"55.99.0"`: "", `"56.0.0"`: "the manifest has version 56.0.0, but the newest version that can be read is 55: use a " +
			"newer tierwall",
		`"x"`: `the manifest's version must be three numbers with dots between them, got "x"`, `[]`: "must be three numbers",
	} {
		_, err := Load([]string{folder(t, "-- manifest.json --\n{\n\"version\": "+version+", \"artifacts\": {}}\n")}, nil)
		if want == "" {
			assert.NoError(t, err, version)
		} else {
			assert.ErrorContains(t, err, want, version)
			assert.ErrorContains(t, err, "manifest.json:2)", version)
		}
	}
}
