package evaluate

import (
	"crypto/md5" //nolint:gosec // The transformation is MD5.
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/tierwall/tierwall/internal/lazyregexp"
	"github.com/tierwall/tierwall/internal/webacl"
)

// transform applies transformations to a text (AWS WAF Developer Guide, "Text transformations"), and reports whether all of them are known
// well enough.
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

// transformations are the transformations whose behaviour AWS documents. What the others do exactly is not published.
var transformations = map[string]func(string) string{
	"LOWERCASE":            lower,
	"UPPERCASE":            upper,
	"TRIM":                 func(s string) string { return strings.Trim(s, spaces) },
	"TRIM_LEFT":            func(s string) string { return strings.TrimLeft(s, spaces) },
	"TRIM_RIGHT":           func(s string) string { return strings.TrimRight(s, spaces) },
	"REMOVE_WHITESPACE":    func(s string) string { return drop(strings.ReplaceAll(s, "\u00a0", ""), spaces) },
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
	"ESCAPE_SEQ_DECODE":    func(s string) string { return unescape(s, "abfnrtv\\?'\"", false) },
	"JS_DECODE":            func(s string) string { return unescape(s, "bfnrtv\\'\"/", true) },
	"CSS_DECODE":           cssDecode,
	"UTF8_TO_UNICODE":      toUnicode,
}

const spaces = " \t\n\v\f\r"

// eachByte changes a text byte by byte, so that bytes that are not UTF-8 stay as they are. change returns false for bytes to leave out.
func eachByte(s string, change func(c byte) (byte, bool)) string {
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		if c, keep := change(s[i]); keep {
			out = append(out, c)
		}
	}
	return string(out)
}

func drop(s, set string) string {
	return eachByte(s, func(c byte) (byte, bool) { return c, strings.IndexByte(set, c) < 0 })
}

// lower changes only the letters A to Z (AWS WAF Developer Guide, "Text transformations").
func lower(s string) string {
	return eachByte(s, func(c byte) (byte, bool) {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		return c, true
	})
}

// upper changes only the letters a to z.
func upper(s string) string {
	return eachByte(s, func(c byte) (byte, bool) {
		if c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		return c, true
	})
}

// equalFold compares names, ignoring only the case of the letters A to Z.
func equalFold(a, b string) bool { return len(a) == len(b) && lower(a) == lower(b) }

var (
	whiteSpace = lazyregexp.New("[ \\t\\n\\v\\f\\r\u00a0]+")
	comments   = lazyregexp.New(`(?s)/\*.*?(\*/|$)`)
	doubled    = lazyregexp.New(`//+`)
	sqlHex     = lazyregexp.New(`0[xX]((?:[0-9a-fA-F]{2})+)`)
	cssEscape  = lazyregexp.New(`\\([0-9a-fA-F]{1,6})\s?|\\\n|\\(.)`)
)

func unhex(s string) (byte, bool) {
	n, err := strconv.ParseUint(s, 16, 8)
	return byte(n), err == nil
}

// narrow returns the byte that a decoder makes of a code: the ASCII character of a full-width one, or else the lower byte.
func narrow(code uint64) byte {
	if code >= 0xff01 && code <= 0xff5e {
		code -= 0xfee0
	}
	return byte(code)
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
				b.WriteByte(narrow(n))
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

// normalizePath resolves doubled slashes, and the steps /./ and /../ unless they come first.
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
	s = drop(s, `\"'^`)
	s = strings.NewReplacer(",", " ", ";", " ").Replace(s)
	s = whiteSpace.ReplaceAllString(s, " ")
	s = strings.NewReplacer(" /", "/", " (", "(").Replace(s)
	return lower(s)
}

func base64Decode(s string, strict bool) string {
	if !strict {
		s = eachByte(s, func(c byte) (byte, bool) {
			return c, c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '+' || c == '/'
		})
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

// escapes are what letters after a backslash stand for.
var escapes = map[byte]byte{'a': 7, 'b': 8, 'f': 12, 'n': 10, 'r': 13, 't': 9, 'v': 11}

// unescape decodes the escape sequences of ANSI C: \n, \xHH and octal ones. JavaScript also has \uHHHH, and there any other character after
// a backslash stands for itself.
func unescape(s, letters string, javaScript bool) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		c, length := s[i], 1
		if c == '\\' && i+1 < len(s) {
			c, length = sequence(s[i+1:], letters, javaScript)
		}
		b.WriteByte(c)
		i += length
	}
	return b.String()
}

// sequence decodes an escape sequence and returns its length with the backslash. An invalid sequence is only the backslash.
func sequence(s, letters string, javaScript bool) (decoded byte, length int) {
	switch c := s[0]; {
	case c == 'x' && len(s) > 2:
		if n, ok := unhex(s[1:3]); ok {
			return n, 4
		}
	case c == 'u' && javaScript && len(s) > 4:
		if n, err := strconv.ParseUint(s[1:5], 16, 16); err == nil {
			return narrow(n), 6
		}
	case c >= '0' && c <= '7':
		n, digits := octal(s)
		return n, 1 + digits
	case c != 'x' && c != 'u' && (javaScript || strings.IndexByte(letters, c) >= 0):
		if e, ok := escapes[c]; ok && strings.IndexByte(letters, c) >= 0 {
			c = e
		}
		return c, 2
	}
	return '\\', 1
}

// octal reads up to three octal digits, as many as fit in a byte.
func octal(s string) (n byte, digits int) {
	most := 2
	if s[0] <= '3' {
		most = 3
	}
	for digits < min(most, len(s)) && s[digits] >= '0' && s[digits] <= '7' {
		n = n<<3 | (s[digits] - '0')
		digits++
	}
	return n, digits
}

func cssDecode(s string) string {
	return cssEscape.ReplaceAllStringFunc(s, func(m string) string {
		g := cssEscape.FindStringSubmatch(m)
		if g[1] == "" {
			return g[2]
		}
		n, _ := strconv.ParseUint(g[1][max(0, len(g[1])-4):], 16, 16) // Up to two bytes are used.
		return string([]byte{narrow(n)})
	})
}

func toUnicode(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r < utf8.RuneSelf || r == utf8.RuneError && size == 1 { // Invalid UTF-8 stays as it is.
			b.WriteByte(s[i])
		} else {
			fmt.Fprintf(&b, "%%u%04x", r)
		}
		i += size
	}
	return b.String()
}
