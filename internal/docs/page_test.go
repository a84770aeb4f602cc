package docs

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

var update = flag.Bool("update", false, "write the real output and the real map of packages into the pages")

// root is the top folder of the module.
var root = func() string {
	path, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		panic(err)
	}
	return path
}()

// page is a Markdown file, parsed.
type page struct {
	path   string // relative to root, with slashes
	source []byte
	node   ast.Node
}

// pages reads all Markdown pages of the module.
func pages(t *testing.T) []page {
	t.Helper()
	var out []page
	require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		require.NoError(t, err)
		skip := entry.Name() == "node_modules" || entry.Name() == "cdk.out" || entry.Name() == "testdata" || entry.Name() == ".git"
		if entry.IsDir() && skip {
			return filepath.SkipDir
		}
		if filepath.Ext(path) == ".md" {
			out = append(out, read(t, path))
		}
		return nil
	}))
	require.NotEmpty(t, out)
	return out
}

func read(t *testing.T, path string) page {
	t.Helper()
	source, err := os.ReadFile(path)
	require.NoError(t, err)
	relative, err := filepath.Rel(root, path)
	require.NoError(t, err)
	markdown := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithParserOptions(parser.WithAutoHeadingID()))
	return page{filepath.ToSlash(relative), source, markdown.Parser().Parse(text.NewReader(source))}
}

// walk calls visit for each node of the page.
func (p page) walk(visit func(ast.Node)) {
	_ = ast.Walk(p.node, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			visit(n)
		}
		return ast.WalkContinue, nil
	})
}

// block is a fenced block of code.
type block struct {
	language string
	text     string
	line     int // of its first line, from 1
}

// blocks returns the fenced blocks of a language.
func (p page) blocks(language string) []block {
	var out []block
	p.walk(func(n ast.Node) {
		fence, ok := n.(*ast.FencedCodeBlock)
		if !ok || string(fence.Language(p.source)) != language || fence.Lines().Len() == 0 {
			return
		}
		start := fence.Lines().At(0).Start
		out = append(out, block{language, string(fence.Lines().Value(p.source)), 1 + bytes.Count(p.source[:start], []byte("\n"))})
	})
	return out
}

// replace writes another text in place of a block's.
func (p page) replace(t *testing.T, b block, text string) {
	t.Helper()
	path := filepath.Join(root, p.path)
	source, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(string(source), b.text), "%s:%d: the block is there more than once", p.path, b.line)
	require.NoError(t, os.WriteFile(path, []byte(strings.Replace(string(source), b.text, text, 1)), 0o644))
}
