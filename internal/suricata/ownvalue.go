package suricata

import (
	"regexp"
	"strings"
	"sync"
	"time"
)

// grammar is what stands after a keyword whose values are not numbers alone, in the forms that Suricata 7 takes.
type grammar struct {
	pattern string
	allowed string // for messages
}

// grammars are written by hand; the test of the corpus holds them against a real Suricata.
var grammars = map[string]grammar{
	"app-layer-protocol": {`!?(http|http1|http2|ftp|tls|smb|dns|dcerpc|ssh|smtp|imap|krb5|tftp|ntp|dhcp|quic|nfs|snmp|sip|rfb|mqtt|telnet|rdp|pgsql|bittorrent-dht|failed)`,
		"a protocol or failed, as in tls or !tls"},
	"asn1":          {`(double_overflow|bitstring_overflow|oversize_length \d{1,9})(, ?(double_overflow|bitstring_overflow|oversize_length \d{1,9}))*`, "as in oversize_length 500"},
	"base64_decode": {`bytes [1-9]\d{0,3}(, ?offset \d{1,4})?(, ?relative)?|offset \d{1,4}(, ?relative)?|relative`, "as in bytes 4, offset 2, relative"},
	"byte_extract":  {`\d{1,2}, ?-?\d{1,5}, ?[A-Za-z]\w*(, ?[a-z]+( \d+)?)*`, "as in 1, 0, name, relative"},
	"byte_jump":     {`\d{1,2}, ?(-?\d{1,5}|[A-Za-z]\w*)(, ?[a-z_]+( -?\w+)?)*`, "as in 2, 0, relative"},
	"byte_math": {`bytes ([1-9]|10), offset -?\d{1,5}, oper ([-+*/]|<<|>>), rvalue (\d{1,9}|[A-Za-z]\w*), result [A-Za-z]\w*(, relative)?(, endian (big|little))?`,
		"as in bytes 1, offset 0, oper +, rvalue 1, result name"},
	"byte_test":              {`\d{1,2}, ?!?(<|>|=|<=|>=|&|\^), ?(\d{1,10}|0x[0-9a-fA-F]{1,8}|[A-Za-z]\w*), ?(-?\d{1,5}|[A-Za-z]\w*)(, ?[a-z]+( 0x[0-9a-fA-F]{1,8})?)*`, "as in 1, >, 5, 0, relative"},
	"classtype":              {`[A-Za-z][\w-]{0,59}`, "a class"},
	"csum":                   {`valid|invalid`, "valid and invalid"},
	"dcerpc.iface":           {`[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(, ?[<>!=]\d{1,4})?(, ?any_frag)?`, "a UUID"},
	"dcerpc.opnum":           {`\d{1,5}(-\d{1,5})?(, ?\d{1,5}(-\d{1,5})?)*`, "numbers and ranges, as in 1,4-6"},
	"depth":                  {`\d{1,5}|[A-Za-z]\w*`, "a number from 1 to 65535, or a name that byte_extract sets"},
	"distance":               {`-?\d{1,5}|[A-Za-z]\w*`, "a number, or a name that byte_extract sets"},
	"fast_pattern":           {`only|\d{1,5},\d{1,5}`, "only, or offset and length as in 0,4"},
	"flow":                   {`[a-z_]+( ?, ?[a-z_]+)*`, "words with commas between"},
	"flowbits":               {`noalert|(set|unset|toggle|isset|isnotset), ?[\w.-]+(\|[\w.-]+)*`, "as in set,name"},
	"flowint":                {`[A-Za-z][\w./]+, ?(((\+|-|=|==|!=|<|<=|>|>=), ?([A-Za-z]\w+|\d{1,9}))|isset|notset)`, "as in counter,+,1; names have two characters or more"},
	"fragbits":               {`[+*!]?[MDR]{1,3}`, "M, D and R, as in !D"},
	"fragoffset":             {`[<>]?\d{1,5}`, "as in >5"},
	"geoip":                  {`.+`, "countries"},
	"gid":                    {`\d+`, "a number"},
	"hostbits":               {`(set|unset|toggle|isset|isnotset),[\w.-]+(,(src|dst|both))?`, "as in set,name"},
	"http2.errorcode":        {`NO_ERROR|PROTOCOL_ERROR|INTERNAL_ERROR|FLOW_CONTROL_ERROR|SETTINGS_TIMEOUT|STREAM_CLOSED|FRAME_SIZE_ERROR|REFUSED_STREAM|CANCEL|COMPRESSION_ERROR|CONNECT_ERROR|ENHANCE_YOUR_CALM|INADEQUATE_SECURITY|HTTP_1_1_REQUIRED|\d{1,9}`, "as in NO_ERROR"},
	"http2.frametype":        {`DATA|HEADERS|PRIORITY|RSTSTREAM|SETTINGS|PUSHPROMISE|PING|GOAWAY|WINDOWUPDATE|CONTINUATION|\d{1,2}`, "as in DATA"},
	"http2.settings":         {`SETTINGS_(HEADER_TABLE_SIZE|ENABLE_PUSH|MAX_CONCURRENT_STREAMS|INITIAL_WINDOW_SIZE|MAX_FRAME_SIZE|MAX_HEADER_LIST_SIZE)( ?[=<>] ?\d{1,9})?`, "as in SETTINGS_ENABLE_PUSH=0"},
	"ip_proto":               {`!?(tcp|udp|icmp|igmp|gre|esp|ah|sctp|TCP|UDP|ICMP)|[<>!]?\d{1,3}`, "a protocol or its number"},
	"ipopts":                 {`rr|eol|nop|ts|sec|esec|lsrr|ssrr|satid|any`, "rr, eol, nop, ts, sec, esec, lsrr, ssrr, satid and any"},
	"isdataat":               {`!?(\d{1,5}|[A-Za-z]\w*)(, ?relative(, ?rawbytes)?)?`, "as in 5,relative"},
	"krb5.ticket_encryption": {`!?weak|\d{1,3}(,\d{1,3})*`, "weak, or numbers"},
	"krb5_err_code":          {`\d{1,2}|1[01]\d|12[0-7]`, "a number from 0 to 127"},
	"l3_proto":               {`ipv?[46]`, "ipv4 and ipv6"},
	"metadata":               {`[^";]+`, "keys and values, as in key value, key value"},
	"offset":                 {`\d{1,5}|[A-Za-z]\w*`, "a number from 0 to 65535, or a name that byte_extract sets"},
	"priority":               {`\d{1,3}`, "a number"},
	"reference":              {`[A-Za-z][\w-]*, ?[^\s",;][^",;]*`, "as in url,example.com"},
	"replace":                {`!?".+"`, "text in quotes"},
	"rev":                    {`[1-9]\d{0,8}`, "a number from 1"},
	"sid":                    {`\d{1,10}`, "a number"},
	"ssh.protoversion":       {`\d(\.\d{1,3})?|2_compat`, "as in 2.0"},
	"ssh.softwareversion":    {`"[\w.-]+"|[\w.-]+`, "as in OpenSSH"},
	"ssl_state":              {`!?(client_hello|server_hello|client_keyx|server_keyx|unknown)([|,](client_hello|server_hello|client_keyx|server_keyx|unknown))*`, "client_hello, server_hello, client_keyx, server_keyx and unknown"},
	"ssl_version":            {`(sslv[23]|tls1\.[0-3])(, ?(sslv[23]|tls1\.[0-3]))*|!(sslv[23]|tls1\.[0-3])(, ?!(sslv[23]|tls1\.[0-3]))*`, "as in tls1.2,tls1.3, either all or none with !"},
	"stream_size":            {`(client|server|both|either), ?(<|>|=|!=|!|<=|>=), ?\d{1,9}`, "as in client,>,500"},
	"tag":                    {`session(, ?\d{1,5}, ?(packets|bytes|seconds))?`, "session, as in session,10,packets"},
	"target":                 {`src_ip|dest_ip`, "src_ip and dest_ip"},
	"tcp.flags":              {`[!*+]?([SAFRPU12CE]{1,8}|0)(,[SAFRPU12CE]{1,8})?`, "the letters of the flags, as in S,12"},
	"tls.fingerprint":        {`!?"[0-9a-f]{2}(:[0-9a-f]{2}){19}"`, "20 pairs of digits in quotes"},
	"tls.issuerdn":           {`!?"[^";]+"`, "text in quotes"},
	"tls.subject":            {`!?"[^";]+"`, "text in quotes"},
	"tls.version":            {`1\.[0-3]`, "1.0, 1.1, 1.2 and 1.3"},
	"tls_cert_notafter":      {`[<>]?` + date + `|` + date + `<>` + date, "as in >2027-01-31"},
	"tls_cert_notbefore":     {`[<>]?` + date + `|` + date + `<>` + date, "as in >2027-01-31"},
	"tos":                    {`!?\d{1,3}`, "a number from 0 to 255"},
	"urilen":                 {`[<>]?\d{1,5}(,(raw|norm))?|\d{1,5}<>\d{1,5}(,(raw|norm))?`, "as in >5, or 5<>10"},
	"within":                 {`\d{1,5}|[A-Za-z]\w*`, "a number from 1, or a name that byte_extract sets"},
	"xbits":                  {`(set|unset|toggle|isset|isnotset),[\w.-]+,track ip_(src|dst|pair)(,expire [1-9]\d{0,5})?`, "as in set,name,track ip_src"},
	"xor":                    {`"([0-9a-fA-F]{2})+"`, "pairs of hexadecimal digits in quotes"},
}

