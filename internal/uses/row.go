package uses

// row describes one use.
type row struct {
	name       string
	endpoint   string // the short name of the service whose VPC endpoint the parts go through
	minimal    []part
	cdk        []part // empty if the set is the same as minimal
	companions []companion
}

// part is a set of actions on some resources.
type part struct {
	endpoint  string // overrides the row's; empty if AWS calls
	actions   string // separated by spaces
	resources string // ARNs separated by spaces; "{arn}" stands for the target's ARN, "{keys}" for its keys
	awsCalls  bool   // AWS itself makes the calls, so only the role needs the actions
	anyOwner  bool   // see arch.Need
}

// do returns the part for some actions on some resources.
func do(actions, resources string) part { return part{actions: actions, resources: resources} }

// through returns the part with another endpoint than its row's.
func (p part) through(endpoint string) part {
	p.endpoint = endpoint
	return p
}

// byAWS returns the part for calls that AWS itself makes.
func (p part) byAWS() part {
	p.awsCalls = true
	return p
}

// ofAnyOwner returns the part for resources that accounts of AWS own.
func (p part) ofAnyOwner() part {
	p.anyOwner = true
	return p
}

// companion is a need of a use at another endpoint. Its requests are unsigned; see arch.Need.
type companion struct {
	part
	because string
}

// awsBuckets returns the companion for reading objects from buckets of AWS.
func awsBuckets(objects, because string) []companion {
	return []companion{{do("s3:GetObject", objects).through("s3"), because}}
}
