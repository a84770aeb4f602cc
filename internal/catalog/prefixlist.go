package catalog

import (
	"slices"
	"sync"
)

// prefixLists holds the ids of AWS's managed prefix lists of Amazon S3 and DynamoDB. AWS publishes them only through
// its API. These ids were answered by DescribePrefixLists in each Region and checked against rules in public use. An id
// never changes. A Region that is not listed is unknown, because a wrong id would cause an outage.
var prefixLists = sync.OnceValue(func() map[string]struct{ s3, dynamodb string } {
	return map[string]struct{ s3, dynamodb string }{
		"ap-northeast-1": {"pl-61a54008", "pl-78a54011"},
		"ap-northeast-2": {"pl-78a54011", "pl-48a54021"},
		"ap-south-1":     {"pl-78a54011", "pl-66a7420f"},
		"ap-southeast-1": {"pl-6fa54006", "pl-67a5400e"},
		"ap-southeast-2": {"pl-6ca54005", "pl-62a5400b"},
		"ca-central-1":   {"pl-7da54014", "pl-4ea54027"},
		"eu-central-1":   {"pl-6ea54007", "pl-66a5400f"},
		"eu-north-1":     {"pl-c3aa4faa", "pl-adae4bc4"}, // not asked there; both ids stand in several rules in public use
		"eu-west-1":      {"pl-6da54004", "pl-6fa54006"},
		"eu-west-2":      {"pl-7ca54015", "pl-b3a742da"},
		"eu-west-3":      {"pl-23ad484a", "pl-abb451c2"},
		"sa-east-1":      {"pl-6aa54003", "pl-60a54009"},
		"us-east-1":      {"pl-63a5400a", "pl-02cd2c6b"},
		"us-east-2":      {"pl-7ba54012", "pl-4ca54025"},
		"us-west-1":      {"pl-6ba54002", "pl-6ea54007"},
		"us-west-2":      {"pl-68a54001", "pl-00a54069"},
	}
})

// PrefixList returns the id of the prefix list of a gateway endpoint's service in a Region, and false if it is unknown.
func PrefixList(service, region string) (id string, ok bool) {
	lists, ok := prefixLists()[region]
	switch service {
	case "s3":
		id = lists.s3
	case "dynamodb":
		id = lists.dynamodb
	}
	return id, ok && id != ""
}

// PrefixListService returns the service whose prefix list has the given id in a Region.
func PrefixListService(id, region string) (service string, ok bool) {
	switch lists, known := prefixLists()[region]; {
	case known && id == lists.s3:
		return "s3", true
	case known && id == lists.dynamodb:
		return "dynamodb", true
	}
	return "", false
}

// IsPrefixListOf reports whether the id belongs to a service's prefix list in some Region.
func IsPrefixListOf(id, service string) bool { return listsOfServices()[listOf{id, service}] }

type listOf struct{ id, service string }

var listsOfServices = sync.OnceValue(func() map[listOf]bool {
	out := map[listOf]bool{}
	for _, lists := range prefixLists() {
		out[listOf{lists.s3, "s3"}], out[listOf{lists.dynamodb, "dynamodb"}] = true, true
	}
	return out
})

// PrefixListWeight returns how many rules of a security group a reference to the list of a gateway endpoint's service
// counts as (Amazon VPC User Guide, AWS-managed prefix list weight).
func PrefixListWeight(service string) int {
	if service == "s3express" {
		return 6
	}
	return 1
}

// CloudFrontPrefixListWeight is how many rules a reference to CloudFront's list of origin-facing addresses counts as in a
// security group (Amazon VPC User Guide, AWS-managed prefix list weight).
const CloudFrontPrefixListWeight = 55

// cloudFrontLists are the known ids of that list for IPv4. An id never changes.
var cloudFrontLists = []string{
	"pl-58a04531", "pl-22a6434b", "pl-9aa247f3", "pl-31a34658", "pl-b8a742d1", "pl-38a64351", "pl-a3a144ca", "pl-fab65393",
	"pl-4fa04526", "pl-93a247fa", "pl-75b1541c", "pl-5da64334", "pl-3b927c52", "pl-b6a144df", "pl-4ea04527", "pl-82a045eb",
}

// IsCloudFrontPrefixList reports whether an id is a known id of CloudFront's list of origin-facing IPv4 addresses.
func IsCloudFrontPrefixList(id string) bool { return slices.Contains(cloudFrontLists, id) }
