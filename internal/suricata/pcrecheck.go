package suricata

import (
	"fmt"
	"strings"

	"github.com/tierwall/tierwall/internal/lazyregexp"
)

var pcreForm = lazyregexp.New(`^!?"!?/(.*)/([A-Za-z]*)"$`)

// pcrePlaces are the buffers that the letters after a pattern stand for, in the older way of writing.
var pcrePlaces = map[byte]string{
	'U': "http_uri", 'I': "http_raw_uri", 'P': "http_client_body", 'Q': "http_server_body", 'H': "http_header", 'D': "http_raw_header",
	'M': "http_method", 'C': "http_cookie",
	'S': "http_stat_code", 'Y': "http_stat_msg", 'V': "http_user_agent", 'W': "http_host", 'Z': "http_raw_host",
}

// payload stands for the payload, which is not a buffer.
var payload = &keyword{}

// pcrePlace returns the buffer that the letters of a pcre name, or payload if they name none.
func (oc *optionChecker) pcrePlace(o Option) *keyword {
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

// pcre checks a regular expression and the letters after it.
func (oc *optionChecker) pcre(o Option) {
	fail := func(why string) {
		oc.rule.fail("pcre", "a rule has an invalid pcre", fmt.Sprintf("got %.80q; %s", o.String(), why), "correct the value")
	}
	m := pcreForm.FindStringSubmatch(o.Value)
	if m == nil {
		fail(`allowed is a pattern between slashes, as in "/pattern/i"`)
		return
	}
	oc.rule.pattern(o, m[1])
	places := 0
	for i := range m[2] {
		letter := m[2][i]
		switch {
		case pcrePlaces[letter] != "":
			places++
		case strings.IndexByte("ismxAEGRBO", letter) < 0:
			fail(fmt.Sprintf("the letter %c after the pattern is unknown; "+
				"allowed are i, s, m, x, A, E, G, R, B, O and the letters of buffers", letter))
		}
	}
	if places > 1 || places > 0 && oc.buffer != nil {
		fail("the letters after the pattern name a second buffer")
	}
	if strings.Contains(m[2], "W") && strings.ContainsAny(m[1], capitals) {
		fail("the letter W stands for hosts in lower case, but the pattern has capital letters")
	}
	if strings.Contains(m[2], "B") && oc.buffer != nil {
		fail("B looks at the payload, but the pcre at " + oc.buffer.name)
	}
	place := oc.place()
	if places > 0 {
		place = oc.pcrePlace(o).name
	}
	if strings.Contains(m[2], "R") && !oc.matched[place] {
		fail("R searches after the match before it in the same buffer, but there is none")
	}
	oc.used = true
	oc.matched[place] = true
}

// pattern checks the regular expression in an option.
func (c *checker) pattern(o Option, text string) {
	if wrong := checkPattern(text); wrong != "" {
		c.fail("pcre", "a rule has an invalid regular expression", fmt.Sprintf("got %.80q; %s", o.String(), wrong), "correct the pattern")
	}
}