const date = `\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}:\d{2})?)?)?`

// sameGrammar are keywords that share the grammar of another.
var sameGrammar = map[string]string{
	"flags": "tcp.flags", "dce_iface": "dcerpc.iface", "dce_opnum": "dcerpc.opnum", "ipv4-csum": "csum", "tcpv4-csum": "csum", "tcpv6-csum": "csum", "udpv4-csum": "csum", "udpv6-csum": "csum",
	"icmpv4-csum": "csum", "icmpv6-csum": "csum",
}

var compiledGrammars = sync.OnceValue(func() map[string]*regexp.Regexp {
	out := map[string]*regexp.Regexp{}
	for name, g := range grammars {
		out[name] = regexp.MustCompile(`^(?:` + g.pattern + `)$`)
	}
	return out
})

// checkOwn checks a value against the grammar of its keyword.
func checkOwn(name, value string) string {
	switch name {
	case "msg", "content", "pcre", "uricontent", "pcrexform":
		return "" // They are looked at where they stand.
	case "app-layer-event", "stream-event", "decode-event":
		if !hasEvent(name + ":" + value) {
			return "Suricata knows no such event"
		}
		return ""
	}
	if same, ok := sameGrammar[name]; ok {
		name = same
	}
	pattern, ok := compiledGrammars()[name]
	if !ok {
		return "tierwall does not know which values it takes"
	}
	if !pattern.MatchString(value) {
		return "allowed are " + grammars[name].allowed
	}
	if further, ok := furtherChecks[name]; ok {
		return further(value)
	}
	return ""
}

