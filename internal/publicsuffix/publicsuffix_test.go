package publicsuffix

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"flag"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	judge "golang.org/x/net/publicsuffix"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the list anew from golang.org/x/net/publicsuffix")

// TestListIsThatOfTheJudge writes the list with -update.
func TestListIsThatOfTheJudge(t *testing.T) {
	t.Parallel()
	want := judgesRules(t)
	require.Greater(t, len(want), 9000)
	if *update {
		var b bytes.Buffer
		w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
		require.NoError(t, err)
		_, err = w.Write([]byte(strings.Join(want, "\n") + "\n"))
		require.NoError(t, err)
		require.NoError(t, w.Close())
		require.NoError(t, os.WriteFile("rules.txt.gz", b.Bytes(), 0o644))
		return
	}
	assert.Equal(t, want, slices.Sorted(maps.Keys(rules())))
}

// judged is the judge's answer.
func judged(name string) bool {
	suffix, _ := judge.PublicSuffix(name)
	return suffix == name
}

// TestIs: for every name of the list, its parents and names below it, the judge says the same.
func TestIs(t *testing.T) {
	t.Parallel()
	for _, rule := range judgesRules(t) {
		name := strings.TrimLeft(rule, "!*.")
		for _, n := range []string{name, "a." + name, "a.b." + name, name[strings.IndexByte(name, '.')+1:]} {
			require.Equal(t, judged(n), Is(n), n)
		}
	}
	for name, want := range map[string]bool{
		"com": true, "example.com": false, "co.uk": true, "example.co.uk": false, "ck": true, "a.ck": true, "www.ck": false, "unheard": true,
		"a.unheard": false,
	} {
		assert.Equal(t, want, Is(name), name)
	}
}

// TestIsOfRandomNames: the judge says the same of any name.
func TestIsOfRandomNames(t *testing.T) {
	t.Parallel()
	label := rapid.OneOf(rapid.SampledFrom([]string{"com", "uk", "co", "ck", "www", "jp", "kobe", "city", "github", "io", "s3"}),
		rapid.StringMatching(`[a-z0-9]{1,5}`))
	rapid.Check(t, func(t *rapid.T) {
		name := strings.Join(rapid.SliceOfN(label, 1, 4).Draw(t, "labels"), ".")
		assert.Equal(t, judged(name), Is(name), name)
	})
}

// judgesRules reads the rules from the tables of the judge, whose layout is in its table.go.
func judgesRules(t *testing.T) []string {
	t.Helper()
	dir, err := exec.Command("go", "list", "-f", "{{.Dir}}", "golang.org/x/net/publicsuffix").Output()
	require.NoError(t, err)
	read := func(name string) []byte {
		data, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "data", name))
		require.NoError(t, err)
		return data
	}
	tables := tables{text: string(read("text")), nodes: read("nodes"), children: read("children"), rules: map[string]bool{}}
	top := 0
	for top < len(tables.nodes)/5 && (top == 0 || tables.label(top) > tables.label(top-1)) {
		top++ // Top level domains come first, sorted.
	}
	tables.walk(0, top, "")
	return slices.Sorted(maps.Keys(tables.rules))
}

type tables struct {
	text            string
	nodes, children []byte
	rules           map[string]bool
}

func (b *tables) node(i int) uint64 {
	n := b.nodes[5*i : 5*i+5]
	return uint64(n[0])<<32 | uint64(binary.BigEndian.Uint32(n[1:]))
}

func (b *tables) label(i int) string {
	n := b.node(i)
	length, offset := n&63, n>>6&65535
	return b.text[offset : offset+length]
}

func (b *tables) walk(lo, hi int, below string) {
	for i := lo; i < hi; i++ {
		name := strings.TrimSuffix(b.label(i)+"."+below, ".")
		c := int(b.node(i) >> 23 & 1023)
		child := binary.BigEndian.Uint32(b.children[4*c:])
		switch child >> 28 & 3 {
		case 0:
			b.rules[name] = true
		case 1:
			b.rules["!"+name] = true
		}
		if child>>30&1 == 1 {
			b.rules["*."+name] = true
		}
		b.walk(int(child&16383), int(child>>14&16383), name)
	}
}
