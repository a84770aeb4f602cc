package suricata

import (
	"fmt"
	"regexp"
	"strings"
)

var pcreForm = regexp.MustCompile(`^!?"!?/(.*)/([A-Za-z]*)"$`)

// pcrePlaces are the buffers that letters after a pattern stand for, in the older way of writing.
var pcrePlaces = map[byte]string{
	'U': "http_uri", 'I': "http_raw_uri", 'P': "http_client_body", 'Q': "http_server_body", 'H': "http_header", 'D': "http_raw_header",
	'M': "http_method", 'C': "http_cookie",
	'S': "http_stat_code", 'Y': "http_stat_msg", 'V': "http_user_agent", 'W': "http_host", 'Z': "http_raw_host",
}

// payload is no buffer.
var payload = &keyword{}

// pcrePlace is the buffer that a pcre names; one without a name if it names none.
func (w *walk) pcrePlace(o Option) *keyword {
	m := pcreForm.FindStringSubmatch(o.Value)
	if m == nil {
		return payload
	}
	for i := range m[2] {
		if name, ok := pcrePlaces[m[2][i]]; ok {
			k, _ := findKeyword(name)
			return k
		}
	}
	return payload
}

// pcre looks at a pattern and the letters behind it.
func (w *walk) pcre(o Option) {
	fail := func(why string) {
		w.c.fail("pcre", "a pcre is not usable", fmt.Sprintf("got %.80q; %s", o.String(), why), "correct the value")
	}
	m := pcreForm.FindStringSubmatch(o.Value)
	if m == nil {
		fail(`allowed is a pattern between slashes, as in "/pattern/i"`)
		return
	}
	w.c.pattern(o, m[1])
	places := 0
	for i := range m[2] {
		letter := m[2][i]
		switch {
		case pcrePlaces[letter] != "":
			places++
		case strings.IndexByte("ismxAEGRBO", letter) < 0:
			fail(fmt.Sprintf("the letter %c after the pattern is unknown; allowed are i, s, m, x, A, E, G, R, B, O and those of buffers", letter))
		}
	}
	if places > 1 || places > 0 && w.buffer != nil {
		fail("the letters after the pattern name another buffer")
	}
	if strings.Contains(m[2], "W") && strings.ContainsAny(m[1], capitals) {
		fail("hosts are in lower case there")
	}
	if strings.Contains(m[2], "B") && w.buffer != nil {
		fail("B is about the payload, and not about " + w.buffer.name)
	}
	place := w.place()
	if places > 0 {
		place = w.pcrePlace(o).name
	}
	if strings.Contains(m[2], "R") && !w.matched[place] {
		fail("R looks behind the match before it in the same buffer, and there is none")
	}
	w.used = true
	w.matched[place] = true
}

// pattern checks a regular expression.
func (c *checker) pattern(o Option, text string) {
	if wrong := checkPattern(text); wrong != "" {
		c.fail("pcre", "a regular expression is not usable", fmt.Sprintf("got %.80q; %s", o.String(), wrong), "correct the pattern")
	}
}
