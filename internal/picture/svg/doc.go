// Package svg writes a layout as SVG: one file that needs nothing else, with colours for light and dark screens and for paper, and with
// texts for screen readers. It contains no script and no link. Names from templates are escaped.
package svg
