package traffic

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestNumber(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"tcp": 6, "TCP": 6, "udp": 17, "icmp": 1, "icmpv6": 58, "58": 58, "all": -1, "-1": -1, "0": 0,
		"47": 47, "255": 255} {
		got, ok := Number(text)
		assert.True(t, ok, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "sctp", "-2", "256", "6.0", "protocol/47", " 6"} {
		_, ok := Number(text)
		assert.False(t, ok, text)
	}
}

func TestNameIsReadBack(t *testing.T) {
	t.Parallel()
	for _, number := range []int{All, ICMP, TCP, UDP, ICMPv6} {
		got, ok := Number(Name(number))
		assert.True(t, ok)
		assert.Equal(t, number, got)
	}
	assert.Equal(t, "protocol/47", Name(47))
}

func TestProtocolsHavePortsOrTypesOrNeither(t *testing.T) {
	t.Parallel()
	for number := All; number <= lastProtocol; number++ {
		assert.Equal(t, number == TCP || number == UDP, HasPorts(number), number)
		assert.Equal(t, number == ICMP || number == ICMPv6, IsICMP(number), number)
	}
}

func TestAnswer(t *testing.T) {
	t.Parallel()
	for request, want := range map[int]int{8: 0, 13: 14, 15: 16, 17: 18} {
		got, ok := Answer(ICMP, request)
		assert.True(t, ok, request)
		assert.Equal(t, want, got)
		_, ok = Answer(ICMP, want)
		assert.False(t, ok, "nothing answers the answer %d", want)
	}
	got, ok := Answer(ICMPv6, 128)
	assert.True(t, ok)
	assert.Equal(t, 129, got)
	for _, none := range [][2]int{{ICMP, 3}, {ICMP, 128}, {ICMPv6, 8}, {ICMPv6, 2}, {TCP, 8}} {
		_, ok := Answer(none[0], none[1])
		assert.False(t, ok, none)
	}
}

func TestExchangesAreACopy(t *testing.T) {
	t.Parallel()
	Exchanges()[0].Answer = 99
	got, _ := Answer(ICMP, 8)
	assert.Zero(t, got)
}
