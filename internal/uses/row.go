package uses

// row is a use.
type row struct {
	endpoint string // the short name of the service whose endpoint its parts go through
	minimal  []part
	cdk      []part // empty is as minimal
	along    []companion
}

// part is a set of actions on some resources.
type part struct {
	endpoint string // as in row, which it overrides; empty if AWS calls
	actions  string // separated by spaces
	on       string // ARNs separated by spaces: "{arn}" stands for the target's, "{keys}" for its keys
	awsCalls bool   // AWS itself calls the actions, so that only the role needs them
	anyOwner bool   // see arch.Need
}

// do returns the part of some actions on some resources.
func do(actions, on string) part { return part{actions: actions, on: on} }

// through returns the part with another endpoint than its row's.
func (p part) through(endpoint string) part {
	p.endpoint = endpoint
	return p
}

// byAWS returns the part for actions that AWS itself calls.
func (p part) byAWS() part {
	p.awsCalls = true
	return p
}

// ofAnyOwner returns the part for resources in accounts of AWS.
func (p part) ofAnyOwner() part {
	p.anyOwner = true
	return p
}

// companion is a need that comes along with a use. Its requests are unsigned, see arch.Need.
type companion struct {
	part
	because string
}

// awsBuckets returns the companion that reads objects from buckets of AWS.
func awsBuckets(objects, because string) []companion {
	return []companion{{do("s3:GetObject", objects).through("s3"), because}}
}
