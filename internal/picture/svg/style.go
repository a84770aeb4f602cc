package svg

import "strings"

// layoutStyle is the part of the style that no colour changes. Marks never depend on colour alone: lines differ by dashes, and labels say
// what is an exception, unknown, wider or missing.
const layoutStyle = `svg{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"DejaVu Sans",sans-serif}
.title{font-size:20px;font-weight:600}.sub,.note,.key{font-size:11.5px}.lane text{font-size:12px;font-weight:600}
.box .name{font-size:13px;font-weight:600}.box .text{font-size:11px}
.net text{font-size:10.5px;paint-order:stroke;stroke-width:3px;stroke-linejoin:round}
.net path{fill:none;stroke-width:1.5}.net path.halo{stroke-width:4.5;stroke-opacity:.85}.net path.head{stroke:none}
.net path.bricks{stroke-width:1}.net .gate{stroke-width:1.2}
.possible path.line{stroke-dasharray:1.5 4;stroke-linecap:round;stroke-width:1.8}.wider path.line{stroke-dasharray:7 4}
.missing path.line{stroke-dasharray:2 6}.exception path.line{stroke-width:2.4}.excess path.line{stroke-width:3}
.net:hover path.line{stroke-width:3}
`

// changeStyle is the part of pictures of changes that no colour changes: the rest has a fifth of the ink.
const changeStyle = `.net.same,.box.same{opacity:.2}.net.same:hover,.box.same:hover{opacity:1}.lane.grey rect{fill-opacity:.05}
.net.added path.line{stroke-width:3}.net.removed path.line{stroke-width:2.2;stroke-dasharray:9 5}
.net.maybe path.line{stroke-dasharray:1.5 4;stroke-linecap:round}.net.less path.line{stroke-dasharray:12 3 2 3}
.net.added text,.net.removed text{font-weight:600}.box.added rect.body,.box.removed rect.body{stroke-width:2}
.box.removed rect.body{stroke-dasharray:6 4}
`

// changeColours is the part with colours.
const changeColours = `.lane.grey rect,.lane.grey text,.box.grey rect.side,.net.grey path.head{fill:$soft}.net.grey path.line{stroke:$soft}
.net.grey text{fill:$ink}
.net.added path.line,.box.added rect.body{stroke:$added}.net.added path.head,.net.added text,.box.added rect.side{fill:$added}
.net.removed path.line,.box.removed rect.body{stroke:$removed}.net.removed path.head,.net.removed text{fill:$removed}
.box.removed rect.side{fill:$removed}`

// colourStyle is the part with colours, which stand for $names. It uses no variables of CSS, because many programs that show or convert SVG
// do not know them.
const colourStyle = `svg{background:$paper}.paper{fill:$paper}.title,.box .name,.net text{fill:$ink}.sub,.note,.key,.box .text{fill:$soft}
.box rect.body,.box rect.back{fill:$box;stroke:$line}.net text{stroke:$paper}.net path.halo{stroke:$paper}
.net .gate{fill:$paper;stroke:$gate}.net path.bricks{stroke:$gate}`

// laneStyle is the colours of one lane, and of what leads to it.
const laneStyle = `.lane.$lane rect{fill:$c;fill-opacity:$band}.lane.$lane text,.box.$lane rect.side,.net.$lane path.head{fill:$c}
.net.$lane path.line{stroke:$c}`

// markStyle is the colour of one mark.
const markStyle = `.net.$mark path.line{stroke:$c}.net.$mark path.head,.net.$mark text{fill:$c}`

// palette is the colours of one medium.
type palette struct {
	paper, ink, soft, box, line, gate, band string
	lanes                                   [8]string // by lane
	exception, excess                       string
	added, removed                          string
}

var (
	light = palette{"#fff", "#1f2933", "#5f6b7a", "#fff", "#c4ccd6", "#c2410c", ".09",
		[8]string{"#5f6b7a", "#1f6fb2", "#9a6700", "#0b7a75", "#2e7d32", "#7b3fa0", "#8a5a2b", "#5f6b7a"}, "#b45309", "#c0262d",
		"#c2260c", "#1d4fc4"}
	dark = palette{"#12161c", "#e6eaf0", "#9aa7b6", "#1b222b", "#3b4654", "#fb8c5a", ".13",
		[8]string{"#9aa7b6", "#6cb2f0", "#e0ac3c", "#4cc5bd", "#7ccb80", "#c79be6", "#d6a26a", "#9aa7b6"}, "#f0a14a", "#ff7b80",
		"#ff8a6b", "#8fb4ff"}
	paper = palette{"#fff", "#000", "#444", "#fff", "#999", "#9a3412", ".06",
		[8]string{"#444", "#1f5c94", "#7a5200", "#075e5a", "#1f5a23", "#5f2f7c", "#6b4520", "#444"}, "#8f4207", "#a01e24",
		"#a31d08", "#123a94"}
)

// style returns the style of the file: for light screens, dark screens and paper.
func style(compared bool) string {
	if !compared {
		return layoutStyle + media(palette.rules)
	}
	return layoutStyle + changeStyle + media(func(p palette) string { return p.rules() + p.changes() })
}

// media returns rules for each medium.
func media(rules func(palette) string) string {
	return rules(light) + "@media screen and (prefers-color-scheme:dark){" + rules(dark) + "}\n@media print{" + rules(paper) + "}\n"
}

// changes returns the colours of changes. They come after those of lanes and marks, and replace them.
func (p palette) changes() string {
	return strings.NewReplacer("$soft", p.soft, "$ink", p.ink, "$added", p.added, "$removed", p.removed).Replace(changeColours) + "\n"
}

func (p palette) rules() string {
	var b strings.Builder
	_, _ = strings.NewReplacer("$paper", p.paper, "$ink", p.ink, "$soft", p.soft, "$box", p.box, "$line", p.line, "$gate", p.gate).
		WriteString(&b, colourStyle)
	for lane, colour := range p.lanes {
		_, _ = strings.NewReplacer("$lane", laneClasses[lane], "$c", colour, "$band", p.band).WriteString(&b, laneStyle)
	}
	for _, mark := range [][2]string{{"exception", p.exception}, {"excess", p.excess}, {"missing", p.excess}} {
		_, _ = strings.NewReplacer("$mark", mark[0], "$c", mark[1]).WriteString(&b, markStyle)
	}
	return b.String() + "\n"
}
