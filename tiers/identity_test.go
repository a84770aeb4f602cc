package tiers_test

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/tiers"
	"github.com/tierwall/tierwall/tiers/tierstest"
)

// The property test of package plan draws thousands of edits. This test draws a few, and compares the resources that CDK makes.

type wiredApp struct {
	apps  []appTier
	flows []appFlow
	zones []string
}

type appTier struct {
	id    string
	block int
}

type appFlow struct {
	from, to string // "" is the internet
	port     int
	reason   string
}

// synthesize wires the app and returns its resources.
func (w wiredApp) synthesize(t *testing.T) map[string]map[string]any {
	t.Helper()
	stack := tierstest.Stack(t)
	n := tiers.NewNetwork(stack, "Network", &tiers.NetworkProps{CIDR: "10.0.0.0/16", AvailabilityZones: w.zones, NAT: tiers.NATSingle})
	made := map[string]*tiers.AppTier{}
	for _, a := range w.apps {
		made[a.id] = tiers.NewAppTier(n, a.id, &tiers.TierProps{Block: a.block})
	}
	for _, f := range w.flows {
		if f.to == "" {
			made[f.from].AllowTo(tiers.Internet, tiers.TCP(f.port), tiers.Because(f.reason))
		} else {
			made[f.from].AllowTo(made[f.to], tiers.TCP(f.port), tiers.Because(f.reason))
		}
	}
	return resources(t, stack)
}

// awsKey returns the key by which AWS identifies the resource among its siblings. It is empty if the key is the id of the resource.
func awsKey(r map[string]any) string {
	p, _ := r["Properties"].(map[string]any)
	spell := func(names ...string) string {
		key := fmt.Sprint(r["Type"])
		for _, name := range names {
			text, _ := json.Marshal(p[name])
			key += " " + string(text)
		}
		return key
	}
	switch r["Type"] {
	case "AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress":
		return spell("GroupId", "IpProtocol", "FromPort", "ToPort", "SourceSecurityGroupId", "DestinationSecurityGroupId")
	case "AWS::EC2::Subnet":
		return spell("CidrBlock")
	case "AWS::EC2::Route":
		return spell("RouteTableId", "DestinationCidrBlock")
	case "AWS::EC2::SubnetRouteTableAssociation", "AWS::EC2::NatGateway":
		return spell("SubnetId")
	}
	return ""
}

func keys(t *testing.T, all map[string]map[string]any) map[string]string {
	t.Helper()
	out := map[string]string{}
	for id, r := range all {
		if key := awsKey(r); key != "" {
			require.Empty(t, out[key], "two resources with one key: %s", key)
			out[key] = id
		}
	}
	return out
}

func TestEditsKeepLogicalIDs(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	rounds := edits
	if *allCases {
		rounds *= 2
	}
	for round := range rounds {
		w := wiredApp{zones: []string{"eu-west-1a", "eu-west-1b"}}
		for i := range 3 + random.Intn(4) {
			w.apps = append(w.apps, appTier{fmt.Sprintf("%c%d", 'A'+rune(random.Intn(26)), i), 6 + i})
		}
		seen := map[appFlow]bool{}
		for range 8 {
			f := appFlow{from: w.apps[random.Intn(len(w.apps))].id, to: w.apps[random.Intn(len(w.apps))].id, port: 8000 + 2*random.Intn(3)}
			if random.Intn(5) == 0 {
				f.to = ""
			}
			if !seen[f] {
				seen[f] = true
				f.reason = fmt.Sprintf("reason %d", len(w.flows))
				w.flows = append(w.flows, f)
			}
		}
		before := w.synthesize(t)
		after := edited(random, w, round%edits).synthesize(t)
		was, is := keys(t, before), keys(t, after)
		for key, id := range is {
			if old, ok := was[key]; ok {
				assert.Equal(t, old, id, "round %d: %s", round, key)
			}
		}
		same := 0
		for id, r := range after {
			if r["Type"] == "AWS::EC2::Subnet" && before[id] != nil {
				assert.Equal(t, before[id]["Properties"].(map[string]any)["CidrBlock"], r["Properties"].(map[string]any)["CidrBlock"], id)
				same++
			}
		}
		assert.NotZero(t, same)
	}
}

// edits is the number of edits that edited knows.
const edits = 6

// edited returns the app with one change.
func edited(random *rand.Rand, w wiredApp, edit int) wiredApp {
	e := wiredApp{zones: w.zones, apps: append([]appTier{}, w.apps...), flows: append([]appFlow{}, w.flows...)}
	switch edit {
	case 0: // another order
		random.Shuffle(len(e.apps), func(i, j int) { e.apps[i], e.apps[j] = e.apps[j], e.apps[i] })
		random.Shuffle(len(e.flows), func(i, j int) { e.flows[i], e.flows[j] = e.flows[j], e.flows[i] })
	case 1: // a flow less
		e.flows = e.flows[1:]
	case 2: // a tier more, in front
		e.apps = append([]appTier{{"AAA", 14}}, e.apps...)
		e.flows = append(e.flows, appFlow{"AAA", w.apps[0].id, 9000, "new"})
	case 3: // another reason
		e.flows[0].reason = "another"
	case 4: // another name on the same block
		old := e.apps[0].id
		e.apps[0].id = "Renamed"
		for i := range e.flows {
			for _, end := range []*string{&e.flows[i].from, &e.flows[i].to} {
				if *end == old {
					*end = "Renamed"
				}
			}
		}
	case 5: // a zone more, and another order of zones
		e.zones = []string{"eu-west-1c", "eu-west-1b", "eu-west-1a"}
	}
	return e
}
