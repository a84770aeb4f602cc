package evaluate

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/tierwall/tierwall/internal/webacl"
)

// Request is an HTTP request as a web ACL sees it.
type Request struct {
	Method string
	Target string          // path and query, as on the request line: "/a%20b?c=d"
	Header []webacl.Header // in their order
	Body   string
	From   netip.Addr // the connection's source; the zero Addr is unknown
	// Country is the client's country as an ISO 3166 code; empty is unknown. ASN is its autonomous system; 0 is unknown.
	Country string
	ASN     int
	// JA3 and JA4 are fingerprints of the client's TLS; empty is unknown.
	JA3, JA4 string
	// Solved says that the client has solved puzzles.
	Solved bool
	// Before is how many requests like this one came before it within the window of a rate-based rule, by the rule's name. Rules that are
	// missing are below their limits.
	Before map[string]int
}

func (r Request) path() string {
	path, _, _ := strings.Cut(r.Target, "?")
	path, _, _ = strings.Cut(path, "#")
	return path
}

func (r Request) query() string {
	_, query, _ := strings.Cut(r.Target, "?")
	query, _, _ = strings.Cut(query, "#")
	return query
}

// values returns the values of a header in their order.
func (r Request) values(name string) []string {
	var out []string
	for _, h := range r.Header {
		if equalFold(h.Name, name) {
			out = append(out, h.Value)
		}
	}
	return out
}

// pair is a name with its value.
type pair struct{ name, value string }

func (r Request) arguments() []pair {
	var out []pair
	for part := range strings.SplitSeq(r.query(), "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		out = append(out, pair{name, value})
	}
	return out
}

func (r Request) cookies() []pair {
	var out []pair
	for _, line := range r.values("cookie") {
		for part := range strings.SplitSeq(line, ";") {
			if part = strings.TrimSpace(part); part != "" {
				name, value, _ := strings.Cut(part, "=")
				out = append(out, pair{name, value})
			}
		}
	}
	return out
}

// maxRequest is the maximum size of a request that ReadRequest reads, in bytes.
const maxRequest = 1 << 20

// ReadRequest reads a request as it is sent: the request line, headers, an empty line and the body. Lines before the request line that
// begin with # state what the request itself does not: "# client 203.0.113.7", "# country DE", "# asn 64500", "# ja3 ...", "# ja4 ...", "#
// solved", "# before RateLimit 2001". Any other text after # is a comment.
func ReadRequest(from io.Reader) (Request, error) {
	data, err := io.ReadAll(io.LimitReader(from, maxRequest+1))
	switch {
	case err != nil:
		return Request{}, err
	case len(data) > maxRequest:
		return Request{}, fmt.Errorf("the request has more than %d bytes", maxRequest)
	}
	in := bufio.NewReader(bytes.NewReader(data))
	r := Request{}
	number := 0
	next := func() (string, bool) {
		line, err := in.ReadString('\n')
		number++
		return strings.TrimRight(line, "\r\n"), err == nil || line != ""
	}
	line, ok := next()
	for ok && (strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "") {
		if err := r.note(strings.TrimSpace(strings.TrimPrefix(line, "#"))); err != nil {
			return r, fmt.Errorf("line %d: %w", number, err)
		}
		line, ok = next()
	}
	words := strings.Fields(line)
	if len(words) < 2 || len(words) > 3 || !strings.HasPrefix(words[1], "/") {
		return r, fmt.Errorf("line %d: %.80q is not a request line; write it as in: GET /path?query HTTP/1.1", number, line)
	}
	r.Method, r.Target = words[0], words[1]
	for line, ok = next(); ok && line != ""; line, ok = next() {
		name, value, found := strings.Cut(line, ":")
		if !found || name == "" || strings.ContainsAny(name, " \t") {
			return r, fmt.Errorf("line %d: %.80q is not a header; write it as in: Host: shop.example.com", number, line)
		}
		r.Header = append(r.Header, webacl.Header{Name: name, Value: strings.TrimSpace(value)})
	}
	body, err := io.ReadAll(in)
	r.Body = string(body)
	return r, err
}

// note reads what a comment states about the request.
func (r *Request) note(text string) (err error) {
	words := strings.Fields(text)
	if len(words) == 0 {
		return nil
	}
	value := strings.Join(words[1:], " ")
	switch words[0] {
	case "client":
		r.From, err = netip.ParseAddr(value)
	case "country":
		if r.Country = value; len(value) != 2 || value != strings.ToUpper(value) {
			return fmt.Errorf("%.20q is not a country; allowed are ISO 3166 codes of two capital letters", value)
		}
	case "asn":
		r.ASN, err = strconv.Atoi(value)
	case "ja3":
		r.JA3 = value
	case "ja4":
		r.JA4 = value
	case "solved":
		r.Solved = true
	case "before":
		if len(words) != 3 {
			return fmt.Errorf("%.80q does not say how many requests of which rule came before; write it as in: before RateLimit 2001", text)
		}
		if r.Before == nil {
			r.Before = map[string]int{}
		}
		r.Before[words[1]], err = strconv.Atoi(words[2])
	}
	return err
}

// has reports whether one of the pairs has a name, ignoring case.
func has(pairs []pair, name string) bool {
	return slices.ContainsFunc(pairs, func(p pair) bool { return equalFold(p.name, name) })
}
