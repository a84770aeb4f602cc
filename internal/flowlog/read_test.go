package flowlog

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// list is a sink that writes records as texts.
type list struct {
	symbols *Symbols
	mu      *sync.Mutex
	out     *[]string
}

func (l list) Add(r *Record) {
	l.mu.Lock()
	defer l.mu.Unlock()
	*l.out = append(*l.out, describe(l.symbols, r))
}

// describe writes a record in one line.
func describe(s *Symbols, r *Record) string {
	name := func(of Symbol) string { return strings.TrimSpace(s.Text(of)) }
	status := []string{"?", "OK", "NODATA", "SKIPDATA"}[r.Status]
	text := fmt.Sprintf("%s %s %s:%d>%s:%d p%d %d/%d %d-%d", status, name(r.Interface), r.Source, r.SourcePort, r.Destination,
		r.DestinationPort, r.Protocol, r.Packets, r.Bytes, r.Start, r.End)
	text += " " + []string{"-", "accept", "reject"}[r.Action] + " " + []string{"-", "in", "out"}[r.Direction]
	if r.HasFlags {
		text += fmt.Sprintf(" flags%d", r.Flags)
	}
	if r.PacketSource.IsValid() || r.PacketDestination.IsValid() {
		text += fmt.Sprintf(" pkt %s>%s", r.PacketSource, r.PacketDestination)
	}
	for _, more := range []Symbol{r.VPC, r.Tag, r.Resource} {
		if more != 0 {
			text += " " + name(more)
		}
	}
	return text
}

// readAll reads files and returns the records, sorted, and the problems.
func readAll(t *testing.T, options Options, paths ...string) ([]string, []string, Summary) {
	t.Helper()
	files, err := Files(paths)
	require.NoError(t, err)
	var records, found []string
	var mu sync.Mutex
	summary := Read(files, options, func(s *Symbols) Sink { return list{s, &mu, &records} })
	slices.Sort(records)
	for _, p := range summary.Problems {
		found = append(found, strings.ReplaceAll(p.String(), filepath.ToSlash(filepath.Dir(paths[0]))+"/", ""))
	}
	return records, found, summary
}

// write writes a file into a new folder and returns its path.
func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

func compressed(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.String()
}

const (
	accepted = "2 111122223333 eni-0aa0 10.0.1.5 10.0.2.9 51544 5432 6 18 3120 1788232200 1788232255 ACCEPT OK\n"
	rejected = "2 111122223333 eni-0aa0 203.0.113.77 10.0.1.5 40211 3389 6 1 60 1788232200 1788232200 REJECT OK\n"
	noData   = "2 111122223333 eni-0aa0 - - - - - - - 1788232260 1788232320 - NODATA\n"
	skipData = "2 111122223333 eni-0aa0 - - - - - - - 1788232260 1788232320 - SKIPDATA\n"

	acceptedText = "OK eni-0aa0 10.0.1.5:51544>10.0.2.9:5432 p6 18/3120 1788232200-1788232255 accept -"
	rejectedText = "OK eni-0aa0 203.0.113.77:40211>10.0.1.5:3389 p6 1/60 1788232200-1788232200 reject -"
	noDataText   = "NODATA eni-0aa0 invalid IP:0>invalid IP:0 p0 0/0 1788232260-1788232320 - -"
	skipDataText = "SKIPDATA eni-0aa0 invalid IP:0>invalid IP:0 p0 0/0 1788232260-1788232320 - -"

	custom = "version vpc-id interface-id srcaddr dstaddr srcport dstport protocol tcp-flags pkt-srcaddr pkt-dstaddr flow-direction " +
		"interface-tag some-new-field start end action\n"
	customRecord = "11 vpc-1 eni-1 2001:db8::1 2001:db8::2 1 2 17 19 2001:db8::1 2001:db8::3 egress Web x 5 6 ACCEPT\n"
	customText   = "OK eni-1 2001:db8::1:1>2001:db8::2:2 p17 0/0 5-6 accept out flags19 pkt 2001:db8::1>2001:db8::3 vpc-1 Web"
)