// furtherChecks are about what a pattern does not say.
var furtherChecks = map[string]func(string) string{
	"byte_extract": checkByteExtract, "byte_jump": checkByteJump, "byte_math": checkByteMath, "byte_test": checkByteTest,
	"depth": bounded(1, 65535), "offset": bounded(0, 65535), "within": bounded(1, 65535), "isdataat": bounded(0, 65535), "tos": bounded(0, 255), "fragoffset": bounded(0, 65535),
	"ip_proto": bounded(0, 255), "urilen": checkURILength, "dcerpc.opnum": checkNumbers, "tls_cert_notafter": checkDates, "tls_cert_notbefore": checkDates,
}

var digits = regexp.MustCompile(`\d+`)

// bounded checks all numbers of a value.
func bounded(least, most uint64) func(string) string {
	return func(value string) string {
		for _, text := range numbersOf(value) {
			if n := number(text); n < least || n > most {
				return "a number is out of range"
			}
		}
		return ""
	}
}

// numbersOf are the numbers in a value, without those in names.
func numbersOf(value string) []string {
	if value[0] >= 'A' && value[0] <= 'z' {
		return nil
	}
	return digits.FindAllString(value, -1)
}

// checkNumbers checks a list of numbers and ranges.
func checkNumbers(value string) string {
	for _, item := range fields(value) {
		from, to, isRange := strings.Cut(item, "-")
		if number(from) > 65535 || isRange && (number(to) > 65535 || number(to) < number(from)) {
			return "a number is out of range"
		}
	}
	return ""
}

// checkURILength checks the order of a range too.
func checkURILength(value string) string {
	numbers := digits.FindAllString(value, -1)
	for _, text := range numbers {
		if number(text) > 65535 {
			return "allowed are numbers up to 65535"
		}
	}
	if len(numbers) == 2 && number(numbers[1]) <= number(numbers[0])+1 {
		return "no number lies between the ends of the range"
	}
	return ""
}

// checkDates checks that the dates exist and are in order.
func checkDates(value string) string {
	from, to, isRange := strings.Cut(strings.TrimLeft(value, "<>"), "<>")
	first, ok := readDate(from)
	if !ok {
		return "a date does not exist"
	}
	if isRange {
		second, ok := readDate(to)
		if !ok || !second.After(first) {
			return "allowed are two dates, the earlier first"
		}
	}
	return ""
}

func readDate(text string) (time.Time, bool) {
	for _, layout := range []string{"2006", "2006-01", "2006-01-02", "2006-01-02T15:04:05"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}
