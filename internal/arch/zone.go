package arch

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tierwall/tierwall/internal/lazyregexp"
)

// MaxZones is the number of availability zones that a block has room for.
const MaxZones = 4

// Zone is an availability zone with its place in every block.
type Zone struct {
	Name string
	Slot int // 0 to 3
}

// zoneName also matches local zones: "us-west-2-lax-1a".
var zoneName = lazyregexp.New(`^[a-z]+(-[a-z0-9]+)*-[0-9]+[a-f]$`)

// ZoneSlot returns the place of a zone in a block. It depends on the zone's letter alone, so that adding, removing or
// reordering zones moves no subnet: a to d have places 0 to 3, e shares d's and f shares c's.
func ZoneSlot(name string) (int, error) {
	if IsToken(name) {
		return 0, fmt.Errorf("zone is a CDK token; write its name, as in \"eu-west-1a\": a subnet's place depends on it")
	}
	if !zoneName.MatchString(name) {
		return 0, fmt.Errorf("%q is not the name of an availability zone, as in \"eu-west-1a\"", name)
	}
	letter := int(name[len(name)-1] - 'a')
	if letter >= MaxZones {
		return 7 - letter, nil
	}
	return letter, nil
}

// regionOf returns the Region of a zone that [ZoneSlot] accepts. It ends with the first number; the name of a local zone goes on:
// "us-west-2-lax-1a".
func regionOf(zone string) string {
	fields := strings.Split(zone[:len(zone)-1], "-")
	end := slices.IndexFunc(fields, func(f string) bool { return f[0] >= '0' && f[0] <= '9' })
	return strings.Join(fields[:end+1], "-")
}

// oneRegion reports zones that are not all in the network's Region.
func (c *checker) oneRegion(n Network, fail func(rule, summary, detail, fix string)) {
	region, because := n.StackRegion, "the network's stack is in "+n.StackRegion
	for _, z := range c.m.Zones {
		switch in := regionOf(z.Name); {
		case region == "":
			region, because = in, z.Name+" is in "+in
		case in != region:
			fail("zones", "a zone is in another Region", fmt.Sprintf("%s is in %s, but %s", z.Name, in, because),
				"name zones of one Region: that of the stack")
			return
		}
	}
}
