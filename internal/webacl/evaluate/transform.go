package evaluate

import (
	"crypto/md5" //nolint:gosec // It is what the transformation is.
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/webacl"
)

// transform changes a text as a statement says (AWS WAF Developer Guide, "Text transformations"), and reports whether all it asks for is
// known well enough.
func transform(text string, list []webacl.Transformation) (string, bool) {
	ordered := list
	if !slices.IsSortedFunc(list, byPriority) {
		ordered = slices.SortedStableFunc(slices.Values(list), byPriority)
	}
	for _, t := range ordered {
		if t.Type == "NONE" {
			continue
		}
		f := transformations[t.Type]
		if f == nil {
			return "", false
		}
		text = f(text)
	}
	return text, true
}

func byPriority(a, b webacl.Transformation) int { return a.Priority - b.Priority }

// transformations are those whose behaviour AWS describes. What the others do exactly is not published.
var transformations = map[string]func(string) string{
	"LOWERCASE":            strings.ToLower,
	"UPPERCASE":            strings.ToUpper,
	"TRIM":                 strings.TrimSpace,
	"TRIM_LEFT":            func(s string) string { return strings.TrimLeft(s, spaces) },
	"TRIM_RIGHT":           func(s string) string { return strings.TrimRight(s, spaces) },
	"REMOVE_WHITESPACE":    func(s string) string { return strings.Map(dropping(spaces+"\u00a0"), s) },
	"REMOVE_NULLS":         func(s string) string { return strings.ReplaceAll(s, "\x00", "") },
	"REPLACE_NULLS":        func(s string) string { return strings.ReplaceAll(s, "\x00", " ") },
	"COMPRESS_WHITE_SPACE": func(s string) string { return whiteSpace.ReplaceAllString(s, " ") },
	"URL_DECODE":           func(s string) string { return urlDecode(s, false) },
	"URL_DECODE_UNI":       func(s string) string { return urlDecode(s, true) },
	"HTML_ENTITY_DECODE":   html.UnescapeString,
	"NORMALIZE_PATH":       normalizePath,
	"NORMALIZE_PATH_WIN":   func(s string) string { return normalizePath(strings.ReplaceAll(s, `\`, "/")) },
	"CMD_LINE":             cmdLine,
	"REPLACE_COMMENTS":     func(s string) string { return comments.ReplaceAllString(s, " ") },
	"BASE64_DECODE":        func(s string) string { return base64Decode(s, true) },
	"BASE64_DECODE_EXT":    func(s string) string { return base64Decode(s, false) },
	"HEX_DECODE":           hexDecode,
	"MD5":                  func(s string) string { sum := md5.Sum([]byte(s)); return string(sum[:]) }, //nolint:gosec // As above.
	"SQL_HEX_DECODE":       sqlHexDecode,
	"ESCAPE_SEQ_DECODE":    func(s string) string { return unescape(s, "abfnrtv\\?'\"") },
	"JS_DECODE":            func(s string) string { return unescape(s, "bfnrtv\\'\"/") },
	"CSS_DECODE":           cssDecode,
	"UTF8_TO_UNICODE":      toUnicode,
}

const spaces = " \t\n\v\f\r"

func dropping(set string) func(rune) rune {
	return func(r rune) rune {
		if strings.ContainsRune(set, r) {
			return -1
		}
		return r
	}
}

var (
	whiteSpace = regexp.MustCompile("[ \\t\\n\\v\\f\\r\u00a0]+")
	comments   = regexp.MustCompile(`(?s)/\*.*?(\*/|$)`)
	doubled    = regexp.MustCompile(`//+`)
	sqlHex     = regexp.MustCompile(`0[xX]((?:[0-9a-fA-F]{2})+)`)
	cssEscape  = regexp.MustCompile(`\\([0-9a-fA-F]{1,6})\s?|\\\n|\\(.)`)
)

func unhex(s string) (byte, bool) {
	n, err := strconv.ParseUint(s, 16, 8)
	return byte(n), err == nil
}

func urlDecode(s string, unicode bool) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+':
			b.WriteByte(' ')
			continue
		case s[i] == '%' && unicode && i+5 < len(s) && (s[i+1] == 'u' || s[i+1] == 'U'):
			if n, err := strconv.ParseUint(s[i+2:i+6], 16, 16); err == nil {
				if n >= 0xff01 && n <= 0xff5e { // Full width forms are taken for the letters.
					n -= 0xfee0
				}
				b.WriteByte(byte(n))
				i += 5
				continue
			}
		case s[i] == '%' && i+2 < len(s):
			if c, ok := unhex(s[i+1 : i+3]); ok {
				b.WriteByte(c)
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// normalizePath resolves doubled slashes, and steps to a folder itself and to the one above unless they come first.
func normalizePath(s string) string {
	s = doubled.ReplaceAllString(s, "/")
	rooted := strings.HasPrefix(s, "/")
	var out []string
	parts := strings.Split(strings.TrimPrefix(s, "/"), "/")
	for i, p := range parts {
		last := i == len(parts)-1
		switch {
		case p == "." && last:
			out = append(out, "")
		case p == ".":
		case p == ".." && len(out) > 0 && out[len(out)-1] != "..":
			out = out[:len(out)-1]
			if last {
				out = append(out, "")
			}
		case p == ".." && rooted:
			if last {
				out = append(out, "")
			}
		default:
			out = append(out, p)
		}
	}
	text := strings.Join(out, "/")
	if rooted {
		text = "/" + text
	}
	return text
}

func cmdLine(s string) string {
	s = strings.Map(dropping(`\"'^`), s)
	s = strings.Map(func(r rune) rune {
		if r == ',' || r == ';' {
			return ' '
		}
		return r
	}, s)
	s = whiteSpace.ReplaceAllString(s, " ")
	s = strings.NewReplacer(" /", "/", " (", "(").Replace(s)
	return strings.ToLower(s)
}

func base64Decode(s string, strict bool) string {
	if !strict {
		s = strings.Map(func(r rune) rune {
			if r < 128 && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '+' || r == '/') {
				return r
			}
			return -1
		}, s)
	}
	out, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(s, "="))
	if err != nil && strict {
		return s
	}
	return string(out)
}

func hexDecode(s string) string {
	out, err := hex.DecodeString(s)
	if err != nil {
		return s
	}
	return string(out)
}

func sqlHexDecode(s string) string {
	return sqlHex.ReplaceAllStringFunc(s, func(m string) string { return hexDecode(m[2:]) })
}

// escapes are what letters behind a backslash stand for.
var escapes = map[byte]byte{'a': 7, 'b': 8, 'f': 12, 'n': 10, 'r': 13, 't': 9, 'v': 11}

// unescape decodes the sequences of ANSI C and JavaScript: \n, \xHH, \uHHHH, and octal ones.
func unescape(s, letters string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		c := s[i+1]
		switch {
		case c == 'x' && i+3 < len(s):
			if n, ok := unhex(s[i+2 : i+4]); ok {
				b.WriteByte(n)
				i += 3
				continue
			}
		case c == 'u' && i+5 < len(s):
			if n, err := strconv.ParseUint(s[i+2:i+6], 16, 16); err == nil {
				b.WriteByte(byte(n))
				i += 5
				continue
			}
		case c >= '0' && c <= '7':
			end := i + 1
			for end < len(s) && end < i+4 && s[end] >= '0' && s[end] <= '7' {
				end++
			}
			n, _ := strconv.ParseUint(s[i+1:end], 8, 16)
			b.WriteByte(byte(n))
			i = end - 1
			continue
		case strings.IndexByte(letters, c) >= 0:
			if e, ok := escapes[c]; ok {
				c = e
			}
			b.WriteByte(c)
			i++
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func cssDecode(s string) string {
	return cssEscape.ReplaceAllStringFunc(s, func(m string) string {
		g := cssEscape.FindStringSubmatch(m)
		if g[1] == "" {
			return g[2]
		}
		n, _ := strconv.ParseUint(g[1], 16, 32)
		return string([]byte{byte(n)})
	})
}

func toUnicode(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r < 128 {
			b.WriteRune(r)
			continue
		}
		fmt.Fprintf(&b, "%%u%04x", r)
	}
	return b.String()
}