func TestText(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		log, format       string
		records, problems []string
	}{
		"the default format, without a header": {
			log:     accepted + rejected + noData + skipData,
			records: []string{noDataText, acceptedText, rejectedText, skipDataText},
		},
		"the default format, with a header": {log: DefaultFormat + "\n" + accepted, records: []string{acceptedText}},
		"a custom format with IPv6":         {log: custom + customRecord, records: []string{customText}},
		"the header changes": {
			log: DefaultFormat + "\n" + accepted + custom + customRecord, records: []string{acceptedText, customText},
		},
		"a given format": {
			log:     "eni-9 10.0.0.1 10.0.0.2 1 2 6 1 2 ACCEPT\n",
			format:  "${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${start} ${end} ${action}",
			records: []string{"OK eni-9 10.0.0.1:1>10.0.0.2:2 p6 0/0 1-2 accept -"},
		},
		"a log without log-status, and a record without addresses": {
			log: "eni-9 - - - - - 1 2 -\n", format: "interface-id srcaddr dstaddr srcport dstport protocol start end action",
			records: []string{"SKIPDATA eni-9 invalid IP:0>invalid IP:0 p0 0/0 1-2 - -"},
		},
		"an export of CloudWatch Logs": {
			log: "2026-09-01T00:30:00.000Z " + accepted + "2026-09-01T00:30:00.000Z " + noData, records: []string{noDataText, acceptedText},
		},
		"line breaks of Windows, empty lines, no break at the end": {
			log:     strings.ReplaceAll(DefaultFormat+"\n\n"+accepted, "\n", "\r\n") + strings.TrimSpace(rejected),
			records: []string{acceptedText, rejectedText},
		},
		"no header, and not the default format": {
			log: "3 eni-9 10.0.0.1\n3 eni-9 10.0.0.1\n", problems: []string{
				"log:1: the line has no known format; give the log's format if the log has no header line (and 1 more line)"},
		},
		"a header that lies about the order": {
			log: strings.Replace(DefaultFormat, "srcaddr dstaddr", "srcport dstport", 1) + "\n" + accepted, problems: []string{
				"log:1: the format names the field srcport twice"},
		},
		"a header with two fields exchanged": {
			log:      strings.Replace(DefaultFormat, "interface-id srcaddr", "srcaddr interface-id", 1) + "\n" + accepted + rejected,
			problems: []string{`log:2: srcaddr cannot be "eni-0aa0" (and 1 more line)`},
		},
		"a header with a field too few": {
			log:      strings.TrimSuffix(DefaultFormat, " log-status") + "\n" + accepted + rejected,
			problems: []string{"log:2: the line has 14 fields, but the format has 13 (and 1 more line)"},
		},
		"a header without what is needed": {
			log:      "interface-id srcaddr dstaddr start end\neni-1 10.0.0.1 10.0.0.2 1 2\n",
			problems: []string{"log:1: the format has no action, dstport, protocol, srcport; a flow cannot be told without"},
		},
		"values that cannot be": {
			log: DefaultFormat + "\n" + strings.Replace(accepted, "5432", "65536", 1) + strings.Replace(accepted, "10.0.1.5", "10.0.1.256", 1) +
				strings.Replace(accepted, "ACCEPT", "ALLOW", 1) + strings.Replace(accepted, "3120", "-1", 1) +
				strings.Replace(accepted, "3120", "99999999999999999999", 1) + strings.Replace(accepted, " 6 ", " 256 ", 1) +
				strings.Replace(accepted, "1788232255", "1788232199", 1) + strings.Replace(accepted, "10.0.1.5", "-", 1) +
				strings.Replace(accepted, "10.0.1.5", "fe80::1%eth0", 1) + strings.Replace(accepted, " 6 ", "  ", 1) + accepted,
			records: []string{acceptedText},
			problems: []string{
				`log:2: dstport cannot be "65536"`, `log:3: srcaddr cannot be "10.0.1.256" (and 1 more line)`,
				`log:4: action cannot be "ALLOW"`, `log:5: bytes cannot be "-1" (and 1 more line)`, `log:7: protocol cannot be "256" (and 1 more line)`,
				"log:8: a record ends before it starts", "log:9: a record with status OK has no addresses or no action",
			},
		},
		"a line that is too long": {
			log: accepted + strings.Repeat("x", 3*longestLine) + "\n" + rejected, records: []string{acceptedText, rejectedText},
			problems: []string{"log:2: a line has more than 262144 bytes; it was skipped"},
		},
		"a last line that is too long": {
			log: accepted + strings.Repeat("x", 2*longestLine+5), records: []string{acceptedText},
			problems: []string{"log:2: a line has more than 262144 bytes; it was skipped"},
		},
		"a last line that is too long, and fills the buffer with its last byte": {
			log: strings.Repeat("x", 2*longestLine), problems: []string{"log:1: a line has more than 262144 bytes; it was skipped"},
		},
		"times in milliseconds": {
			log: accepted + strings.Replace(rejected, "1788232200", "1788232200000", 1), records: []string{acceptedText},
			problems: []string{`log:2: start cannot be "1788232200000"`},
		},
		"two spaces": {
			log: accepted + strings.Replace(accepted, " 5432", "  5432", 1), records: []string{acceptedText},
			problems: []string{"log:2: the line has 15 fields, but the format has 14"},
		},
		"the mark of UTF-8 before the header": {log: "\ufeff" + DefaultFormat + "\n" + accepted, records: []string{acceptedText}},
		"cut off in the last number": {
			log: "log-status action interface-id srcaddr dstaddr srcport dstport protocol start end bytes\n" +
				"OK ACCEPT eni-1 10.0.0.1 10.0.0.2 1 2 6 1 2 31",
			problems: []string{
				"log:2: the last line has no end, so the file may be cut off here"},
		},
		"cut off in the last word": {
			log: rejected + strings.TrimSuffix(accepted, "K\n"), records: []string{rejectedText},
			problems: []string{`log:2: log-status cannot be "O"`},
		},
		"not a log": {log: "\x00\x01\x02", problems: []string{
			"log:1: the last line has no end, so the file may be cut off here"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var options Options
			if test.format != "" {
				var err error
				options.Format, err = ParseFormat(test.format)
				require.NoError(t, err)
			}
			records, found, summary := readAll(t, options, write(t, "log", test.log))
			assert.Equal(t, test.records, records)
			assert.Equal(t, test.problems, found)
			assert.Equal(t, len(test.problems) > 0, summary.Lost())

			records, _, _ = readAll(t, options, write(t, "log.gz", compressed(t, test.log)))
			if name != "cut off in the last number" { // A gzip file has a checksum, so it is whole.
				assert.Equal(t, test.records, records, "in gzip")
			}
		})
	}
}

