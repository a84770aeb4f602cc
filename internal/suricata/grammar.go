package suricata

import (
	"strings"
	"sync"
)

// grammar describes the values of a keyword whose values are more than numbers, in the forms that Suricata 7 accepts.
type grammar struct {
	pattern string // a regular expression for the whole value
	allowed string // the end of a message that begins with "allowed are"
}

// oneOf is the pattern of one of some words. An argument may hold several, with spaces between.
func oneOf(words ...string) string {
	return `(` + strings.ReplaceAll(strings.Join(words, " "), " ", "|") + `)`
}

// listOf is the pattern of one or more items with commas between.
func listOf(item string) string { return `(` + item + `)(, *(` + item + `))*` }

// sslStates returns the pattern of a state of a TLS handshake.
func sslStates() string { return oneOf("client_hello server_hello client_keyx server_keyx unknown") }

// grammars holds the grammar of each keyword. It is written by hand; TestCorpus compares it with a real Suricata.
var grammars = sync.OnceValue(func() map[string]grammar {
	return map[string]grammar{
		"app-layer-protocol": {`!?` + oneOf("http http1 http2 ftp tls smb dns dcerpc ssh smtp imap krb5 tftp ntp dhcp quic",
			"nfs snmp sip rfb mqtt telnet rdp pgsql bittorrent-dht failed"),
			"a protocol or failed, as in tls or !tls"},
		"asn1": {listOf(`double_overflow|bitstring_overflow|oversize_length \d{1,9}|(?:absolute|relative)_offset \d{1,5}`),
			"values such as oversize_length 500"},
		"base64_decode": {`bytes [1-9]\d{0,3}(, *offset \d{1,4})?(, *relative)?|offset \d{1,4}(, *relative)?|relative`,
			"values such as bytes 4, offset 2, relative"},
		"byte_extract": {`\d{1,2}, *-?\d{1,5}, *[A-Za-z]\w*(, *[a-z]+( \d+)?)*`, "values such as 1, 0, name, relative"},
		"byte_jump":    {`\d{1,2}, *(-?\d{1,5}|[A-Za-z]\w*)(, *[a-z_]+( -?\w+)?)*`, "values such as 2, 0, relative"},
		"byte_math": {`bytes ([1-9]|10), offset -?\d{1,5}, oper ([-+*/]|<<|>>), rvalue (\d{1,9}|[A-Za-z]\w*), result [A-Za-z]\w*` +
			`(, relative)?(, endian (big|little))?`,
			"values such as bytes 1, offset 0, oper +, rvalue 1, result name"},
		"byte_test": {`\d{1,2}, *!?(<|>|=|<=|>=|&|\^), *(\d{1,10}|0x[0-9a-fA-F]{1,8}|[A-Za-z]\w*), *(-?\d{1,5}|[A-Za-z]\w*)` +
			`(, *[a-z]+( 0x[0-9a-fA-F]{1,8})?)*`, "values such as 1, >, 5, 0, relative"},
		"classtype":    {`[A-Za-z][\w-]{0,59}`, "a class"},
		"csum":         {`valid|invalid`, "valid and invalid"},
		"dcerpc.iface": {`[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(, *[<>!=]\d{1,4})?(, *any_frag)?`, "a UUID"},
		"dcerpc.opnum": {`\d{1,5}(-\d{1,5})?(, *\d{1,5}(-\d{1,5})?)*`, "numbers and ranges, as in 1,4-6"},
		"depth":        {`\d{1,5}|[A-Za-z]\w*`, "a number from 1 to 65535, or a name that byte_extract sets"},
		"distance":     {`-?\d{1,5}|[A-Za-z]\w*`, "a number, or a name that byte_extract sets"},
		"fast_pattern": {`only|\d{1,5},\d{1,5}`, "only, or offset and length as in 0,4"},
		"flow":         {`[a-z_]+( *, *[a-z_]+)*`, "words with commas between"},
		"flowbits":     {`noalert|(set|unset|toggle|isset|isnotset), *[^\s,|"]+(\|[^\s,|"]+)*`, "values such as set,name"},
		"flowint": {`[A-Za-z][\w./]+, *(((\+|-|=|==|!=|<|<=|>|>=), *([A-Za-z]\w+|\d{1,9}))|isset|notset)`,
			"values such as counter,+,1; names have two characters or more"},
		"fragbits":   {`[+*!]?[MDR]{1,3}`, "M, D and R, as in !D"},
		"fragoffset": {`[<>]?\d{1,5}`, "values such as >5"},
		"geoip":      {`.+`, "countries"},
		"gid":        {`\d+`, "a number"},
		"hostbits":   {`(set|unset|toggle|isset|isnotset),[\w.-]+(,(src|dst|both))?`, "values such as set,name"},
		"http2.errorcode": {oneOf("NO_ERROR PROTOCOL_ERROR INTERNAL_ERROR FLOW_CONTROL_ERROR SETTINGS_TIMEOUT STREAM_CLOSED FRAME_SIZE_ERROR",
			"REFUSED_STREAM CANCEL COMPRESSION_ERROR CONNECT_ERROR ENHANCE_YOUR_CALM INADEQUATE_SECURITY HTTP_1_1_REQUIRED") + `|\d{1,9}`,
			"values such as NO_ERROR"},
		"http2.frametype": {`DATA|HEADERS|PRIORITY|RSTSTREAM|SETTINGS|PUSHPROMISE|PING|GOAWAY|WINDOWUPDATE|CONTINUATION|\d{1,2}`,
			"values such as DATA"},
		"http2.settings": {`SETTINGS_` +
			oneOf("HEADER_TABLE_SIZE ENABLE_PUSH MAX_CONCURRENT_STREAMS INITIAL_WINDOW_SIZE MAX_FRAME_SIZE MAX_HEADER_LIST_SIZE") +
			`( ?[=<>] ?\d{1,9})?`, "values such as SETTINGS_ENABLE_PUSH=0"},
		"ip_proto":               {`!?(tcp|udp|icmp|igmp|gre|esp|ah|sctp|TCP|UDP|ICMP)|[<>!]?\d{1,3}`, "a protocol or its number"},
		"ipopts":                 {`rr|eol|nop|ts|sec|esec|lsrr|ssrr|satid|any`, "rr, eol, nop, ts, sec, esec, lsrr, ssrr, satid and any"},
		"isdataat":               {`!?(\d{1,5}|[A-Za-z]\w*)(, *relative(, *rawbytes)?)?`, "values such as 5,relative"},
		"krb5.ticket_encryption": {`!?weak|\d{1,3}(,\d{1,3})*`, "weak, or numbers"},
		"krb5_err_code":          {`\d{1,2}|1[01]\d|12[0-7]`, "a number from 0 to 127"},
		"l3_proto":               {`ipv?[46]`, "ipv4 and ipv6"},
		"metadata":               {`[^;]+`, "keys and values, as in key value, key value"},
		"offset":                 {`\d{1,5}|[A-Za-z]\w*`, "a number from 0 to 65535, or a name that byte_extract sets"},
		"priority":               {`\d{1,3}`, "a number"},
		"reference":              {`[A-Za-z][\w-]*, *[^\s"][^"]*`, "values such as url,example.com"},
		"replace":                {`!?".+"`, "text in quotes"},
		"rev":                    {`[1-9]\d{0,8}`, "a number from 1"},
		"sid":                    {`\d{1,10}`, "a number"},
		"ssh.protoversion":       {`\d(\.\d{1,3})?|2_compat`, "values such as 2.0"},
		"ssh.softwareversion":    {`"[\w.-]+"|[\w.-]+`, "values such as OpenSSH"},
		"ssl_state": {`!?` + sslStates() + `([|,]` + sslStates() + `)*`,
			"client_hello, server_hello, client_keyx, server_keyx and unknown"},
		"ssl_version": {listOf(`sslv[23]|tls1\.[0-3]`) + `|` + listOf(`!sslv[23]|!tls1\.[0-3]`),
			"values such as tls1.2,tls1.3, either all or none with !"},
		"stream_size":        {`(client|server|both|either), *(<|>|=|!=|!|<=|>=), *\d{1,9}`, "values such as client,>,500"},
		"tag":                {`session(, *\d{1,5}, *(packets|bytes|seconds))?`, "session, as in session,10,packets"},
		"target":             {`src_ip|dest_ip`, "src_ip and dest_ip"},
		"tcp.flags":          {`[!*+]?([SAFRPU12CE]{1,8}|0)[+*]?(,[SAFRPU12CE]{1,8})?`, "the letters of the flags, as in S,12"},
		"tls.fingerprint":    {`!?"[0-9a-f]{2}(:[0-9a-f]{2}){19}"`, "20 pairs of digits in quotes"},
		"tls.issuerdn":       {`!?"[^";]+"`, "text in quotes"},
		"tls.subject":        {`!?"[^";]+"`, "text in quotes"},
		"tls.version":        {`1\.[0-3]`, "1.0, 1.1, 1.2 and 1.3"},
		"tls_cert_notafter":  {`[<>]?` + date + `|` + date + `<>` + date, "values such as >2027-01-31"},
		"tls_cert_notbefore": {`[<>]?` + date + `|` + date + `<>` + date, "values such as >2027-01-31"},
		"tos":                {`!?\d{1,3}`, "a number from 0 to 255"},
		"urilen":             {`[<>]?\d{1,5}(,(raw|norm))?|\d{1,5}<>\d{1,5}(,(raw|norm))?`, "values such as >5, or 5<>10"},
		"within":             {`\d{1,5}|[A-Za-z]\w*`, "a number from 1, or a name that byte_extract sets"},
		"xbits": {`(set|unset|toggle|isset|isnotset),[\w.-]+,track ip_(src|dst|pair)(,expire [1-9]\d{0,5})?`,
			"values such as set,name,track ip_src"},
		"xor": {`"([0-9a-fA-F]{2})+"`, "pairs of hexadecimal digits in quotes"},
	}
})

// date is the pattern of a date, which may end anywhere.
const date = `\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}:\d{2})?)?)?`
