package usage

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const describedInterfaces = `{"NetworkInterfaces": [
	{"NetworkInterfaceId": "eni-a", "VpcId": "vpc-1", "PrivateIpAddress": "10.0.48.9",
	 "Attachment": {"AttachTime": "2026-11-28T10:00:00+00:00"},
	 "PrivateIpAddresses": [{"PrivateIpAddress": "10.0.48.9", "Primary": true}, {"PrivateIpAddress": "10.0.48.10"}],
	 "Ipv6Addresses": [{"Ipv6Address": "2001:db8::1"}], "TagSet": [{"Key": "Tier", "Value": "Batch"}, {"Key": "Name", "Value": "App"}]},
	{"NetworkInterfaceId": "eni-b", "VpcId": "vpc-2", "PrivateIpAddress": "10.0.48.9"},
	{"NetworkInterfaceId": "eni-c", "VpcId": "vpc-1", "PrivateIpAddress": "10.0.32.7", "TagSet": [{"Key": "tier", "Value": "nobody"}]}
]}`

func TestReadInterfaces(t *testing.T) {
	t.Parallel()
	m := shop(t)
	got, err := ReadInterfaces([]byte(describedInterfaces), m, "vpc-1")
	require.NoError(t, err)
	require.Len(t, got, 2)
	assert.Equal(t, "[10.0.48.9 10.0.48.9 10.0.48.10 2001:db8::1] [Batch] 2026-11-28T10:00:00Z",
		fmtSprint(got[0].Addresses)+" "+fmtSprint(got[0].Tiers)+" "+got[0].Since.UTC().Format("2006-01-02T15:04:05Z07:00"))
	assert.Empty(t, got[1].Tiers)
	for text, want := range map[string]string{
		`[`:  `it is not the output of "aws ec2 describe-network-interfaces" in JSON: unexpected end of JSON input`,
		`{}`: "it lists no interfaces under NetworkInterfaces",
		`{"NetworkInterfaces": [{"NetworkInterfaceId": "eni-x", "PrivateIpAddress": "10.0"}]}`: `interface eni-x: "10.0" is not an address`,
	} {
		_, err := ReadInterfaces([]byte(text), m, "")
		assert.EqualError(t, err, want)
	}
}

// TestListedWithoutTag: a listed interface without a tag is of the tiers of its subnet, and its records must be there.
func TestListedWithoutTag(t *testing.T) {
	t.Parallel()
	m := shop(t)
	listed, err := ReadInterfaces([]byte(`{"NetworkInterfaces": [{"NetworkInterfaceId": "eni-x", "PrivateIpAddress": "10.0.32.77"}]}`), m, "")
	require.NoError(t, err)
	r := conclude(t, &Network{Model: m, Interfaces: listed}, flagged+idle(0, 4, "10.0.32.5"))
	assert.Equal(t, "not seen; no record is known to be of an interface of App; the interface eni-x of Web has no records", verdictOf(r))
}