// TestCutGzip cuts a file off at every place: only whole lines count, and the damage is always told.
func TestCutGzip(t *testing.T) {
	t.Parallel()
	whole := compressed(t, DefaultFormat+"\n"+accepted+rejected+noData)
	file := write(t, "log.gz", whole)
	all, found, _ := readAll(t, Options{}, file)
	require.Len(t, all, 3)
	require.Empty(t, found)
	for n := range len(whole) {
		require.NoError(t, os.Truncate(file, int64(len(whole)-1-n)))
		records, found, summary := readAll(t, Options{}, file)
		assert.True(t, summary.Lost(), "without the last %d bytes", n+1)
		assert.NotEmpty(t, found)
		for _, r := range records {
			assert.Contains(t, all, r)
		}
	}
	damaged := []byte(whole)
	damaged[len(damaged)-6] ^= 1 // the checksum
	_, found, _ = readAll(t, Options{}, write(t, "log.gz", string(damaged)))
	assert.Equal(t, []string{"log.gz:5: the file is damaged or cut off here: gzip: invalid checksum"}, found)
}

func TestFolders(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, content := range map[string]string{
		"AWSLogs/1/vpcflowlogs/eu-west-1/2026/11/28/a.log.gz": compressed(t, DefaultFormat+"\n"+accepted),
		"AWSLogs/1/vpcflowlogs/eu-west-1/2026/11/29/b.log":    rejected,
		"AWSLogs/_SUCCESS":    "",
		"aws-logs-write-test": "Permission Check Successful",
		".hidden/x":           "x",
	} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
	}
	records, found, summary := readAll(t, Options{}, dir, filepath.Join(dir, "AWSLogs")) // named twice, read once
	assert.Equal(t, []string{acceptedText, rejectedText}, records)
	assert.Empty(t, found)
	assert.Equal(t, 2, summary.Files)

	_, err := Files([]string{filepath.Join(dir, "nothing")})
	require.Error(t, err)
	_, err = Files([]string{filepath.Join(dir, ".hidden", "y")})
	require.Error(t, err)
	_, found, _ = readAll(t, Options{}, write(t, "empty", ""))
	assert.Equal(t, []string{"empty: the file cannot be read: it is empty"}, found)
}

func TestTooManyInterfaces(t *testing.T) {
	t.Parallel()
	symbols := newSymbols()
	for i := range maxSymbols - 1 {
		if _, ok := symbols.of(fmt.Appendf(nil, "eni-%d", i)); !ok {
			t.Fatal(i)
		}
	}
	_, ok := symbols.of([]byte("one more"))
	assert.False(t, ok)
	known, ok := symbols.of([]byte("eni-7"))
	assert.True(t, ok)
	assert.Equal(t, "eni-7", symbols.Text(known))
}

// TestTextAllocatesNothing reads more lines with the same memory.
func TestTextAllocatesNothing(t *testing.T) {
	allocations := func(lines int) float64 {
		text := strings.NewReader(strings.Repeat(accepted+rejected+noData, lines))
		symbols := newSymbols()
		reader := newFileReader(Format{}, symbols, func(*Record) {})
		reader.text.problems = &problems{}
		return testing.AllocsPerRun(3, func() {
			text.Reset(strings.Repeat(accepted, 1)) // warms up
			reader.text.read(text, false)
			text.Reset(strings.Repeat(accepted+rejected+noData, lines))
			reader.text.read(text, false)
		})
	}
	assert.InDelta(t, allocations(10), allocations(1000), 1)
}

func FuzzText(f *testing.F) {
	f.Add(accepted + rejected + noData + skipData)
	f.Add(DefaultFormat + "\n" + accepted)
	f.Add(custom + customRecord)
	var fault *Record
	reader := newFileReader(Format{}, newSymbols(), func(r *Record) {
		if r.Status == OK && (!r.Source.IsValid() || !r.Destination.IsValid() || r.End < r.Start) {
			fault = r
		}
	})
	f.Fuzz(func(t *testing.T, text string) {
		fault, reader.text.problems = nil, &problems{}
		reader.text.read(strings.NewReader(text), false)
		assert.Nil(t, fault, "an impossible record")
	})
}
