package arch

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestProtectionChecks: every mistake in what a tier serves is reported, and the nearest valid values pass.
func TestProtectionChecks(t *testing.T) {
	t.Parallel()
	block := func(s string) Peer { return Peer{Kind: CIDR, Operand: Operand{Text: s}} }
	tests := map[string]struct {
		change func(*Protection)
		want   string // rule
		says   string
	}{
		"nothing said":     {func(*Protection) {}, "", ""},
		"observed":         {func(p *Protection) { p.Mode = Observe }, "", ""},
		"prepared":         {func(p *Protection) { p.Mode = Prepare }, "protection-mode", "got 2; allowed are waf.Enforce and waf.Observe"},
		"no such tier":     {func(p *Protection) { p.Tier = "Nobody" }, "no-tier", `the network has no tier "Nobody"`},
		"somebody else's":  {func(p *Protection) { p.Tier = "Theirs" }, "protection-imported", "waf.NewWebACL"},
		"no HTTP":          {func(p *Protection) { p.Tier = "Data" }, "protection-http", "no flow leads to Data on tcp 80, 443, 8080, 8443"},
		"HTTP elsewhere":   {func(p *Protection) { p.Serves.Ports = []int{8000} }, "protection-http", "on tcp 8000"},
		"HTTP on its port": {func(p *Protection) { p.Tier, p.Serves.Ports = "Data", []int{3306} }, "", ""},
		"port":             {func(p *Protection) { p.Serves.Ports = []int{443, 70000} }, "protection-port", "got 70000"},
		"hosts":            {func(p *Protection) { p.Serves.Hosts = []string{"Shop.example.com", ".example.org"} }, "", ""},
		"host with port":   {func(p *Protection) { p.Serves.Hosts = []string{"shop.example.com:443"} }, "protection-host", "port or path"},
		"host wildcard":    {func(p *Protection) { p.Serves.Hosts = []string{"*.example.com"} }, "protection-host", "leading dot"},
		"routes": {func(p *Protection) {
			p.Serves.Routes = []Route{{Path: "/api/*", Methods: []string{"GET", "PUT"}}, {Path: "/"}}
		}, "", ""},
		"relative path":   {func(p *Protection) { p.Serves.Routes = []Route{{Path: "api"}} }, "protection-path", `got "api" in Routes`},
		"star inside":     {func(p *Protection) { p.Serves.Admin = []string{"/a*/b"} }, "protection-path", "star at the end"},
		"query":           {func(p *Protection) { p.Serves.Login = []string{"/login?next=1"} }, "protection-path", "in Login"},
		"encoded":         {func(p *Protection) { p.Serves.Uploads = []string{"/up%20load"} }, "protection-path", "in Uploads"},
		"double slash":    {func(p *Protection) { p.Serves.Login = []string{"//login"} }, "protection-path", "a path never matches"},
		"detour":          {func(p *Protection) { p.Serves.Login = []string{"/a/../login"} }, "protection-path", "a path never matches"},
		"dots at the end": {func(p *Protection) { p.Serves.Login = []string{"/a/.."} }, "protection-path", "a path never matches"},
		"dots in a name":  {func(p *Protection) { p.Serves.Login = []string{"/a/..b"} }, "", ""},
		"method": {func(p *Protection) { p.Serves.Routes = []Route{{Path: "/", Methods: []string{"get"}}} }, "protection-method",
			`got "get" for /`},
		"technology": {func(p *Protection) { p.Serves.Technologies = []Technology{0} }, "protection-technology", "got 0"},
		"SQL":        {func(p *Protection) { p.Serves.SQL = 7 }, "protection-sql", "got 7"},
		"admin of no path": {func(p *Protection) { p.Serves.AdminSources = []Peer{block("203.0.113.0/24")} }, "protection-admin",
			"name the paths in Admin"},
		"admin": {func(p *Protection) {
			p.Serves.Admin, p.Serves.AdminSources = []string{"/admin"}, []Peer{block("203.0.113.0/24")}
		}, "", ""},
		"host bits": {func(p *Protection) { p.BlockedSources = []Peer{block("203.0.113.1/24")} }, "cidr", "203.0.113.0/24"},
		"everybody": {func(p *Protection) { p.BlockedSources = []Peer{block("0.0.0.0/0")} }, "cidr-everywhere", "rejects a block of length 0"},
		"symbolic": {func(p *Protection) {
			p.BlockedSources = []Peer{{Kind: CIDR, Operand: Operand{Text: "Shop/Office", Symbolic: true}}}
		}, "", ""},
		"country": {func(p *Protection) { p.Countries = []string{"de"} }, "protection-country", `got "de"`},
		"countries, both": {func(p *Protection) { p.Countries, p.BlockedCountries = []string{"DE"}, []string{"FR"} }, "protection-country",
			"leave out BlockedCountries"},
		"address header":  {func(p *Protection) { p.ClientAddress = "X-Forwarded-For" }, "", ""},
		"no header":       {func(p *Protection) { p.ClientAddress = "X Forwarded For" }, "protection-header", "the client's address"},
		"origin":          {func(p *Protection) { p.Origin = &Origin{Header: "X-Origin", Secrets: 1} }, "", ""},
		"origin's header": {func(p *Protection) { p.Origin = &Origin{Header: "", Secrets: 1} }, "protection-header", "the origin's secret"},
		"no secret":       {func(p *Protection) { p.Origin = &Origin{Header: "X-Origin"} }, "protection-origin", "anybody could send the header"},
		"rate":            {func(p *Protection) { p.RateLimit = 9 }, "protection-rate", "got RateLimit 9; allowed are 10 to"},
		"no rate":         {func(p *Protection) { p.RateLimit = -1 }, "", ""},
		"negative rate":   {func(p *Protection) { p.RateLimit = -2 }, "protection-rate", "got RateLimit -2"},
		"login rate":      {func(p *Protection) { p.Serves.LoginLimit = 3 }, "protection-rate", "got LoginLimit 3"},
		"rates": {func(p *Protection) {
			p.RateLimits = []Rate{{Name: "Search", Limit: 10, Window: 60}, {Name: "Api", Limit: 2_000_000_000}}
		}, "", ""},
		"rate without name": {func(p *Protection) { p.RateLimits = []Rate{{Limit: 10}} }, "protection-rate", `got ""`},
		"rate twice": {func(p *Protection) { p.RateLimits = []Rate{{Name: "A", Limit: 10}, {Name: "A", Limit: 20}} }, "protection-rate",
			"two rate limits have one name"},
		"rate window": {func(p *Protection) { p.RateLimits = []Rate{{Name: "A", Limit: 10, Window: 90}} }, "protection-rate", "got 90"},
		"rate path": {func(p *Protection) { p.RateLimits = []Rate{{Name: "A", Limit: 10, Paths: []string{"x"}}} }, "protection-path",
			"in RateLimits"},
		"exception": {func(p *Protection) { p.Exceptions = []RuleException{{"G", "R", "false alarms"}} }, "", ""},
		"without a reason": {func(p *Protection) { p.Exceptions = []RuleException{{"G", "R", " "}} }, "protection-exception",
			"state the reason"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := TierPeer(Data, "Data")
			a := Architecture{
				Network: Network{Path: "Shop/Network", Range: Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a"}},
				Tiers: []Tier{{ID: "Edge", Kind: Edge}, {ID: "Web", Kind: Web}, {ID: "App", Kind: App}, {ID: "Data", Kind: Data},
					{ID: "Theirs", Kind: App, Imported: &Imported{Group: Operand{Text: "sg-0123456789abcdef0"}, Egress: EgressRestricted}}},
				Flows: []Flow{{From: Peer{Kind: Internet}, To: TierPeer(Edge, "Edge"), Service: "https"},
					{From: TierPeer(Edge, "Edge"), To: TierPeer(Web, "Web"), Service: "http"},
					{From: TierPeer(Web, "Web"), To: TierPeer(App, "App"), Service: "tcp/8080"}, {From: TierPeer(App, "App"), To: data, Service: "mysql"},
					{From: TierPeer(App, "App"), To: TierPeer(App, "Theirs"), Service: "https"}},
			}
			p := Protection{Tier: "Edge"}
			test.change(&p)
			a.Protections = []Protection{p}
			_, diags := check(t, a)
			if test.want == "" {
				require.Empty(t, diags.String())
				return
			}
			require.Len(t, diags, 1, diags.String())
			assert.Equal(t, test.want, diags[0].Rule)
			assert.Contains(t, diags[0].String(), test.says)
		})
	}
}

// TestProtectionTwice: AWS accepts one web ACL for a resource.
func TestProtectionTwice(t *testing.T) {
	t.Parallel()
	_, diags := check(t, Architecture{
		Network:     Network{Path: "Shop/Network", Range: Operand{Text: "10.0.0.0/16"}, Zones: []string{"eu-west-1a"}},
		Tiers:       []Tier{{ID: "Edge", Kind: Edge}},
		Flows:       []Flow{{From: Peer{Kind: Internet}, To: TierPeer(Edge, "Edge"), Service: "https"}},
		Protections: []Protection{{Tier: "Edge"}, {Tier: "Edge"}},
	})
	require.Len(t, diags, 1)
	assert.Equal(t, "protection-twice", diags[0].Rule)
}
