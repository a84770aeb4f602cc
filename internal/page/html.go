package page

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
	"strings"
	"sync"

	"github.com/tierwall/tierwall/internal/picture/xmltext"
)

//go:embed page.html
var pageText string

//go:embed page.css
var styleText string

//go:embed page.js
var scriptText string

// parsed is the template of the page.
var parsed = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("page").Parse(pageText))
})

// Write writes the page.
func Write(w io.Writer, in Input) error {
	c := of(in)
	var b strings.Builder
	err := parsed().Execute(&b, struct {
		content
		Policy        string
		Style, Script template.HTML
	}{c, policy(string(c.Picture.SVG)), element("style", styleText), element("script", scriptText)})
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, xmltext.Visible(b.String()))
	return err
}

// element writes a text of the page's own as an element.
func element(name, text string) template.HTML {
	return template.HTML("<" + name + ">" + text + "</" + name + ">") //nolint:gosec // the text is embedded
}

// policy is the Content-Security-Policy: nothing but the style and the script of the page, and the style of its picture.
func policy(svg string) string {
	styles := []string{hash(styleText)}
	if _, rest, ok := strings.Cut(svg, "<style>"); ok {
		inside, _, _ := strings.Cut(rest, "</style>")
		styles = append(styles, hash(inside))
	}
	return "default-src 'none'; style-src " + strings.Join(styles, " ") + "; script-src " + hash(scriptText) +
		"; base-uri 'none'; form-action 'none'"
}

// hash returns the source expression of a style or script.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
