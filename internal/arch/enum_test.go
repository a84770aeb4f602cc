package arch

import (
	"encoding"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWordsRoundTrip(t *testing.T) {
	t.Parallel()
	check := func(value encoding.TextMarshaler, into encoding.TextUnmarshaler, want string) {
		t.Helper()
		got, err := value.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, want, string(got))
		require.NoError(t, into.UnmarshalText(got))
	}
	kind, nat, layout, egress, path, mode := Kind(0), NATPerZone, OneStack, EgressUnknown, Direct, Enforce
	for _, k := range Kinds() {
		check(k, &kind, k.String())
		assert.Equal(t, k, kind)
	}
	check(NATSingle, &nat, "single")
	assert.Equal(t, NATSingle, nat)
	acls := NetworkACLsOn
	check(NetworkACLsOff, &acls, "off")
	assert.Equal(t, NetworkACLsOff, acls)
	check(NestedStacks, &layout, "nested stacks")
	assert.Equal(t, NestedStacks, layout)
	check(EgressRestricted, &egress, "restricted")
	assert.Equal(t, EgressRestricted, egress)
	check(ThroughGateway, &path, "through gateway")
	assert.Equal(t, ThroughGateway, path)
	check(Prepare, &mode, "prepare")
	assert.Equal(t, Prepare, mode)
}

func TestUnknownWordsAreRefused(t *testing.T) {
	t.Parallel()
	var kind Kind
	assert.ErrorContains(t, kind.UnmarshalText([]byte("router")), `"router" is no kind of peer; allowed are edge, web`)
	var mode Mode
	assert.ErrorContains(t, mode.UnmarshalText([]byte("off")), `"off" is not known; allowed are enforce, observe, prepare`)
	_, err := Kind(0).MarshalText()
	assert.ErrorContains(t, err, "0 is no kind of peer")
	_, err = NAT(7).MarshalText()
	assert.ErrorContains(t, err, "7 is none of per zone, single")
}
