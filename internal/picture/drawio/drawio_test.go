package drawio_test

import (
	"encoding/xml"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/picture/drawio"
	"github.com/tierwall/tierwall/internal/picture/layout"
	"github.com/tierwall/tierwall/internal/picture/picturetest"
)

var update = flag.Bool("update", false, "write the golden files")

// TestGolden compares a file with the expected one.
func TestGolden(t *testing.T) {
	t.Parallel()
	got := drawio.Write(layout.Make(picturetest.Sample()))
	if *update {
		require.NoError(t, os.WriteFile("testdata/sample.drawio", []byte(got), 0o644))
	}
	want, err := os.ReadFile("testdata/sample.drawio")
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
}

type file struct {
	Cells []struct {
		ID     string `xml:"id,attr"`
		Value  string `xml:"value,attr"`
		Style  string `xml:"style,attr"`
		Vertex string `xml:"vertex,attr"`
		Edge   string `xml:"edge,attr"`
		Source string `xml:"source,attr"`
		Target string `xml:"target,attr"`
	} `xml:"diagram>mxGraphModel>root>mxCell"`
}

// TestCells checks that each box and each flow is a cell, that connectors join boxes, and that hostile names are plain text.
func TestCells(t *testing.T) {
	t.Parallel()
	p := picturetest.Hostile()
	var f file
	require.NoError(t, xml.Unmarshal([]byte(drawio.Write(layout.Make(p))), &f))
	vertices, edges := map[string]string{}, 0
	for _, c := range f.Cells {
		switch {
		case c.Vertex == "1":
			vertices[c.ID] = c.Value
			assert.Contains(t, c.Style, "html=0;")
		case c.Edge == "1":
			edges++
			assert.Contains(t, vertices, c.Source)
			assert.Contains(t, vertices, c.Target)
			assert.Regexp(t, `;exitX=[01];exitY=0\.\d{4};exitPerimeter=0;entryX=[01];entryY=0\.\d{4};entryPerimeter=0;`, c.Style)
			assert.Contains(t, c.Style, "html=0;")
		}
	}
	assert.Equal(t, len(p.Flows), edges)
	found := false
	for _, text := range vertices {
		found = found || strings.Contains(text, picturetest.HostileTexts[0])
	}
	assert.True(t, found, "the text is there, as text")
}
