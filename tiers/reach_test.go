package tiers_test

import (
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tierwall/tierwall/internal/arch"
	"github.com/tierwall/tierwall/tiers"
)

// TestInterfacesAreTheTable compares the interfaces with the table of package arch, for every pair of kinds.
func TestInterfacesAreTheTable(t *testing.T) {
	peers := map[arch.Kind]reflect.Type{
		arch.Edge: reflect.TypeFor[*tiers.EdgeTier](), arch.Web: reflect.TypeFor[*tiers.WebTier](), arch.App: reflect.TypeFor[*tiers.AppTier](),
		arch.Data: reflect.TypeFor[*tiers.DataTier](), arch.Bastion: reflect.TypeFor[*tiers.BastionTier](),
		arch.Internet: reflect.TypeFor[tiers.InternetPeer](), arch.CIDR: reflect.TypeFor[tiers.BlockPeer](),
		arch.PrefixList: reflect.TypeFor[tiers.PrefixListPeer](), arch.Domain: reflect.TypeFor[tiers.DomainPeer](),
	}
	targets := map[arch.Kind]reflect.Type{
		arch.Edge: reflect.TypeFor[tiers.EdgeTarget](), arch.Web: reflect.TypeFor[tiers.WebTarget](),
		arch.App:  reflect.TypeFor[tiers.AppTarget](),
		arch.Data: reflect.TypeFor[tiers.DataTarget](), arch.Bastion: reflect.TypeFor[tiers.BastionTarget](),
	}
	sources := map[arch.Kind]reflect.Type{
		arch.Edge: reflect.TypeFor[tiers.EdgeSource](), arch.Web: reflect.TypeFor[tiers.WebSource](),
		arch.App:  reflect.TypeFor[tiers.AppSource](),
		arch.Data: reflect.TypeFor[tiers.DataSource](), arch.Bastion: reflect.TypeFor[tiers.BastionSource](),
	}
	for _, from := range arch.Kinds() {
		for _, to := range arch.Kinds() {
			if from == arch.Endpoint || to == arch.Endpoint {
				continue // Grants lead there, and no flow of one's own.
			}
			if target, ok := targets[from]; ok {
				assert.Equal(t, arch.MayReach(from, to), peers[to].Implements(target), "%v.AllowTo(%v)", from, to)
			}
			if source, ok := sources[to]; ok {
				assert.Equal(t, arch.MayReach(from, to), peers[from].Implements(source), "%v.AllowFrom(%v)", to, from)
			}
		}
	}
}

func TestForbiddenFlowsDoNotCompile(t *testing.T) {
	const dir = "testdata/forbidden"
	source, err := os.ReadFile(dir + "/forbidden.go")
	require.NoError(t, err)
	out, err := exec.Command("go", "build", "-gcflags=-e", "./"+dir).CombinedOutput()
	require.Error(t, err, "the forbidden flows compile")

	answers := map[int]string{}
	for _, m := range regexp.MustCompile(`forbidden\.go:(\d+):\d+: (.*)`).FindAllStringSubmatch(string(out), -1) {
		line, err := strconv.Atoi(m[1])
		require.NoError(t, err)
		answers[line] += m[2]
	}
	want := regexp.MustCompile(`// want "(.*)"$`)
	for i, text := range strings.Split(string(source), "\n") {
		m := want.FindStringSubmatch(text)
		if m == nil {
			assert.Empty(t, answers[i+1], "line %d", i+1)
			continue
		}
		assert.Contains(t, answers[i+1], m[1], "line %d", i+1)
	}
}

// TestServiceConstants: every well-known service has a constant, and every constant is a well-known service.
func TestServiceConstants(t *testing.T) {
	source, err := os.ReadFile("service.go")
	require.NoError(t, err)
	var constants []string
	for _, m := range regexp.MustCompile(`Service = "([^"]+)"`).FindAllStringSubmatch(string(source), -1) {
		constants = append(constants, m[1])
	}
	assert.ElementsMatch(t, arch.WellKnown(), constants)
}
