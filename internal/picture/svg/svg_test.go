package svg_test

import (
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/picture"
	"github.com/tierwall/tierwall/internal/picture/layout"
	"github.com/tierwall/tierwall/internal/picture/picturetest"
	"github.com/tierwall/tierwall/internal/picture/svg"
)

var update = flag.Bool("update", false, "write the golden files")

// TestGolden compares files with the expected ones, at which somebody has looked.
func TestGolden(t *testing.T) {
	t.Parallel()
	folded := picturetest.Large(t, 200)
	folded.Fold(picture.IsLarge)
	for name, p := range map[string]*picture.Picture{
		"sample.svg": picturetest.Sample(), "changed.svg": picturetest.Changed(),
		"20-tiers.svg": picturetest.Large(t, 20), "200-tiers.svg": folded,
	} {
		got := svg.Write(layout.Make(p))
		if *update {
			require.NoError(t, os.WriteFile("testdata/"+name, []byte(got), 0o644))
		}
		want, err := os.ReadFile("testdata/" + name)
		require.NoError(t, err)
		assert.Equal(t, string(want), got, name)
	}
}

// TestHostile checks that hostile names stay text: the file is well-formed, and has no elements or attributes but its own.
func TestHostile(t *testing.T) {
	t.Parallel()
	for _, compared := range []bool{false, true} {
		p := picturetest.Hostile()
		p.Compared = compared
		for i := range p.Flows {
			p.Flows[i].Change = picture.Change(i % 6)
		}
		holdHostile(t, svg.Write(layout.Make(p)))
	}
}

func holdHostile(t *testing.T, text string) {
	t.Helper()
	own := map[string]bool{"svg": true, "title": true, "desc": true, "style": true, "rect": true, "g": true, "path": true, "text": true}
	decoder := xml.NewDecoder(strings.NewReader(text))
	names := ""
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		switch token := token.(type) {
		case xml.StartElement:
			assert.True(t, own[token.Name.Local], token.Name.Local)
			for _, a := range token.Attr {
				assert.False(t, strings.HasPrefix(strings.ToLower(a.Name.Local), "on") || strings.Contains(a.Name.Local, "href"), a.Name.Local)
			}
		case xml.CharData:
			names += string(token)
		}
	}
	assert.Contains(t, names, picturetest.HostileTexts[0], "the text is there, as text")
	assert.NotContains(t, text, "\u202e")
	assert.NotContains(t, text, "\x1b")
	assert.NotContains(t, text, "url(")
	assert.NotContains(t, text, "@import")
}

// TestChangeColours: in a picture of a change, only what changes has a class with a colour of its own; the rest is pale.
func TestChangeColours(t *testing.T) {
	t.Parallel()
	p := picturetest.Changed()
	text := svg.Write(layout.Make(p))
	for _, class := range []string{"net app", "net data", "lane web", "box edge"} {
		assert.NotContains(t, text, `class="`+class)
	}
	for _, class := range []string{"net grey added", "net grey added maybe", "net grey removed", "net grey removed maybe",
		"net grey added less",
		"net grey same", "box grey added", "box grey removed", "box grey same"} {
		assert.Contains(t, text, `class="`+class)
	}
	assert.Contains(t, text, ".net.same,.box.same{opacity:.2}")
	described := svg.Describe(p)
	assert.Less(t, strings.Index(described, "Internet to Database: tcp/5432, newly allowed\n"),
		strings.Index(described, "Web to App: tcp/8080"))
	assert.Contains(t, described, "Cache is new\n")
	assert.Contains(t, described, "Batch is gone\n")
}

// TestDescription checks that screen readers get every flow.
func TestDescription(t *testing.T) {
	t.Parallel()
	p := picturetest.Sample()
	got := svg.Describe(p)
	for _, line := range []string{
		"Internet to Balancer: tcp/443\n", "Web to Database: tcp/5432, exception until 2027-12-31 (reports)\n",
		"Bastion to Database: tcp/22, not declared\n", "Bastion to Web: tcp/22, declared but not carried\n",
		"App to App: tcp/7946, unknown (Parameters.Group has no value)\n", "Balancer to Web: tcp/443, inspected by a network firewall\n",
		p.Summary, p.Notes[0],
	} {
		assert.Contains(t, got, line)
	}
	text := svg.Write(layout.Make(p))
	assert.Contains(t, text, `role="img" aria-labelledby="title desc"`)
	assert.Contains(t, text, "Bastion to Database: tcp/22, not declared")
}
