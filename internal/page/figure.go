package page

import (
	"html/template"
	"slices"

	"github.com/tierwall/tierwall/internal/picture"
	"github.com/tierwall/tierwall/internal/picture/layout"
	"github.com/tierwall/tierwall/internal/picture/svg"
)

// figure is the picture, and the same in words.
type figure struct {
	SVG  template.HTML
	Text string
	Fits bool // can be read at the width of the page; otherwise it scrolls
}

// widest is the width, in pixels, up to which a picture is still read when it is as wide as the page.
const widest = 1900

// drawn draws a picture. It folds a copy of it if it is too large to read.
func drawn(p *picture.Picture) figure {
	if len(p.Boxes) == 0 {
		return figure{}
	}
	folded := *p
	folded.Boxes, folded.Flows = slices.Clone(p.Boxes), slices.Clone(p.Flows)
	folded.Fold(picture.IsLarge)
	l := layout.Make(&folded)
	return figure{template.HTML(svg.Write(l)), svg.Describe(&folded), l.Width <= widest} //nolint:gosec // package svg escapes every text
}
