package document

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files")

// golden compares a text with a file.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
}

// TestErrors shows what each bad file is told.
func TestErrors(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("testdata", "errors", "*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			d, problems := Parse(filepath.Base(file), data)
			assert.Nil(t, d)
			assert.True(t, problems.HasErrors())
			golden(t, strings.TrimSuffix(file, ".yaml")+".txt", problems.Error()+"\n")
		})
	}
}

func TestLargeAndDeepFiles(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"large": strings.Repeat("#", maxFile+1), "brackets": strings.Repeat("[", 100_000), "braces": strings.Repeat("{a: ", 100_000),
		"dashes": strings.Repeat("- ", 100_000), "quotes": strings.Repeat("'", 100_001), "lines": strings.Repeat("- \n", 100_000),
		"keys alike": strings.Repeat("a: b\n", maxLines-1),
		"questions":  strings.Repeat("? ", 100_000), "tags": strings.Repeat("!a ", 100_000), "keys": strings.Repeat("a: ", 100_000),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, problems := Parse("x.yaml", []byte(text))
			assert.Nil(t, d)
			assert.True(t, problems.HasErrors())
		})
	}
}

// TestUnquotedWords: words that other readers take for booleans or numbers are texts.
func TestUnquotedWords(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"on", "off", "yes", "22:22", "2027-01-31", "1e3", "0x1F", "1_000", "012", ".inf", "10.0"} {
		text := strings.Replace(string(sample(t, "shop")), "operations office", word, 1)
		d, problems := Parse("shop.yaml", []byte(text))
		require.Empty(t, problems.Error())
		assert.Equal(t, word, d.Flows[7].Because)
		again, problems := Parse("shop.yaml", d.Write())
		require.Empty(t, problems.Error())
		assert.Equal(t, word, again.Flows[7].Because)
	}
}

func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"*.yaml", "errors/*.yaml"} {
		files, _ := filepath.Glob(filepath.Join("testdata", pattern))
		for _, file := range files {
			data, err := os.ReadFile(file)
			require.NoError(f, err)
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d, problems := Parse("x.yaml", data)
		if (d == nil) != problems.HasErrors() {
			t.Fatalf("a document and errors: %v", problems)
		}
		if d == nil {
			return
		}
		again, problems := Parse("x.yaml", d.Write())
		if again == nil {
			t.Fatalf("%v\n%s", problems, d.Write())
		}
		assert.Equal(t, placeless(*d), placeless(*again))
	})
}
