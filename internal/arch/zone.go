package arch

import (
	"fmt"
	"regexp"
	"strings"
)

// MaxZones is how many availability zones a block has room for.
const MaxZones = 4

// Zone is an availability zone with its place in every block.
type Zone struct {
	Name string
	Slot int // 0 to 3
}

// zoneName also matches local zones: "us-west-2-lax-1a".
var zoneName = regexp.MustCompile(`^[a-z]+(-[a-z0-9]+)*-[0-9]+[a-f]$`)

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

// Region is the network's, from the names of its zones or else from its stack; empty if it is not known.
func (n Network) Region() string {
	for _, zone := range n.Zones {
		if _, err := ZoneSlot(zone); err == nil {
			region := zone[:len(zone)-1]
			if fields := strings.Split(region, "-"); len(fields) > 3 && !strings.HasPrefix(region, "us-gov") && !strings.HasPrefix(region, "us-iso") { // A local zone: "us-west-2-lax-1".
				region = strings.Join(fields[:3], "-")
			}
			return region
		}
	}
	return n.StackRegion
}

// Partition is that of the network's Region; empty if it is not known.
func (n Network) Partition() string {
	switch region := n.Region(); {
	case region == "":
		return ""
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	case strings.HasPrefix(region, "us-iso") || strings.HasPrefix(region, "eu-iso") || strings.HasPrefix(region, "eusc-"):
		return ""
	}
	return "aws"
}
