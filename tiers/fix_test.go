package tiers_test

import (
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/tierstest"
)

var (
	allowCode  = regexp.MustCompile(`(\w+)\.(AllowTo|AllowFrom)\((.+), ([^,]+)\)`)
	exceptCode = regexp.MustCompile(`Except\(tiers\.Exception\{From: (.+), To: (.+), Service: (.+), Reason: "\.\.\.", Owner: "\.\.\."\}\)`)
	callCode   = regexp.MustCompile(`^tiers\.(\w+)\("?([^",]*)"?(?:, (\d+))?\)$`)
)

// coder runs the calls in the fixes of errors.
type coder struct {
	t     *testing.T
	n     *tiers.Network
	tiers map[string]tiers.Tier
}

// run runs the first call in a fix. It returns false if the fix has no call.
func (c coder) run(fix string) bool {
	if call := exceptCode.FindStringSubmatch(fix); call != nil {
		c.n.Except(tiers.Exception{
			From: c.peer(call[1]), To: c.peer(call[2]), Service: c.service(call[3]), Reason: "a reason", Owner: "an owner",
		})
		return true
	}
	call := allowCode.FindStringSubmatch(fix)
	if call == nil {
		return false
	}
	allow := reflect.ValueOf(c.tiers[call[1]]).MethodByName(call[2])
	require.True(c.t, allow.IsValid(), fix)
	peer := reflect.ValueOf(c.peer(call[3]))
	require.True(c.t, peer.Type().Implements(allow.Type().In(0)), "%s does not compile", fix)
	allow.Call([]reflect.Value{peer, reflect.ValueOf(c.service(call[4]))})
	return true
}

func (c coder) peer(code string) tiers.Peer {
	if t, ok := c.tiers[code]; ok {
		return t
	}
	if code == "tiers.Internet" {
		return tiers.Internet
	}
	call := callCode.FindStringSubmatch(code)
	require.NotNil(c.t, call, code)
	entries, _ := strconv.Atoi(call[3])
	return map[string]func() tiers.Peer{
		"CIDR":       func() tiers.Peer { return tiers.CIDR(call[2]) },
		"PrefixList": func() tiers.Peer { return tiers.PrefixList(call[2], entries) },
	}[call[1]]()
}

func (c coder) service(code string) tiers.Service {
	if text, err := strconv.Unquote(code); err == nil {
		return tiers.Service(text)
	}
	call := callCode.FindStringSubmatch(code)
	require.NotNil(c.t, call, code)
	port, err := strconv.Atoi(call[2])
	require.NoError(c.t, err, code)
	return map[string]func(int, ...int) tiers.Service{"TCP": tiers.TCP, "UDP": tiers.UDP}[call[1]](port)
}

// fixes returns the fixes in the text of an error.
func fixes(err error) []string {
	var out []string
	for line := range strings.Lines(err.Error()) {
		if fix, ok := strings.CutPrefix(strings.TrimSpace(line), "fix: "); ok {
			out = append(out, fix)
		}
	}
	return out
}

// TestFixesOfRequests: for every request of a construct, the call in the error declares a flow that covers the request.
func TestFixesOfRequests(t *testing.T) {
	peers := map[string]func(coder) awsec2.IConnectable{
		"the internet": func(coder) awsec2.IConnectable { return connectable(awsec2.Peer_AnyIpv4()) },
		"a block":      func(coder) awsec2.IConnectable { return connectable(awsec2.Peer_Ipv4(new("203.0.113.0/24"))) },
	}
	for _, id := range []string{"Edge", "Inner", "Web", "App", "Data", "Bastion"} {
		peers[id] = func(c coder) awsec2.IConnectable { return c.tiers[id] }
	}
	ports := []awsec2.Port{
		awsec2.Port_Tcp(new(9999.0)), awsec2.Port_Udp(new(53.0)), awsec2.Port_TcpRange(new(80.0), new(90.0)), awsec2.Port_IcmpPing(),
	}
	for _, id := range []string{"Edge", "Inner", "Web", "App", "Data", "Bastion"} {
		t.Run(id, func(t *testing.T) {
			stack := tierstest.Stack(t)
			c := kinds(t, stack)
			asked := 0
			for _, name := range slices.Sorted(maps.Keys(peers)) {
				c.tiers[id].Connections().AllowTo(peers[name](c), ports[asked%len(ports)], nil)
				c.tiers[id].Connections().AllowFrom(peers[name](c), ports[(asked+1)%len(ports)], nil)
				asked += 2
			}
			err := tierstest.Synth(t, stack)
			require.ErrorContains(t, err, "that is not declared")
			all := fixes(err)
			assert.Len(t, all, asked, "every request has an answer of its own")
			for _, fix := range all {
				require.True(t, c.run(fix), "nothing to do: %s", fix)
			}
			if err = tierstest.Synth(t, stack); err != nil { // The proof may have findings: there is no route from there.
				assert.NotContains(t, err.Error(), "error: ")
			}
		})
	}
}

// kinds makes tiers of all kinds and returns them by id.
func kinds(t *testing.T, stack awscdk.Stack) coder {
	n := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{CIDR: "10.0.0.0/16", AvailabilityZones: []string{"eu-west-1a"}})
	c := coder{t: t, n: n, tiers: map[string]tiers.Tier{
		"Edge": tiers.NewEdgeTier(n, "Edge", nil), "Inner": tiers.NewEdgeTier(n, "Inner", &tiers.EdgeTierProps{Internal: true, Block: 6}),
		"Web": tiers.NewWebTier(n, "Web", nil), "App": tiers.NewAppTier(n, "App", nil), "Data": tiers.NewDataTier(n, "Data", nil),
		"Bastion": tiers.NewBastionTier(n, "Bastion", nil),
	}}
	return c
}

func connectable(peer awsec2.IPeer) awsec2.IConnectable {
	return awsec2.NewConnections(&awsec2.ConnectionsProps{Peer: peer})
}

// TestFixes: after the fix of an error is applied literally, there is no error.
func TestFixes(t *testing.T) {
	for name, test := range map[string]struct {
		wrong, mended func(coder)
		fix           string
	}{
		"a block": {
			func(c coder) { tiers.NewWebTier(c.n, "More", nil) },
			func(c coder) { tiers.NewWebTier(c.n, "More", &tiers.TierProps{Block: 7}) },
			"set Block: 7, which is the next free one",
		},
		"an internal edge": {
			func(c coder) { c.tiers["Inner"].(*tiers.EdgeTier).AllowFrom(tiers.Internet, tiers.HTTPS) }, nil,
			`Except(tiers.Exception{From: tiers.Internet, To: Inner, Service: "https", Reason: "...", Owner: "..."})`,
		},
		"every address to a bastion": {
			func(c coder) { c.tiers["Bastion"].(*tiers.BastionTier).AllowFrom(tiers.CIDR("0.0.0.0/0"), tiers.SSH) }, nil,
			`Except(tiers.Exception{From: tiers.Internet, To: Bastion, Service: "ssh", Reason: "...", Owner: "..."})`,
		},
		"every address to the edge": {
			func(c coder) { c.tiers["Edge"].(*tiers.EdgeTier).AllowFrom(tiers.CIDR("0.0.0.0/0"), tiers.SSH) },
			func(c coder) { c.tiers["Edge"].(*tiers.EdgeTier).AllowFrom(tiers.Internet, tiers.SSH) },
			"use tiers.Internet",
		},
		"a needless exception": {
			func(c coder) {
				c.n.Except(tiers.Exception{From: c.tiers["Data"], To: c.tiers["App"], Service: tiers.HTTPS})
			},
			func(c coder) {
				c.n.Except(tiers.Exception{From: c.tiers["Data"], To: c.tiers["App"], Service: tiers.HTTPS, Reason: "r", Owner: "o"})
			},
			"state why it is needed and who owns it",
		},
		"a tier of another network": {
			func(c coder) { c.tiers["App"].(*tiers.AppTier).AllowTo(other(c), tiers.HTTPS) },
			func(c coder) {
				theirs := *other(c).SecurityGroup().SecurityGroupId()
				c.tiers["App"].(*tiers.AppTier).AllowTo(tiers.ImportDataTier(c.n, "Remote", &tiers.ImportProps{SecurityGroupID: theirs}), tiers.HTTPS)
			},
			"import it into this network with ImportDataTier and the id of its group, and use the imported tier",
		},
		"a name that nobody looks for": {
			func(c coder) { c.tiers["App"].(*tiers.AppTier).AllowTo(tiers.Domain("api.example.com"), tiers.HTTPS) },
			func(c coder) { c.tiers["App"].(*tiers.AppTier).AllowTo(tiers.Internet, tiers.HTTPS) },
			"or use tiers.Internet",
		},
		"too many rules": {
			func(c coder) { many(c, 61) },
			func(c coder) {
				c.tiers["App"].(*tiers.AppTier).AllowTo(c.tiers["Data"].(*tiers.DataTier), tiers.TCPRange(2, 122))
			},
			"merge ports into ranges",
		},
	} {
		t.Run(name, func(t *testing.T) {
			stack := tierstest.Stack(t)
			test.wrong(kinds(t, stack))
			err := tierstest.Synth(t, stack)
			require.ErrorContains(t, err, test.fix)

			stack = tierstest.Stack(t)
			c := kinds(t, stack)
			if test.mended == nil {
				require.True(t, c.run(test.fix))
			} else {
				test.mended(c)
			}
			assert.NoError(t, tierstest.Synth(t, stack))
		})
	}
}

// other returns a tier of another network.
func other(c coder) *tiers.DataTier {
	return tiers.NewDataTier(tiers.NewNetwork(awscdk.Stack_Of(c.n), "Other", twoZones()), "Remote", nil)
}

// many declares a flow for each of many ports.
func many(c coder, ports int) {
	for i := range ports {
		c.tiers["App"].(*tiers.AppTier).AllowTo(c.tiers["Data"].(*tiers.DataTier), tiers.TCP(2+2*i))
	}
}
